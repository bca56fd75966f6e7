"""Data that a text asks for beside what was ticked, with how many of the villages have it on file already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.base.clock import today
from models.base.viewer import Viewer
from models.intake.fields import villages_of, wanted_codes
from models.likeness import mentions
from models.people.roles import DESK
from models.registry import Element, held
from models.requests.records import WorkRequest
from models.units import Unit


@dataclass(frozen=True)
class InWords:
    """An element that words ask for, the words, and at how many of the villages it is on file and fresh."""

    element: Element
    words: str
    held: int
    villages: int

    @property
    def sentence(self) -> str:
        if not self.held:
            return f"文字里要“{self.words}”，没有勾选数据项“{self.element.name}”。"
        return f"文字里要“{self.words}”：{self.villages} 个村社里 {self.held} 个已经有“{self.element.name}”，不用再报。"


async def asked_in_words(
    text: str, ticked: Collection[str], villages: Sequence[Unit], *, near: bool
) -> list[InWords]:
    """What the text asks for and nobody ticked; where sensitive data is held is told to the township alone."""
    rows = await Element.filter(state="in_force").only("id", "code", "name", "sensitivity")
    by_code = {one.code: one for one in rows}
    found = [
        one
        for one in mentions(text, {code: element.name for code, element in by_code.items()})
        if one.code not in ticked
    ]
    told = [one.code for one in found if near or not by_code[one.code].is_sensitive]
    fresh = await held(told, villages, today())
    count = {code: sum((code, unit.pk) in fresh for unit in villages) for code in told}
    return [InWords(by_code[one.code], one.words, count.get(one.code, 0), len(villages)) for one in found]


async def request_in_words(viewer: Viewer, request: WorkRequest) -> list[InWords]:
    """The same for a request and the villages it concerns."""
    ticked = wanted_codes([request], request.matter.form if request.matter else [])
    near = viewer.is_a(*DESK, at=request.township.path)
    text = f"{request.title}\n{request.body}"
    return await asked_in_words(text, ticked, await villages_of(request), near=near)
