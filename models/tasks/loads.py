"""Burden: what each village already carries, seen before more is put upon it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property

from tortoise.expressions import Q, Subquery

from models.base.clock import today, town_day
from models.policies import policies_at, upwards
from models.tasks.records import Assignment
from models.tasks.states import WITH_THE_VILLAGE
from models.units import Unit
from models.workdays import Workdays, workdays_of

DAYS_A_WEEK = 5
NEAR = 3
"""Deadlines this many working days apart or less get into each other's way."""
CEILINGS = ("open_tasks", "collisions", "hours_a_week")


COLUMNS = ("unit__level", "unit_id", "unit__parent_id", "task_id", "due_at", "task__matter__effort_hours")


@dataclass(frozen=True)
class Load:
    """What one village would carry with the new task, against the ceilings of its county."""

    unit: Unit
    open_tasks: int
    collisions: int
    """Tasks due within three working days of the new one, itself included."""
    hours_a_week: Decimal
    """Estimated hours, each task's spread evenly over the working days it has left."""
    ceilings: dict[str, int]
    effort_hours: Decimal
    """All estimated hours that lie before it: unlike those of a week they do not rise by waiting."""
    unpublished: Sequence[int] = ()
    """Years until its end whose holidays are not known yet, so that weekdays alone were counted."""

    def heavier_than(self, other: Load) -> bool:
        """Whether it is above a ceiling with more of it than the other."""
        return any(getattr(self, name) > getattr(other, name) for name in self.over)

    @cached_property
    def over(self) -> list[str]:
        """Which ceilings the new task would break."""
        return [name for name in CEILINGS if getattr(self, name) > self.ceilings[name]]

    def share(self, name: str) -> int:
        """The load as a percentage of its ceiling, for a bar: at most 150."""
        return min(150, int(100 * getattr(self, name) / self.ceilings[name]))


@dataclass(frozen=True)
class Asked:
    """What is asked of these units: due on a day, with so many estimated hours for each."""

    path: str
    """Of the township, under which its ceilings and working days are found."""
    units: Sequence[Unit]
    due_on: date
    effort_hours: Decimal | None


async def loads_with(
    township: Unit,
    units: Sequence[Unit],
    *,
    due_on: date,
    effort_hours: Decimal | None,
    without: int | None = None,
) -> list[Load]:
    """The load of each unit once the task is there too: three statements, however many units."""
    asked = Asked(township.path, units, due_on, effort_hours)
    return (await loads_of_each([asked], without=[] if without is None else [without]))[0]


async def loads_of_each(
    asked: Sequence[Asked],
    *,
    without: Collection[int] | Subquery = (),
    beside: Mapping[int, Sequence[tuple[date, Decimal]]] | None = None,
) -> list[list[Load]]:
    """The loads that each of these, and no other of them, would bring: three statements, however many.

    A village carries what its grids have, a grid what its village has, and both what waits `beside`, by village.
    """
    paths = {one.path for one in asked}
    ceilings = await policies_at(paths, CEILINGS)
    days = {city: await workdays_of(city) for city in {upwards(path)[0] for path in paths}}
    villages = sorted({_village_of(unit) for one in asked for unit in one.units})
    there = Q(unit_id__in=villages) | Q(unit__parent_id__in=villages, unit__level="grid")
    rows = Assignment.filter(there, state__in=WITH_THE_VILLAGE)
    rows = rows.exclude(task_id__in=without) if without else rows
    day_of = cache(town_day)  # many villages have the same tasks
    tasks = {
        (village_behind(level, pk, above), task): (day_of(due), Decimal(hours or 0))
        for level, pk, above, task, due, hours in await rows.values_list(*COLUMNS)
    }
    carried: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for (village, _), one_task in tasks.items():
        carried[village].append(one_task)
    for village, waiting in (beside or {}).items():
        carried[village] += waiting
    return [_loads(one, carried, days[upwards(one.path)[0]], ceilings[one.path]) for one in asked]


def village_behind(level: str, number: int, above: int | None) -> int:
    """The village that answers for a place, a grid's or the place itself."""
    return above or number if level == "grid" else number


def _village_of(unit: Unit) -> int:
    return village_behind(unit.level, unit.pk, unit.parent_id)


def _loads(
    asked: Asked,
    carried: Mapping[int, Sequence[tuple[date, Decimal]]],
    days: Workdays,
    ceilings: dict[str, int],
) -> list[Load]:
    new = (asked.due_on, Decimal(asked.effort_hours or 0))
    # Many villages have the same tasks: what hangs on the days between is worked out once for each day and effort.
    now = today()
    near = cache(lambda due: abs(days.between(asked.due_on, due)) <= NEAR)
    a_week = cache(lambda due, hours: _a_week(hours, max(1, days.between(now, due))))
    unknown = days.unpublished(today(), asked.due_on)
    return [
        _load(unit, [*carried.get(_village_of(unit), ()), new], near, a_week, ceilings, unknown)
        for unit in asked.units
    ]


def _load(
    unit: Unit,
    tasks: list[tuple[date, Decimal]],
    near: Callable[[date], bool],
    a_week: Callable[[date, Decimal], Decimal],
    ceilings: dict[str, int],
    unknown: list[int],
) -> Load:
    close = sum(near(due) for due, _ in tasks)
    hours = sum((a_week(due, hours) for due, hours in tasks), Decimal(0))
    effort = sum((hours for _, hours in tasks), Decimal(0))
    return Load(unit, len(tasks), close, hours.quantize(Decimal("0.1")), ceilings, effort, unknown)


def _a_week(hours: Decimal, left: int) -> Decimal:
    return hours / left * min(DAYS_A_WEEK, left)
