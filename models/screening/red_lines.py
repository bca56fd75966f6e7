"""Red-line phrases (排名, 责任状, 打卡 …): words that betray a demand, marked for the reader and pre-ticked."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.commands import command
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.viewer import NOTHING, Viewer
from models.matters import Demand
from models.matters.editing import keeps_lists_here
from models.policies import upwards
from models.units import Unit

SHIPPED = Path(__file__).with_name("red_lines.tsv")


class RedLine(Record):
    """A phrase that betrays a demand, as the list keeper has it."""

    region: fields.ForeignKeyRelation[Unit] = link("Unit", "red_lines")
    region_id: int
    phrase = column("说法", fields.CharField(max_length=40))
    demand_code = column("要求的编码", fields.CharField(max_length=30))
    ended_on = column("结束日期", fields.DateField(null=True))
    """Set where the keeper silences the phrase, be it a shipped one."""

    called = "红线词"
    judged_with = ("region",)
    opens = frozenset({"region"})

    class Meta:
        table = "red_line"
        unique_together = (("region", "phrase"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.region.path


@command(said="设定红线词", who=keeps_lists_here)
async def set_red_line(actor: Viewer, region: Unit, *, phrase: Line[str], demand: str) -> RedLine:
    """Let a phrase betray a demand from now on, in advice and in the form alone."""
    words = phrase.strip()
    if not 2 <= len(words) <= 40:
        raise Invalid("红线词应为 2 到 40 个字。", field="phrase")
    if not await Demand.filter(code=demand).exists():
        raise Invalid("请从固定的要求中选择。", field="demand")
    values = {"demand_code": demand, "ended_on": None}
    row, _ = await RedLine.update_or_create(region_id=region.pk, phrase=words, defaults=values)
    return row


@command(said="停用红线词", who=keeps_lists_here)
async def end_red_line(actor: Viewer, region: Unit, *, phrase: Line[str]) -> RedLine:
    """Let a phrase, shipped or set, betray nothing any more."""
    words = phrase.strip()
    known = (await phrases_at(region.path)).get(words)
    if known is None:
        raise Invalid("没有这个红线词。", field="phrase")
    values = {"demand_code": known, "ended_on": today()}
    row, _ = await RedLine.update_or_create(region_id=region.pk, phrase=words, defaults=values)
    return row


async def phrases_at(path: str) -> dict[str, str]:
    """Phrase to demand as it holds at a place: what is shipped, and what each government above it has said."""
    told = {phrase: demand for phrase, demand, _ in _shipped()}
    for row in await RedLine.filter(region__path__in=upwards(path)).order_by("region__path"):
        if row.ended_on is None:
            told[row.phrase] = row.demand_code
        else:
            told.pop(row.phrase, None)
    return told


def innocent_words(phrase: str) -> tuple[str, ...]:
    """Longer words in which a shipped phrase stands by chance (主题党日活动 for 日活)."""
    return next((innocent for shipped, _, innocent in _shipped() if shipped == phrase), ())


@cache
def _shipped() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple((row["phrase"], row["demand"], tuple((row["innocent"] or "").split())) for row in rows)
