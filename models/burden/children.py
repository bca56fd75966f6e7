"""What lies right below a place, with its figures: one statement for each figure, for all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tortoise.functions import Count, Sum
from tortoise.queryset import QuerySet

from models.base.areas import end_of
from models.base.viewer import Viewer
from models.burden.figures import exact
from models.burden.rows import REFUSED, merged_away, sent, sent_tasks, taken_up
from models.ledger import Wanted, entries, villages
from models.ledger.load import tenths
from models.units import Unit

BELOW = {"city": "county", "county": "township", "township": "village"}


@dataclass(frozen=True)
class Child:
    """One unit right below a place, in the period."""

    unit: Unit
    villages: int
    assignments: int
    hours: Decimal
    tasks: int
    requests: int
    merged: int
    refused: int
    answered: int

    @property
    def per_village(self) -> Decimal:
        return tenths(Decimal(self.assignments) / self.villages) if self.villages else Decimal(0)


def children(viewer: Viewer, place: Unit, wanted: Wanted) -> QuerySet[Unit]:
    """Counties of a city, townships of a county, villages of a township, in the order of the tree."""
    level = BELOW.get(place.level, "")
    if level == "village":
        return villages(viewer, Wanted(wanted.period, place))
    return Unit.visible_to(viewer).filter(parent_id=place.pk, level=level)


@dataclass
class Sums:
    """Numbers by path, added up for whichever of some units the path lies in."""

    units: Sequence[Unit]
    found: dict[str, Decimal] = field(default_factory=dict)

    def add(self, rows: Iterable[tuple[Any, Any]]) -> Sums:
        depth = self.units[0].path.count("/") if self.units else 0
        for path, number in rows:
            above = "/".join(str(path).split("/")[:depth]) + "/"
            self.found[above] = self.found.get(above, Decimal(0)) + Decimal(str(number or 0))
        return self

    def of(self, unit: Unit) -> Decimal:
        return self.found.get(unit.path, Decimal(0))


async def tallies(viewer: Viewer, wanted: Wanted, page: Sequence[Unit]) -> list[Child]:
    """The figures of these units, which follow one another in the tree."""
    if not page:
        return []
    near = page[0].level == "village"
    unit = "unit" if near else "task__township"
    out = _between(sent(viewer, wanted), f"{unit}__path", page)
    counted = out.annotate(count=Count("id"), hours=Sum("task__matter__effort_hours")).group_by(
        f"{unit}__path"
    )
    told = await counted.values_list(f"{unit}__path", "count", "hours")
    copies = Sums(page).add((path, count) for path, count, _ in told)
    hours = Sums(page).add((path, hours) for path, _, hours in told)
    homes = Sums(page) if near else await _counted(villages(viewer, wanted), "parent__path", page)
    above = [Sums(page) if near else one for one in await _of_townships(viewer, wanted, page)]
    return [
        Child(
            one,
            1 if near else int(homes.of(one)),
            int(copies.of(one)),
            exact(hours.of(one)),
            *(int(sums.of(one)) for sums in above),
        )
        for one in page
    ]


async def busiest(viewer: Viewer, township: Unit, wanted: Wanted) -> list[Child]:
    """All villages of a township, which are some dozens, those to which most was sent first."""
    lines = await tallies(viewer, wanted, await children(viewer, township, wanted).order_by("path"))
    return sorted(lines, key=lambda one: (-one.assignments, -one.hours, one.unit.path))


async def _of_townships(viewer: Viewer, wanted: Wanted, page: Sequence[Unit]) -> list[Sums]:
    """Tasks, requests, merged, refused and answered: known of townships and whatever is made of them."""
    if page[0].level == "village":
        return [Sums(page)] * 5
    verdicts = entries(viewer, wanted)
    return [
        await _counted(sent_tasks(viewer, wanted), "township__path", page),
        await _counted(taken_up(viewer, wanted), "task__township__path", page),
        await _counted(merged_away(viewer, wanted), "task__township__path", page),
        await _counted(verdicts.filter(verdict__in=REFUSED), "request__township__path", page),
        await _counted(verdicts.filter(verdict="answered"), "request__township__path", page),
    ]


async def _counted(rows: QuerySet[Any], column: str, page: Sequence[Unit]) -> Sums:
    grouped = _between(rows, column, page).annotate(count=Count("id")).group_by(column)
    return Sums(page).add(await grouped.values_list(column, "count"))


def _between(rows: QuerySet[Any], column: str, page: Sequence[Unit]) -> QuerySet[Any]:
    """Rows from the first to the last of these units: other levels in between belong to none of them."""
    return rows.filter(**{f"{column}__gte": page[0].path, f"{column}__lt": end_of(page[-1].path)})
