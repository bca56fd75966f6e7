"""Keeping boards up with the results: scores and places of open periods, worked out again whenever a tally has moved."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise import Tortoise
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.base.following import follows
from models.evaluation import Period, PersonScore, VillageIndex, close_what_is_over, read_results
from models.evaluation.figures import figures_of
from models.evaluation.scoring import Scored
from models.evaluation.statistics import Scored as Compared
from models.evaluation.tallies import marked
from models.evaluation.version import moved
from models.policies import upwards
from models.rankings.modes import modes_at, note_modes
from models.rankings.placing import Place, places, places_of_persons
from models.rankings.records import LEVELS_WITH_BOARDS, Board, Placing
from models.units import Unit

Spot = tuple[int, int, int]
"""Board, village, person (0 for the village itself)."""


@follows
async def keep_up() -> None:
    """From the trail to the boards: credit, score, place; then publish as policies say, and close what is over."""
    await read_results()
    await refresh_all()
    await note_modes()
    await close_what_is_over(refresh)


async def refresh_all() -> None:
    """The youngest period first: its boards are the ones people look at."""
    behind = Period.filter(closed_at=None, moves__gt=F("shown_moves")).order_by("-since", "id")
    for period in await behind.select_related("city"):
        await refresh(period)


async def refresh(period: Period) -> None:
    """Work a period out again, as of the tallies there are now; another server's newer result stands."""
    seen, figures = period.moves, await figures_of(period)
    scored = await asyncio.to_thread(figures.scored)
    where = await _places_of(period)
    boards = await _boards(period, where)
    wanted = _villages(boards, where, scored, figures.groups) | await _persons(boards, period, where)
    async with in_transaction():
        held = await Period.select_for_update().get(pk=period.pk)
        if held.closed_at is not None or held.shown_moves >= seen:
            return
        lines = await _write_scores(period, scored)
        await _write_places(boards, wanted, lines)
        held.shown_moves = seen
        await held.save(update_fields=["shown_moves"])
        await moved()
    period.shown_moves = seen


async def _places_of(period: Period) -> dict[int, str]:
    """Where each village of the period lies."""
    rows = await VillageIndex.filter(period=period).values_list("unit_id", "unit__path")
    return {int(str(unit)): str(path) for unit, path in rows}


async def _boards(period: Period, where: Mapping[int, str]) -> dict[tuple[str, str], Board]:
    """A board of villages and one of persons for each area that holds a village, by its path and audience."""
    paths = sorted({path for one in where.values() for path in upwards(one)})
    areas = await Unit.filter(path__in=paths, level__in=LEVELS_WITH_BOARDS).order_by("path")
    known = {(one.area_id, one.audience) for one in await Board.filter(period=period)}
    modes = await modes_at([area.path for area in areas])
    missing = [
        Board(area_id=area.pk, period_id=period.pk, audience=audience, mode=modes[area.path][audience])
        for area in areas
        for audience in ("villages", "persons")
        if (area.pk, audience) not in known
    ]
    await Board.bulk_create(missing, ignore_conflicts=True)
    by_area = {area.pk: area.path for area in areas}
    return {(by_area[one.area_id], one.audience): one for one in await Board.filter(period=period)}


@dataclass(frozen=True)
class Line:
    """What a placing says beside its place."""

    place: Place
    group: int | None
    shown: int


def _villages(
    boards: Mapping[tuple[str, str], Board],
    where: Mapping[int, str],
    scored: Mapping[int, Scored],
    groups: Mapping[int, Sequence[int]],
) -> dict[Spot, Line]:
    """Each group of each area for itself."""
    group_of = {unit: group for group, units in groups.items() for unit in units}
    sets: dict[tuple[str, int], list[Compared]] = defaultdict(list)
    for unit, one in scored.items():
        for path in upwards(where[unit]):
            sets[path, group_of[unit]].append(Compared(unit, one.score, one.variance))
    found: dict[Spot, Line] = {}
    for (path, group), compared in sets.items():
        if (path, "villages") in boards:
            board = boards[path, "villages"].pk
            for unit, place in places(compared).items():
                found[board, unit, 0] = Line(place, group, scored[unit].shown)
    return found


async def _persons(
    boards: Mapping[tuple[str, str], Board], period: Period, where: Mapping[int, str]
) -> dict[Spot, Line]:
    """Persons are placed only where a policy of the city has their board ranked at all, where they did most."""
    ranked = {
        path: one.pk for (path, kind), one in boards.items() if kind == "persons" and one.mode != "commended"
    }
    if not ranked:
        return {}
    scores = PersonScore.filter(period=period, points__gt=0).order_by("-points", "unit_id")
    rows = await scores.values_list("person_id", "unit_id", "points")
    earned: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    home: dict[tuple[str, int], int] = {}
    for person, unit, points in rows:
        for path in upwards(where.get(int(unit), "")):
            if path in ranked:
                earned[path][int(person)] += int(points)
                home.setdefault((path, int(person)), int(unit))
    return {
        (ranked[path], home[path, person], person): Line(place, None, points[person] // 10)
        for path, points in earned.items()
        for person, place in places_of_persons(dict(points)).items()
    }


SCORE_COLUMNS = ("exact", "shown", "low", "high", "parts")


async def _write_scores(period: Period, scored: Mapping[int, Scored]) -> dict[int, int]:
    """Only what reads otherwise than before; returns the number of each village's score."""
    rows = await VillageIndex.filter(period=period).values_list("id", "unit_id", *SCORE_COLUMNS)
    changed = []
    for number, unit, *before in rows:
        one = scored.get(int(unit))
        now = [one.exact, one.shown, one.low, one.high, one.parts] if one else ["", 0, 0, 0, "[]"]
        if now != before:
            changed.append([*now, number])
    await _each("UPDATE village_index SET exact={}, shown={}, low={}, high={}, parts={} WHERE id={}", changed)
    return {int(unit): int(number) for number, unit, *_ in rows}


PLACE_COLUMNS = ("group_id", "rank", "band", "among", "tier", "shown")


async def _write_places(
    boards: Mapping[tuple[str, str], Board], wanted: Mapping[Spot, Line], lines: Mapping[int, int]
) -> None:
    """New places are added, changed ones changed, and those of whom nothing is left to say taken away."""
    numbers = [one.pk for one in boards.values()]
    columns = ("id", "board_id", "unit_id", "person_id", *PLACE_COLUMNS)
    period = next(iter(boards.values())).period_id if boards else 0
    rows = await Placing.filter(board__period_id=period).values_list(*columns) if numbers else []
    known: dict[Spot, tuple[int, list[Any]]] = {
        (int(board), int(unit), int(person or 0)): (int(number), before)
        for number, board, unit, person, *before in rows
    }
    changed = [
        [*_told(line), known[spot][0]]
        for spot, line in wanted.items()
        if spot in known and known[spot][1] != _told(line)
    ]
    await _each(
        "UPDATE board_placing SET group_id={}, rank={}, band={}, among={}, tier={}, shown={} WHERE id={}",
        changed,
    )
    gone = [number for spot, (number, _) in known.items() if spot not in wanted]
    for first in range(0, len(gone), 500):
        await Placing.filter(id__in=gone[first : first + 500]).delete()
    fresh = (_placing(spot, line, lines) for spot, line in wanted.items() if spot not in known)
    await Placing.bulk_create(fresh, batch_size=500)


def _told(line: Line) -> list[Any]:
    place = line.place
    return [line.group, place.rank, place.band, place.among, place.tier, line.shown]


def _placing(spot: Spot, line: Line, lines: Mapping[int, int]) -> Placing:
    board, unit, person = spot
    told = dict(zip(PLACE_COLUMNS, _told(line), strict=True))
    score = lines.get(unit) if not person else None
    return Placing(board_id=board, unit_id=unit, person_id=person or None, score_id=score, **told)


async def _each(statement: str, rows: Iterable[list[Any]]) -> None:
    listed = list(rows)
    if listed:
        await Tortoise.get_connection("default").execute_many(marked(statement, len(listed[0])), listed)
