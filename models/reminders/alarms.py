"""Reminders of emergencies go by the hour: before it strikes, when it has, and who hears of it as more go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.base.batches import page_by_page
from models.base.clock import now
from models.inbox import doers_of
from models.people.roles import COORDINATOR, DESK, HEAD, LEADER
from models.reminders.recipients import Wanted, at_the_desks, queue
from models.reminders.records import Reminder
from models.reminders.words import ALARM, at_the_hour
from models.tasks import WITH_THE_VILLAGE, Assignment

HOUR = timedelta(hours=1)
PAGE = 500
"""Copies that are looked at together."""
OVER_AND_DONE = timedelta(days=2)
"""So long after its hour an emergency has reached every stage, and goes on by the calendar."""


class Stage(NamedTuple):
    """From how long after the hour (before it: negative) until when, and who hears of it."""

    name: str
    begins: timedelta
    ends: timedelta
    goes_to: str


STAGES = (
    Stage("alarm_soon", -HOUR, 0 * HOUR, "doer"),
    Stage("alarm_late", 0 * HOUR, OVER_AND_DONE, "doer"),
    Stage("alarm_coordinator", 0 * HOUR, OVER_AND_DONE, COORDINATOR),
    Stage("alarm_leader", HOUR, OVER_AND_DONE, LEADER),
    Stage("alarm_head", 3 * HOUR, OVER_AND_DONE, HEAD),
)


async def look_at_the_hour() -> None:
    """With every tick; the database holds each stage of an hour once."""
    rows = Assignment.filter(
        state__in=WITH_THE_VILLAGE,
        task__response_id__isnull=False,
        due_at__lte=now() + HOUR,
        due_at__gt=now() - OVER_AND_DONE,
    )
    async for copies in page_by_page(rows.select_related("unit", "task"), PAGE):
        await _remind_of(copies)


async def _remind_of(copies: list[Assignment]) -> None:
    doers = await doers_of(copies)
    townships = {copy.task.township_id for copy in copies}
    desks = {role: await at_the_desks(townships, role) for role in DESK}
    wanted = []
    for copy in copies:
        for stage in reached(copy.due_at):
            doing = {one.person_id for one in doers[copy.pk]}
            to = doing if stage.goes_to == "doer" else desks[stage.goes_to].get(copy.task.township_id, set())
            told = at_the_hour(stage.name, copy.due_at)
            wanted += [(Wanted(one, ALARM, "Assignment", copy.pk, told), copy.due_on) for one in to]
    await queue(await _not_yet(wanted))


async def _not_yet(wanted: list[tuple[Wanted, date]]) -> list[tuple[Wanted, date]]:
    """Those not put down yet: a stage lasts for days, and every minute looks at it."""
    there = Reminder.filter(
        person_id__in=sorted({one.person_id for one, _ in wanted}),
        kind=ALARM,
        subject_type="Assignment",
        subject_id__in=sorted({one.subject_id for one, _ in wanted}),
    )
    told = set(await there.values_list("person_id", "subject_id", "stage", "day")) if wanted else set()
    return [(one, day) for one, day in wanted if (one.person_id, one.subject_id, one.stage, day) not in told]


def reached(due_at: datetime) -> Iterator[Stage]:
    """The stages an hour has come to by now."""
    late = now() - due_at
    return (stage for stage in STAGES if stage.begins <= late < stage.ends)
