"""What the trail keeps of a task: where it went with how many hours, and of an accepted result when, by whom and what excuses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from models.base.clock import now, today, town_day
from models.base.events import Event, tell
from models.tasks.records import Assignment, Task
from models.tasks.reports import Report, standing
from models.workdays import workdays_of


def tell_where_it_went(task: Task, units: Sequence[int], **beside: Any) -> None:
    """Put a dispatch into the trail whole, so that it can be counted from there without asking the rows."""
    tell(
        task=task.pk,
        township=task.township_id,
        dispatched_at=task.dispatched_at,
        units=list(units),
        hours=str(task.matter.effort_hours or 0),
        **beside,
    )


async def facts_of(assignment: Assignment) -> dict[str, Any]:
    """The facts by which the result is credited, as they stand at its acceptance. Three statements."""
    task = assignment.task
    reports = list(await standing(assignment))[::-1]
    last = reports[-1] if reports else None
    # By its first report: how long the township took to read it, and to return it, is not the village's delay.
    reported_at = reports[0].at if reports else now()
    return {
        "task": task.pk,
        "unit": village_of(assignment),
        "matter": task.matter.code,
        "weight": str(task.matter.weight or 1),
        "due_at": assignment.due_at,
        "due_on": assignment.due_on,
        "reported_at": reported_at,
        "reported_on": town_day(reported_at),
        "rounds": max(len(reports), 1),
        "emergency": task.response_id is not None,
        "response": task.response_id,
        "spared": await _spared(assignment),
        "reporters": sorted({report.by_id for report in reports}),
        "by": sorted({post for post in _doers(assignment, last) if post}),
        "dealt_by": sorted({post for post in (task.drafted_by_id, task.approved_by_id) if post}),
    }


def village_of(assignment: Assignment) -> int | None:
    """The village that answers for it, also where a grid does it."""
    unit = assignment.unit
    return unit.parent_id if unit.level == "grid" else unit.pk


async def tell_excused(assignments: Iterable[Assignment], why: str) -> None:
    """Put into the trail which notes of having been left unanswered no longer stand, and why."""
    noted = [one.pk for one in assignments if one.unanswered_on is not None]
    if noted:
        notes = Event.filter(command="tasks.note_unanswered", subject_type="Assignment", subject_id__in=noted)
        latest = dict(await notes.order_by("id").values_list("subject_id", "id"))
        tell(excused=sorted(latest.values()), reason=why)


def _doers(assignment: Assignment, last: Report | None) -> tuple[int | None, ...]:
    """Whoever it was handed to and whoever reported, or for whom it was reported."""
    reporter = (last.on_behalf_of_id or last.by_id) if last else None
    return assignment.handed_to_id, reporter


async def _spared(assignment: Assignment) -> str:
    """Why lateness may cost nothing: a rest that the township ordered in time, or a load over the ceiling.

    An objection needs no such care: upheld, the village is rid of the task, and refused, its end was put off by the
    days it took. Were lateness forgiven to whoever objects in vain, objecting would pay better than the work.
    """
    if assignment.task.overload_reason:
        return "overload"
    return "suspended" if await spared_by_rest([assignment.pk], "tasks.resume") else ""


async def tell_of_rest(since: datetime | None, due_at: datetime, path: str) -> None:
    """Put into the trail whether the rest that ends now excuses lateness: it began in time, and took a working day."""
    if since is not None:
        stood = (await workdays_of(path)).between(town_day(since), today())
        tell(spares=stood > 0 and since <= due_at)


async def spared_by_rest(numbers: Collection[int], resume: str) -> set[int]:
    """Which of these had a rest that excuses lateness; each that ended before this was told excuses it."""
    ended = await Event.filter(subject_id__in=list(numbers), command=resume)
    return {one.subject_id for one in ended if one.facts.get("spares", True)}
