"""What readers of tasks look for: the same filters in both doors."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.search import said
from models.base.traces import with_any
from models.tasks.records import Assignment, Task
from models.tasks.states import WITH_THE_VILLAGE


@dataclass
class TaskFilter:
    """What a reader of tasks is looking for."""

    state: str = ""
    """A state of tasks, or "reported" for those with reports to review."""
    text: str = ""

    def among(self, rows: QuerySet[Task]) -> QuerySet[Task]:
        if self.state == "reported":
            reported = Assignment.filter(state="reported").values("task_id")
            rows = rows.filter(id__in=Subquery(reported))
        elif self.state:
            rows = rows.filter(state=self.state)
        return rows.filter(said(self.text))


STILL_OPEN = Q(state__in=WITH_THE_VILLAGE)


def still_late() -> Q:
    return Q(state__in=WITH_THE_VILLAGE, due_at__lt=now())


@dataclass
class AssignmentFilter:
    """What a reader of assignments is looking for."""

    state: str = ""
    """A state of assignments, or "open" for those the village still has to do."""
    overdue: bool = False
    text: str = ""

    def among(self, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
        if self.state == "open":
            rows = rows.filter(STILL_OPEN)
        elif self.state:
            rows = with_any(rows, "state", [self.state])
        if self.overdue:
            rows = rows.filter(still_late())
        return rows.filter(said(self.text, "task__sought"))
