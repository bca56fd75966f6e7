"""What stands on every page: how many messages are new, the emergency that presses most, and years whose working days nobody knows yet.

One statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tortoise import Tortoise, fields
from tortoise.expressions import Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.statement_cache import statement_of
from models.base.viewer import Viewer
from models.inbox import InboxMessage
from models.people import Person
from models.people.roles import DESK
from models.policies import upwards
from models.tasks import WITH_THE_VILLAGE, Assignment, Task
from models.tasks.visibility import village_reach
from models.workdays import WorkCalendar, published

AHEAD = timedelta(days=92)
"""So far ahead most deadlines lie that are counted in working days."""
VIEWERS = 1_000
"""People whose header is not written anew with every page."""
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
class PageHeader:
    """New messages, the alarm where there is one, and the years that count Monday to Friday until they are published."""

    new: int = 0
    alarm: Alarm | None = None
    unpublished: tuple[int, ...] = ()


async def page_header(viewer: Viewer) -> PageHeader:
    """For whoever is signed in; empty for everybody else."""
    if not viewer.signed_in or viewer.watched_by is not None:
        return PageHeader()
    connection = Tortoise.get_connection("default")
    sql, values, years = _asked(viewer, today(), connection.capabilities.dialect)
    found = (await connection.execute_query(sql, list(values)))[1]
    return _header(found[0], years) if found else PageHeader()


@lru_cache(VIEWERS)
def _asked(viewer: Viewer, day: date, dialect: str) -> tuple[str, tuple[Any, ...], tuple[int, ...]]:
    """The statement with its values, and the years it asks about: all change with the posts of the viewer and the day."""
    years = _unknown_years(day)
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
    for year in years:
        own = WorkCalendar.filter(unit__path__in=_cities(viewer), year=year)
        asked[f"own_{year}"] = Subquery(own.annotate(n=Count("id")).values("n"))
    sql, values = statement_of(Person.filter(id=viewer.person_id).annotate(**asked).values(*asked))
    return sql, tuple(values), years


def _unknown_years(day: date) -> tuple[int, ...]:
    """The years from this day on, as far ahead as deadlines are set, that the shipped notices do not tell."""
    return tuple(year for year in range(day.year, (day + AHEAD).year + 1) if published(year) is None)


def _cities(viewer: Viewer) -> list[str]:
    return sorted({upwards(hat.unit_path)[0] for hat in viewer.hats})


def alarms(viewer: Viewer) -> QuerySet[Assignment]:
    """Copies of emergency tasks that are with a village and concern the viewer: there, or at the desk that sent them."""
    running = Task.filter(response_id__gt=0, state="dispatched").values("id")
    here = village_reach(viewer) | viewer.desk("task__township_id", *DESK)
    return Assignment.filter(here, task_id__in=Subquery(running), state__in=WITH_THE_VILLAGE)


def _header(row: Mapping[str, Any], unknown: tuple[int, ...]) -> PageHeader:
    new, unpublished = int(row["new"] or 0), tuple(year for year in unknown if not row[f"own_{year}"])
    if not row["open"]:
        return PageHeader(new, None, unpublished)
    due_at = _moment.to_python_value(row["due_at"])
    assert due_at is not None
    return PageHeader(
        new,
        Alarm(row["title"], due_at, int(row["task"]), int(row["assignment"]), int(row["open"])),
        unpublished,
    )
