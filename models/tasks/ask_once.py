"""Ask once: what a village has on file and fresh is asked of nobody again, unless a leader answers for that in person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from models.accounts import proved, sign
from models.base.clock import now, today
from models.base.commands import FromAbove, Secret, command, rule
from models.base.refusals import Invalid, NotNow
from models.base.signatures import whole_but, word_on
from models.base.text import says_something
from models.base.viewer import Viewer
from models.intake.fields import wanted_codes
from models.matters.decision import DATA_DEMANDS
from models.people.roles import COORDINATORS, LEADERS
from models.registry import DataValue, Element, held
from models.requests.records import WorkRequest
from models.tasks.records import Assignment, Task, TaskSource, TaskUnit
from models.tasks.signed_content import TO_BE
from models.tasks.states import OPEN, OUT
from models.tasks.versions import must_wait_for_a_word
from models.tasks.visibility import NOT_ASKED
from models.tasks.waivers import WaivedRequest, Waiver
from models.units import Unit

NAMED = 5
FEWEST = 4
"""Signs of a reason: a full stop says nothing."""
BESIDE = ("discussions", "overload_reason", "overload_by_id", "load", *TO_BE)
"""What other words answer for; all the rest of the task is what a waiver was signed for."""


@dataclass(frozen=True)
class Cells:
    """What a task wants of the places it goes to, field by place, and which of it is on file and fresh there."""

    elements: Sequence[Element]
    places: Sequence[Unit]
    held: Mapping[tuple[str, int], DataValue]
    requests: Sequence[WorkRequest]

    @classmethod
    async def of(cls, requests: Sequence[WorkRequest], form: Sequence[str], places: Sequence[Unit]) -> Self:
        """Of what is defined now: nothing else can be filled in. Three statements where data is asked, else none."""
        codes = wanted_codes(requests, form)
        rows = await Element.filter(code__in=codes, state="in_force") if codes else []
        homes = {place_of(element, place) for element in rows for place in places}
        units = await Unit.filter(id__in=sorted(homes)) if homes else []
        return cls(rows, places, await held([one.code for one in rows], units, today()), requests)

    @property
    def is_data_alone(self) -> bool:
        """Whether the villages are asked for nothing but data: whoever lacks none of it has nothing to do."""
        return bool(self.elements) and all(DATA_DEMANDS.issuperset(one.demands) for one in self.requests)

    def has(self, place: Unit, element: Element) -> bool:
        return (element.code, place_of(element, place)) in self.held

    def holders(self, element: Element) -> list[int]:
        """The places that are asked and have it."""
        return [place.pk for place in self.places if self.has(place, element)]

    def idle(self, anew: Collection[str] = ()) -> list[Unit]:
        """Those who would have nothing to do; what is asked `anew` is filled in although it is on file."""
        if not self.is_data_alone:
            return []
        asked = [one for one in self.elements if one.code not in anew]
        spared = [] if len(asked) < len(self.elements) else self.places
        return [place for place in spared if all(self.has(place, one) for one in asked)]


def place_of(element: Element, unit: Unit) -> int:
    """Whose value it is: the village's also where a grid is asked, but for what is counted by grids."""
    above = unit.level == "grid" and element.level != "grid" and unit.parent_id
    number: Any = above or unit.pk
    return int(number)


async def still_lacking(
    requests: Sequence[WorkRequest], form: Sequence[str], places: Sequence[Unit]
) -> list[Unit]:
    """Of these places those that have something to do for the requests: where data alone is asked, what somebody lacks."""
    idle = {one.pk for one in (await Cells.of(requests, form, places)).idle()}
    return [one for one in places if one.pk not in idle]


async def cells_of(task: Task) -> Cells:
    """The cells of a task: of the places it is planned for, or once it is out of those that still have it."""
    standing = TaskSource.filter(task_id=task.pk).exclude(request__state__in=NOT_ASKED).order_by("id")
    requests = [one.request for one in await standing.select_related("request")]
    asks = wanted_codes(requests, task.matter.form)
    return await Cells.of(requests, task.matter.form, await _places_of(task) if asks else [])


async def _places_of(task: Task) -> list[Unit]:
    if task.state == OUT:
        there = Assignment.filter(task_id=task.pk, state__in=OPEN).order_by("unit__path")
        return [one.unit for one in await there.select_related("unit")]
    planned = TaskUnit.filter(task_id=task.pk).order_by("unit__path")
    return [one.unit for one in await planned.select_related("unit")]


async def must_ask_once(task: Task) -> None:
    """Raise NotNow where villages would be asked for nothing but what they have on file, or anew without a word that holds."""
    cells = await cells_of(task)
    if idle := cells.idle(await asked_anew(task, cells)):
        # An emergency goes out at once: there is no draft that a leader could sign for.
        signing = "" if task.response_id else "确实要重新填的，须镇街领导本人签批。"
        raise NotNow(f"{_named([one.name for one in idle])}要填的数据底册里都已有，请把它们去掉。{signing}")


async def asked_anew(task: Task, cells: Cells | None = None) -> frozenset[str]:
    """What is asked although it is on file: by a leader's word that still holds, for the villages it was given for."""
    if not task.asked_anew:
        return frozenset()
    word = await word_on(task, ask_anew.name)
    if word is None or not word.holds:
        why = f"：{word.said}" if word else ""
        raise NotNow(f"重新填报的签批已失效{why}，须重新签批；不再重新要的，请退回修改。")
    waiver = await Waiver.filter(task_id=task.pk).order_by("-id").first()
    signed = waiver.cells if waiver else {}
    cells = cells or await cells_of(task)
    anew = [one for one in cells.elements if one.code in task.asked_anew]
    beyond = {pk for one in anew for pk in cells.holders(one) if pk not in signed.get(one.code, ())}
    if beyond:
        names = [one.name for one in cells.places if one.pk in beyond]
        raise NotNow(f"签批以后，{_named(names)}又报了这些数据，须重新签批。")
    return frozenset(task.asked_anew)


@rule("只有本镇街的分管领导或主要领导可以签批重新填报。", untied_from=lambda task: [task.drafted_by.person])
def leads_the_township(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*LEADERS, at=task.township.path)


@command(said="签批重新填报", who=leads_the_township, binds=whole_but(*BESIDE), ahead=proved)
async def ask_anew(
    actor: Viewer, task: Task, *, data: list[Element], reason: FromAbove[str], password: Secret[str]
) -> Waiver:
    """Answer in person, and published, for asking villages again for what they have on file: for what was read, and no more."""
    if not says_something(reason) or not FEWEST <= len(reason.strip()) <= 500:
        raise Invalid(f"请写明为什么要重新填（{FEWEST} 至 500 个字）。", field="reason")
    await must_wait_for_a_word(task)
    cells = await cells_of(task)
    elements = _asked_and_held(cells, data)
    await sign(actor, ask_anew.ready)
    waiver = await Waiver.create(
        task_id=task.pk,
        cells={one.code: cells.holders(one) for one in elements},
        reason=reason.strip(),
        by_id=actor.post_id,
        at=now(),
    )
    codes = [one.code for one in elements]
    asking = [one for one in cells.requests if set(codes) & {*wanted_codes([one], task.matter.form)}]
    await WaivedRequest.bulk_create(WaivedRequest(waiver_id=waiver.pk, request_id=one.pk) for one in asking)
    task.asked_anew = codes
    # Who approved before has not read that villages are asked again.
    task.state = "submitted" if task.state == "approved" else task.state
    await task.save(update_fields=["asked_anew", "state"])
    return waiver


def _asked_and_held(cells: Cells, data: Sequence[Element]) -> list[Element]:
    """Those that are to be asked anew, each of which the task asks for and some village has."""
    if not data:
        raise Invalid("请选择要重新填的数据。", field="data")
    asked = {one.pk: one for one in cells.elements}
    for one in data:
        if one.pk not in asked or not cells.holders(one):
            raise Invalid(f"“{one.name}”不用签批：任务没有要它，或者各村都还没有。", field="data")
    return list({one.pk: one for one in data}.values())


@rule("只有本镇街的统筹员可以去掉村社。")
def coordinates_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*COORDINATORS, at=task.township.path)


@command(said="去掉已有数据的村社", who=coordinates_the_task)
async def spare_villages(actor: Viewer, task: Task) -> Task:
    """Take those villages out of a draft that have everything on file that they would be asked for."""
    cells = await cells_of(task)
    idle = [one.pk for one in cells.idle()]
    if not idle:
        raise NotNow("没有村社可以去掉：每个村社都还缺要填的数据。")
    if len(idle) == len(cells.places):
        raise NotNow("各村要填的数据底册里都已有，不用下派：请撤回这个任务，请提出单位直接取用。")
    await TaskUnit.filter(task_id=task.pk, unit_id__in=idle).delete()
    return task


def _named(villages: Sequence[str]) -> str:
    return "、".join(villages[:NAMED]) + (f"等 {len(villages)} 个村社" if len(villages) > NAMED else "")
