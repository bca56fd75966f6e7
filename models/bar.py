"""What stands on top of every page: how many messages are new, and the emergency that presses most. One statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.expressions import Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.viewer import Viewer
from models.inbox import InboxMessage
from models.intake.requests import TOWNSHIP_READERS
from models.people import Person
from models.tasks import WITH_THE_VILLAGE, Assignment, Task
from models.tasks.reach import village_reach

_moment = fields.DatetimeField()


@dataclass(frozen=True)
class Alarm:
    """The emergency that is due first among those that concern the viewer, and how many copies are open in all."""

    title: str
    due_at: datetime
    task_id: int
    assignment_id: int
    open: int

    @property
    def is_over(self) -> bool:
        return now() >= self.due_at


@dataclass(frozen=True)
class Bar:
    """New messages, and the alarm where there is one."""

    new: int = 0
    alarm: Alarm | None = None


async def bar(viewer: Viewer) -> Bar:
    """For whoever is signed in; empty for everybody else."""
    if not viewer.signed_in or viewer.watched_by is not None:
        return Bar()
    new = InboxMessage.visible_to(viewer).filter(fresh=True)
    urgent = alarms(viewer)
    # Counted by their numbers alone: with joins of its own a count would be one for each row.
    counted = Assignment.filter(id__in=Subquery(urgent.values("id")))
    first = urgent.order_by("due_at", "id").limit(1)
    asked: dict[str, Any] = {
        "new": Subquery(new.annotate(n=Count("id")).values("n")),
        "open": Subquery(counted.annotate(n=Count("id")).values("n")),
        "due_at": Subquery(first.values("due_at")),
        "assignment": Subquery(first.values("id")),
        "task": Subquery(first.values("task_id")),
        "title": Subquery(first.values("task__title")),
    }
    found = await Person.filter(id=viewer.person_id).annotate(**asked).values(*asked)
    return _bar(found[0]) if found else Bar()


def alarms(viewer: Viewer) -> QuerySet[Assignment]:
    """Copies of emergency tasks that are with a village and concern the viewer: there, or at the desk that sent them."""
    running = Task.filter(response_id__gt=0, state="dispatched").values("id")
    here = village_reach(viewer) | viewer.desk("task__township_id", *TOWNSHIP_READERS)
    return Assignment.filter(here, task_id__in=Subquery(running), state__in=WITH_THE_VILLAGE)


def _bar(row: dict[str, Any]) -> Bar:
    if not row["open"]:
        return Bar(int(row["new"] or 0))
    due_at = _moment.to_python_value(row["due_at"])
    assert due_at is not None
    return Bar(
        int(row["new"] or 0),
        Alarm(row["title"], due_at, int(row["task"]), int(row["assignment"]), int(row["open"])),
    )
