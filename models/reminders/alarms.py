"""Reminders of emergencies go by the hour: before it strikes, when it has, and who hears of it as more go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from models.base.clock import now
from models.inbox import doers_of
from models.reminders.recipients import Wanted, at_the_desks, queue
from models.reminders.words import ALARM
from models.tasks import WITH_THE_VILLAGE, Assignment

HOUR = timedelta(hours=1)
OVER_AND_DONE = timedelta(days=2)
"""So long after its hour an emergency has reached every stage."""


class Stage(NamedTuple):
    """From how long after the hour (before it: negative) until when, and who hears of it."""

    name: str
    begins: timedelta
    ends: timedelta
    goes_to: str


STAGES = (
    Stage("alarm_soon", -HOUR, 0 * HOUR, "doer"),
    Stage("alarm_late", 0 * HOUR, OVER_AND_DONE, "doer"),
    Stage("alarm_coordinator", 0 * HOUR, OVER_AND_DONE, "coordinator"),
    Stage("alarm_leader", HOUR, OVER_AND_DONE, "leader"),
    Stage("alarm_head", 3 * HOUR, OVER_AND_DONE, "head"),
)


async def look_at_the_hour() -> None:
    """With every tick; the database holds each stage of a day once."""
    copies = await Assignment.filter(
        state__in=WITH_THE_VILLAGE,
        task__response_id__isnull=False,
        due_at__lte=now() + HOUR,
        due_at__gt=now() - OVER_AND_DONE,
    ).select_related("unit", "task")
    if not copies:
        return
    doers = await doers_of(copies)
    townships = {copy.task.township_id for copy in copies}
    desks = {role: await at_the_desks(townships, role) for role in ("coordinator", "leader", "head")}
    wanted = []
    for copy in copies:
        for stage in reached(copy.due_at):
            doing = {one.person_id for one in doers[copy.pk]}
            to = doing if stage.goes_to == "doer" else desks[stage.goes_to].get(copy.task.township_id, set())
            wanted += [(Wanted(one, ALARM, "Assignment", copy.pk, stage.name), copy.due_on) for one in to]
    await queue(wanted)


def reached(due_at: datetime) -> Iterator[Stage]:
    """The stages an hour has come to by now."""
    late = now() - due_at
    return (stage for stage in STAGES if stage.begins <= late < stage.ends)
