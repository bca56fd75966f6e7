"""The rows behind every figure of the dashboard, as far as the viewer may know of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tortoise.expressions import Q, RawSQL
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer, subtree
from models.ledger import VERDICTS_COUNTED, Wanted, dispatched, entries
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import Assignment, Task, TaskSource

LATER = RawSQL(
    "(CASE WHEN EXISTS (SELECT 1 FROM task_source earlier WHERE earlier.task_id = task_source.task_id "
    "AND earlier.request_id < task_source.request_id) THEN 1 ELSE 0 END)"
)
"""Whether an earlier request stands behind the same task; the query builder has no way to join a table to itself."""
REFUSED = ("forbidden", "not_listed", "too_often", "rejected")


def sent(viewer: Viewer, wanted: Wanted) -> QuerySet[Assignment]:
    """What went out to villages and grids in the period, withdrawn ones included."""
    return dispatched(viewer, wanted, wanted.period)


def received(viewer: Viewer, wanted: Wanted) -> QuerySet[Assignment]:
    """The same of one's own village or grid, for the people there."""
    assert wanted.place is not None
    mine = subtree("unit__path", wanted.place.path) & wanted.period.holding("task__dispatched_at")
    return Assignment.visible_to(viewer).filter(mine)


def sent_tasks(viewer: Viewer, wanted: Wanted) -> QuerySet[Task]:
    """The tasks behind that: one, to however many villages it went."""
    return Task.visible_to(viewer).filter(_within(wanted, ""), wanted.period.holding("dispatched_at"))


def taken_up(viewer: Viewer, wanted: Wanted) -> QuerySet[TaskSource]:
    """The requests behind those tasks; later rounds of a repeating task answer the same ones and do not count again."""
    asked = _within(wanted, "task__") & wanted.period.holding("task__dispatched_at") & Q(task__series_id=None)
    if wanted.department is not None:
        asked &= Q(request__department_id=wanted.department.pk)
    return TaskSource.visible_to(viewer).filter(asked)


def merged_away(viewer: Viewer, wanted: Wanted) -> QuerySet[TaskSource]:
    """Those of them that needed no task of their own, because an earlier request stands behind the same one."""
    return taken_up(viewer, wanted).annotate(later=LATER).filter(later=1)


def refused(viewer: Viewer, wanted: Wanted) -> QuerySet[Screening]:
    return entries(viewer, wanted).filter(verdict__in=REFUSED)


def with_fields(viewer: Viewer, wanted: Wanted) -> QuerySet[WorkRequest]:
    """Requests of the period that name data elements."""
    asked = wanted.period.holding("submitted_at") & Q(fields_wanted__gt=0)
    if wanted.place is not None:
        asked &= subtree("township__path", wanted.place.path)
    if wanted.department is not None:
        asked &= Q(department_id=wanted.department.pk)
    return WorkRequest.visible_to(viewer).filter(asked)


def _within(wanted: Wanted, task: str) -> Q:
    return subtree(f"{task}township__path", wanted.place.path) if wanted.place else Q()


Reader = Callable[[Viewer, Wanted], QuerySet[Any]]


def _of_verdict(verdict: str) -> Reader:
    return lambda viewer, wanted: entries(viewer, wanted).filter(verdict=verdict)


ROWS: dict[str, tuple[str, Reader]] = {
    "assignments": ("到村任务单", sent),
    "received": ("本村收到的任务", received),
    "tasks": ("下派的任务", sent_tasks),
    "requests": ("办成任务的申请", taken_up),
    "merged": ("合并减少的申请", merged_away),
    "refused": ("驳回", refused),
    "fields": ("要数据的申请", with_fields),
    **{verdict: ("", _of_verdict(verdict)) for verdict in VERDICTS_COUNTED},
}
"""Each figure that opens to rows: its name and how they are read."""


def rows_of(figure: str, viewer: Viewer, wanted: Wanted) -> QuerySet[Any]:
    return ROWS[figure][1](viewer, wanted)
