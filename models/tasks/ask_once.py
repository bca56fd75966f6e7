"""Ask once: what a village has on file and fresh is asked of nobody again, unless a leader answers for that in person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from models.tasks.loads import village_behind
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


async def still_lacking(
    requests: Sequence[WorkRequest], form: Sequence[str], places: Sequence[Unit]
) -> list[Unit]:
    """Of these places those that have something to do for the requests: where data alone is asked, what somebody lacks."""
    villages = {village_behind(one.level, one.pk, one.parent_id) for one in places}
    codes = await _askable(requests, form)
    rows = await Unit.filter(id__in=sorted(villages)) if codes else []
    cells = Cells(codes, rows, await held(codes, rows, today()), requests)
    idle = {one.pk for one in rows if cells.is_data_alone and not cells.lacking(one)}
    return [one for one in places if village_behind(one.level, one.pk, one.parent_id) not in idle]


@dataclass(frozen=True)
class Cells:
    """What a task wants of its villages, element by village, and which of it they have on file and fresh."""

    codes: Sequence[str]
    villages: Sequence[Unit]
    held: Mapping[tuple[str, int], DataValue]
    requests: Sequence[WorkRequest]

    @property
    def is_data_alone(self) -> bool:
        """Whether the villages are asked for nothing but data: whoever lacks none of it has nothing to do."""
        return bool(self.codes) and all(DATA_DEMANDS.issuperset(one.demands) for one in self.requests)

    def holders(self, code: str) -> list[int]:
        return [village.pk for village in self.villages if (code, village.pk) in self.held]

    def lacking(self, village: Unit, anew: Collection[str] = ()) -> list[str]:
        """What this village has to fill in; what is asked `anew` it fills in although it is on file."""
        return [code for code in self.codes if code in anew or (code, village.pk) not in self.held]


async def cells_of(task: Task) -> Cells:
    """The cells of a task: of the villages it is planned for, or once it is out of those that still have it."""
    standing = TaskSource.filter(task_id=task.pk).exclude(request__state__in=NOT_ASKED).order_by("id")
    requests = [one.request for one in await standing.select_related("request")]
    codes = await _askable(requests, task.matter.form)
    villages = await _villages_of(task) if codes else []
    return Cells(codes, villages, await held(codes, villages, today()), requests)


async def _askable(requests: Sequence[WorkRequest], form: Sequence[str]) -> list[str]:
    """What the requests want of what is defined now: nothing else can be filled in."""
    codes = wanted_codes(requests, form)
    rows = Element.filter(code__in=codes, state="in_force").values_list("code", flat=True)
    known = {str(code) for code in await rows} if codes else set()
    return [code for code in codes if code in known]


async def _villages_of(task: Task) -> list[Unit]:
    """The villages that answer for where it goes, a grid's too."""
    if task.state == OUT:
        rows: Any = Assignment.filter(task_id=task.pk, state__in=OPEN)
    else:
        rows = TaskUnit.filter(task_id=task.pk)
    places = await rows.values_list("unit__level", "unit_id", "unit__parent_id")
    numbers = {village_behind(level, number, above) for level, number, above in places}
    return await Unit.filter(id__in=sorted(numbers)).order_by("path") if numbers else []


async def must_ask_once(task: Task) -> None:
    """Raise NotNow where villages would be asked for nothing but what they have on file, or anew without a word that holds."""
    cells = await cells_of(task)
    anew = await asked_anew(task, cells)
    if cells.is_data_alone and (idle := [one for one in cells.villages if not cells.lacking(one, anew)]):
        raise NotNow(
            f"{_named([one.name for one in idle])}要填的数据底册里都已有，请把它们去掉；"
            "确实要重新填的，须镇街领导本人签批。"
        )


async def asked_anew(task: Task, cells: Cells) -> frozenset[str]:
    """What is asked although it is on file: by a leader's word that still holds, for the villages it was given for."""
    if not task.asked_anew:
        return frozenset()
    word = await word_on(task, ask_anew.name)
    if word is None or not word.holds:
        why = f"：{word.said}" if word else ""
        raise NotNow(f"重新填报的签批已失效{why}，须重新签批；不再重新要的，请退回修改。")
    waiver = await Waiver.filter(task_id=task.pk).order_by("-id").first()
    signed = waiver.cells if waiver else {}
    beyond = {pk for code in task.asked_anew for pk in cells.holders(code) if pk not in signed.get(code, ())}
    if beyond:
        names = [one.name for one in cells.villages if one.pk in beyond]
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
    codes = _asked_and_held(cells, data)
    await sign(actor, ask_anew.ready)
    waiver = await Waiver.create(
        task_id=task.pk,
        cells={code: cells.holders(code) for code in codes},
        reason=reason.strip(),
        by_id=actor.post_id,
        at=now(),
    )
    asking = [one for one in cells.requests if set(codes) & {*wanted_codes([one], task.matter.form)}]
    await WaivedRequest.bulk_create(WaivedRequest(waiver_id=waiver.pk, request_id=one.pk) for one in asking)
    task.asked_anew = codes
    # Who approved before has not read that villages are asked again.
    task.state = "submitted" if task.state == "approved" else task.state
    await task.save(update_fields=["asked_anew", "state"])
    return waiver


def _asked_and_held(cells: Cells, elements: Sequence[Element]) -> list[str]:
    """The codes of these elements, each of which the task asks for and some village has."""
    codes = list(dict.fromkeys(one.code for one in elements))
    if not codes:
        raise Invalid("请选择要重新填的数据。", field="data")
    for one in elements:
        if one.code not in cells.codes or not cells.holders(one.code):
            raise Invalid(f"“{one.name}”不用签批：任务没有要它，或者各村都还没有。", field="data")
    return codes


@rule("只有本镇街的统筹员可以去掉村社。")
def coordinates_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*COORDINATORS, at=task.township.path)


@command(said="去掉已有数据的村社", who=coordinates_the_task)
async def spare_villages(actor: Viewer, task: Task) -> Task:
    """Take those villages out of a draft that have everything on file that they would be asked for."""
    cells = await cells_of(task)
    idle = [one.pk for one in cells.villages if cells.is_data_alone and not cells.lacking(one)]
    if not idle:
        raise NotNow("没有村社可以去掉：每个村社都还缺要填的数据。")
    if len(idle) == len(cells.villages):
        raise NotNow("各村要填的数据底册里都已有，不用下派：请撤回这个任务，请提出单位直接取用。")
    planned = await TaskUnit.filter(task_id=task.pk).select_related("unit")
    gone = [
        one.pk for one in planned if village_behind(one.unit.level, one.unit_id, one.unit.parent_id) in idle
    ]
    await TaskUnit.filter(id__in=gone).delete()
    return task


def _named(villages: Sequence[str]) -> str:
    return "、".join(villages[:NAMED]) + (f"等 {len(villages)} 个村社" if len(villages) > NAMED else "")
