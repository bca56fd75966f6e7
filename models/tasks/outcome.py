"""What the trail keeps of a task: where it went with how many hours, and of an accepted result when, by whom and what excuses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.base.clock import now, town_day
from models.base.events import Event, tell
from models.tasks.records import Assignment, Report, Task


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
    task, unit = assignment.task, assignment.unit
    reports = await Report.filter(assignment=assignment).order_by("round")
    last = reports[-1] if reports else None
    return {
        "task": task.pk,
        "unit": unit.parent_id if unit.level == "grid" else unit.pk,
        "matter": task.matter.code,
        "weight": str(task.matter.weight or 1),
        "due_on": assignment.due_on,
        # By its first report: how long the township took to read it, and to return it, is not the village's delay.
        "reported_on": town_day(reports[0].at if reports else now()),
        "rounds": max(len(reports), 1),
        "emergency": task.response_id is not None,
        "spared": await _spared(assignment),
        "reporters": sorted({report.by_id for report in reports}),
        "by": sorted({post for post in _doers(assignment, last) if post}),
        "dealt_by": sorted({post for post in (task.drafted_by_id, task.approved_by_id) if post}),
    }


def _doers(assignment: Assignment, last: Report | None) -> tuple[int | None, ...]:
    """Whoever it was handed to and whoever reported, or for whom it was reported."""
    reporter = (last.on_behalf_of_id or last.by_id) if last else None
    return assignment.handed_to_id, reporter


async def _spared(assignment: Assignment) -> str:
    """Why neither lateness nor a return may cost anything: an objection, a suspension, or a load over the ceiling."""
    if assignment.task.overload_reason:
        return "overload"
    commands = ("tasks.object_to", "tasks.suspend")
    happened = Event.filter(subject_type="Assignment", subject_id=assignment.pk, command__in=commands)
    told = {str(one) for one in await happened.values_list("command", flat=True)}
    if "tasks.object_to" in told:
        return "objected"
    return "suspended" if told else ""
