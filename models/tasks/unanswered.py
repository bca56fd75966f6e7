"""What a village left unanswered: noted by the calendar some working days after its end, once for each assignment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date

from models.base.clock import due, end_of, today
from models.base.commands import command, rule
from models.base.events import tell
from models.base.followers import first_today
from models.base.refusals import Refusal
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer, subtree
from models.policies import policy
from models.tasks.extensions import Extension
from models.tasks.records import Assignment
from models.tasks.trail_facts import LeftUnanswered, spared_by_rest, village_of
from models.units import Unit
from models.workdays import workdays_of

READER = "unanswered"
PAGE = 200
NEVER_REPORTED = ("dispatched", "received")


@due
async def note_what_was_left_unanswered() -> None:
    """Once on each day of the town, whichever server comes first."""
    if not await first_today(READER):
        return
    for county in await Unit.filter(level="county", ended_on=None).order_by("path"):
        async for assignment in _left_unanswered(county):
            with suppress(Refusal):
                await note_unanswered(TOWN_CLOCK, assignment)


async def _left_unanswered(county: Unit) -> AsyncIterator[Assignment]:
    """Those of a county that nothing excuses: no report, no rest in time, no imposed load, no question the township owes an answer to."""
    rows = Assignment.filter(
        subtree("unit__path", county.path),
        state__in=NEVER_REPORTED,
        reported_at=None,
        unanswered_on=None,
        due_at__lte=end_of(await _latest(county)),
        task__overload_reason="",
    )
    rows, after = rows.order_by("id").prefetch_related(*Assignment.judged_with), 0
    while page := await rows.filter(id__gt=after).limit(PAGE):
        excused = await _excused([one.pk for one in page])
        for one in page:
            if one.pk not in excused:
                yield one
        after = page[-1].pk


async def _latest(county: Unit) -> date:
    """The latest end that so many working days have passed since."""
    days, wanted = await workdays_of(county.path), await policy(county.path, "unanswered_days")
    return days.before(today(), wanted)


async def _excused(numbers: list[int]) -> set[int]:
    asked = await Extension.filter(assignment_id__in=numbers, state="asked").values_list("assignment_id")
    return await spared_by_rest(numbers, "tasks.resume") | {int(number) for (number,) in asked}


@rule("这个任务已经记过或者反馈过。")
def not_noted_yet(assignment: Assignment) -> bool:
    return assignment.unanswered_on is None and assignment.reported_at is None


@command(said="记录逾期没有反馈", who=only_the_clock("逾期没有反馈由系统按日历记录。"), when=not_noted_yet)
async def note_unanswered(actor: Viewer, assignment: Assignment) -> Assignment:
    """Say that the end has passed without a word; a report, a later day or a withdrawal takes it back."""
    assignment.unanswered_on = today()
    await assignment.save(update_fields=["unanswered_on"])
    tell(LeftUnanswered(task=assignment.task_id, unit=village_of(assignment), due_on=assignment.due_on))
    return assignment
