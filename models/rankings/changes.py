"""What of a period has to be worked out: all of it, or the groups and places that something has moved in since it was shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.base.raw_rows import plain
from models.evaluation import PersonScore
from models.policies import upwards
from models.schemes import Period, VillageIndex


@dataclass(frozen=True)
class Touched:
    """Groups of villages, and the areas on whose boards persons stand otherwise; None for every one."""

    groups: frozenset[int] | None = None
    areas: frozenset[str] | None = None


EVERYTHING = Touched()


@dataclass(frozen=True)
class Lines:
    """The villages of a period: where each lies, and what has moved since it was last shown."""

    where: Mapping[int, str]
    touched: Touched


async def lines_of(period: Period, *, whole: bool) -> Lines:
    """A village moves its group, and with it all that are compared with it; a person the boards of their place."""
    since, touched = period.shown_moves, EVERYTHING
    columns = ("unit_id", "unit__path", "group_id", "moved")
    rows = await plain(VillageIndex.filter(period=period).values_list(*columns))
    where = {unit: path for unit, path, _, _ in rows}
    if not whole and period.moved_whole <= since:
        persons = PersonScore.filter(period=period, moved__gt=since).distinct()
        units = {unit for (unit,) in await plain(persons.values_list("unit_id"))}
        moved = {unit: group for unit, _, group, number in rows if number > since}
        areas = _areas(where, units | set(moved))
        touched = Touched(frozenset(moved.values()), areas)
    return Lines(where, touched)


def _areas(where: Mapping[int, str], units: Collection[int]) -> frozenset[str]:
    return frozenset(path for unit in units if unit in where for path in upwards(where[unit]))
