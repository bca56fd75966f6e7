"""Who stands where in a period: the places on every board it has, worked out without looking at what stands there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.base.raw_rows import plain
from models.evaluation import PersonScore
from models.evaluation.figures import Figures
from models.evaluation.scoring import Scored
from models.evaluation.statistics import Scored as Compared
from models.policies import upwards
from models.rankings.changes import Lines
from models.rankings.modes import modes_at
from models.rankings.placement import Place, places, places_of_persons, tiers
from models.rankings.records import AUDIENCES, LEVELS_WITH_BOARDS, Board
from models.schemes import Period
from models.units import Unit

Spot = tuple[int, int, int]
"""Board, village, person (0 for the village itself)."""
Told = tuple[int | None, int, int, int, str, int]
"""What stands there: group, rank, band, among, tier, shown."""
UNNAMED = "bottom"
"""Of villages, until it is settled over all boards who is named."""
Earned = tuple[int, int, int]
"""Person, village, points."""
Boards = dict[tuple[str, str], tuple[int, str]]
"""By path and audience: the number of the board, and its mode."""


async def boards_of(period: Period, where: Mapping[int, str]) -> Boards:
    """A board of villages and one of persons for each area that holds a village."""
    wanted = {path for right_above in {above(one) for one in where.values()} for path in upwards(right_above)}
    known = await _known(period)
    if any((path, audience) not in known for path in wanted for audience in AUDIENCES):
        await _begin(period, wanted, known)
        known = await _known(period)
    return known


def above(path: str) -> str:
    return path[: path.rstrip("/").rindex("/") + 1]


async def _known(period: Period) -> Boards:
    rows = Board.filter(period=period).values_list("id", "area__path", "audience", "mode")
    return {(path, audience): (pk, mode) for pk, path, audience, mode in await plain(rows)}


async def _begin(period: Period, paths: set[str], known: Boards) -> None:
    areas = await Unit.filter(path__in=sorted(paths), level__in=LEVELS_WITH_BOARDS).order_by("path")
    modes = await modes_at([area.path for area in areas])
    missing = [
        Board(area_id=area.pk, period_id=period.pk, audience=audience, mode=modes[area.path][audience])
        for area in areas
        for audience in AUDIENCES
        if (area.path, audience) not in known
    ]
    await Board.bulk_create(missing, ignore_conflicts=True)


@dataclass(frozen=True)
class Standing:
    """The scores of the villages that were looked at, and every place that follows from them."""

    scored: dict[int, Scored]
    places: dict[Spot, Told]


def standing(boards: Boards, lines: Lines, figures: Figures, earned: Sequence[Earned]) -> Standing:
    """A pure function, fit for a thread."""
    scored = figures.scored()
    villages = _villages(boards, lines.where, scored, figures.groups)
    return Standing(scored, villages | _persons(ranked(boards, lines), lines.where, earned))


def _villages(
    boards: Boards,
    where: Mapping[int, str],
    scored: Mapping[int, Scored],
    groups: Mapping[int, Sequence[int]],
) -> dict[Spot, Told]:
    """Each group of each area for itself."""
    group_of = {unit: group for group, units in groups.items() for unit in units}
    sets: dict[tuple[str, int], list[Compared]] = defaultdict(list)
    for unit, one in scored.items():
        for path in upwards(where[unit]):
            sets[path, group_of[unit]].append(Compared(unit, one.score, one.variance))
    found: dict[Spot, Told] = {}
    for (path, group), compared in sets.items():
        if (path, "villages") in boards:
            board, _ = boards[path, "villages"]
            for unit, place in places(compared).items():
                found[board, unit, 0] = _told(group, place, UNNAMED)
    return found


async def earned_by_persons(period: Period, boards: Boards, lines: Lines) -> Sequence[Earned]:
    """What persons have earned, where it is asked for at all; first where they did most, which is where they are placed."""
    if not ranked(boards, lines):
        return []
    rows = PersonScore.filter(period=period, points__gt=0).order_by("-points", "unit_id")
    return await plain(rows.values_list("person_id", "unit_id", "points"))


def ranked(boards: Boards, lines: Lines) -> dict[str, int]:
    """The boards of persons to be worked out: those that a policy of the city has ranked, where somebody has moved."""
    areas = lines.touched.areas
    return {
        path: board
        for (path, audience), (board, mode) in boards.items()
        if audience == "persons" and mode != "commended" and (areas is None or path in areas)
    }


def _persons(
    boards: Mapping[str, int], where: Mapping[int, str], earned: Sequence[Earned]
) -> dict[Spot, Told]:
    sums: dict[str, dict[int, int]] = {path: defaultdict(int) for path in boards}
    home: dict[tuple[str, int], int] = {}
    above = {unit: [area for area in upwards(path) if area in boards] for unit, path in where.items()}
    for person, unit, points in earned:
        for path in above.get(unit, ()):
            sums[path][person] += points
            home.setdefault((path, person), unit)
    found: dict[Spot, Told] = {}
    for path, of in sums.items():
        placed = places_of_persons({person: points // 10 for person, points in of.items()})
        told = tiers(place.band for place in placed.values())
        for person, place in placed.items():
            found[boards[path], home[path, person], person] = _told(None, place, told[place.band])
    return found


def _told(group: int | None, place: Place, tier: str) -> Told:
    return group, place.rank, place.band, place.among, tier, place.shown
