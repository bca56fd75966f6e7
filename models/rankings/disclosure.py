"""Who of those placed is named to everybody: over all boards on show together, three of each township's group stay unnamed.

A reader may lay the boards of township, county and city, of month, quarter and year, and the praise beside each
other. So who is named is settled for all of them at once: board by board in one order, band by band from the
front, and always whole bands; the first that would leave fewer than three ends its board. Townships with few of a
group are named on their own board alone. Boards of closed periods stay as they were published, and are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from tortoise import Tortoise
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.base.clock import TOWN_ZONE
from models.base.followers import Bookmark
from models.base.raw_rows import plain
from models.base.viewer import subtree
from models.evaluation.tallies import marked
from models.points import Commendation
from models.points.commendations import gives_way_to_praise, names_too
from models.rankings.placement import LEFT_UNNAMED, PUBLISHED, tiers
from models.rankings.records import LEVELS_WITH_BOARDS, Board, Placing
from models.rankings.standings import above
from models.schemes import Period
from models.schemes.board_version import NAME, moved
from models.schemes.publication import on_show

FEW = 2 * LEFT_UNNAMED
"""A township with fewer of a group is named on no board but its own."""
READER = "names"
Cell = tuple[int, str, int]
"""Period, path of the township, group."""


class Line(NamedTuple):
    """A village on a board, as far as naming looks at it."""

    number: int
    unit: int
    cell: Cell
    band: int
    tier: str


class Shown(NamedTuple):
    """One board's lines of one group, with where the board comes in turn."""

    turn: tuple[Any, ...]
    mode: str
    is_open: bool
    level: str
    lines: list[Line]


def settled(boards: Iterable[Shown], praised: Iterable[int]) -> dict[int, str]:
    """The tier of every line of the open boards: what may be named, and `bottom` for all that may not. A pure function."""
    given = sorted(boards, key=lambda one: one.turn)
    cells: dict[Cell, set[int]] = defaultdict(set)
    for one in given:
        for line in one.lines:
            cells[line.cell].add(line.unit)
    named = set(praised) | {line.unit for one in given if not one.is_open for line in _told(one)}
    cells_of: dict[int, list[set[int]]] = defaultdict(list)
    for units in cells.values():
        for unit in units:
            cells_of[unit].append(units)
    found: dict[int, str] = {}
    for one in given:
        if one.is_open:
            found |= _of_one(one, named, cells, cells_of)
    return found


def _told(board: Shown) -> list[Line]:
    return [line for line in board.lines if line.tier in PUBLISHED[board.mode]]


def _of_one(
    board: Shown,
    named: set[int],
    cells: dict[Cell, set[int]],
    cells_of: dict[int, list[set[int]]],
) -> dict[int, str]:
    """Band by band from the front, as long as each fits beside all that is named so far."""
    found = {line.number: "bottom" for line in board.lines}
    inside: dict[int, list[Line]] = defaultdict(list)
    for line in board.lines:
        inside[line.band].append(line)
    few = LEFT_UNNAMED + 1 if board.level == "township" else FEW
    for band, tier in sorted(tiers(line.band for line in board.lines).items()):
        if tier not in PUBLISHED[board.mode]:
            break
        told = [line for line in inside[band] if len(cells[line.cell]) >= few]
        units = {line.unit for line in told}
        # Also of those who are named already, by praise or elsewhere: a board adds who is in front.
        if any(len(cell - named - units) < LEFT_UNNAMED for unit in units for cell in cells_of[unit]):
            break
        named |= units
        found |= {line.number: tier for line in told}
    return found


@gives_way_to_praise
async def name_again() -> None:
    """Settle who is named on all open boards, within the transaction that placed somebody or praised them."""
    cities = Board.filter(period__closed_at=None).distinct().values_list("period__city_id", flat=True)
    for city in sorted({int(str(one)) for one in await cities}):
        periods = await Period.filter(on_show(), city_id=city).order_by("since").select_related("city")
        boards, tiers_there = await _read({one.pk: one for one in periods})
        wanted = settled(boards, await _praised(periods))
        rows = [[tier, number] for number, tier in sorted(wanted.items()) if tiers_there[number] != tier]
        if rows:
            statement = marked("UPDATE board_placing SET tier={} WHERE id={}", 2)
            await Tortoise.get_connection("default").execute_many(statement, rows)


COLUMNS = (
    *("id", "unit_id", "unit__path", "group_id", "band", "tier"),
    *("board_id", "board__mode", "board__period_id", "board__area__level", "board__area__path"),
)
KINDS = ("month", "quarter", "year")


async def _read(periods: Mapping[int, Period]) -> tuple[list[Shown], dict[int, str]]:
    """Every line of the villages' boards of these periods, by board and group, and the tiers there are. One statement."""
    rows = Placing.filter(board__period_id__in=list(periods), board__audience="villages", person_id=None)
    boards: dict[tuple[int, int], Shown] = {}
    there: dict[int, str] = {}
    for number, unit, path, group, band, there[number], board, *about in await plain(
        rows.order_by("id").values_list(*COLUMNS)
    ):
        if (board, group) not in boards:
            boards[board, group] = _shown(group, periods, *about)
        line = Line(number, unit, (about[1], above(path), group), band, there[number])
        boards[board, group].lines.append(line)
    return list(boards.values()), there


def _shown(group: int, periods: Mapping[int, Period], mode: str, number: int, level: str, area: str) -> Shown:
    """A township's own board comes before those above it, the month before the quarter and the year."""
    period, height = periods[number], -LEVELS_WITH_BOARDS.index(level)
    turn = (height, KINDS.index(period.kind), -period.since.toordinal(), area, group)
    return Shown(turn, mode, period.is_open, level, [])


@names_too
async def named_for_good(periods: Sequence[Period]) -> set[int]:
    """The villages that boards of these periods name and that stay named, as the periods are closed."""
    told = (Q(board__mode=mode, tier__in=tiers) for mode, tiers in PUBLISHED.items() if tiers)
    closed = [one.pk for one in periods if not one.is_open]
    rows = Placing.filter(
        Q(*told, join_type="OR"), board__period_id__in=closed, board__audience="villages", person_id=None
    )
    return {int(str(one)) for one in await rows.distinct().values_list("unit_id", flat=True)}


async def _praised(periods: Sequence[Period]) -> list[int]:
    """The villages praised since the first of these periods began."""
    if not periods:
        return []
    begins = datetime.combine(periods[0].since, time(0), TOWN_ZONE)
    rows = Commendation.filter(subtree("unit__path", periods[0].city.path), told=True, made_at__gte=begins)
    return [int(str(one)) for one in await rows.distinct().values_list("unit_id", flat=True)]


async def follow_praise() -> None:
    """Where praise was given, or a board is no longer on show, others may be named, or fewer."""
    known, mark = await Bookmark.get_or_none(name=NAME), await Bookmark.get_or_none(name=READER)
    if known is None or (mark is not None and mark.seq == known.seq):
        return
    async with in_transaction():
        await moved()
        await name_again()
        await note_names()


async def note_names() -> None:
    """Within a transaction that holds the boards: who is named is settled as of their version."""
    known = await Bookmark.get(name=NAME)
    mark = await Bookmark.held(READER)
    mark.seq = known.seq
    await mark.save(update_fields=["seq"])
