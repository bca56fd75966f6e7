"""Keeping boards up with the results: of an open period, what a moved tally can change is worked out again.

A tally that moves may change every village of its group, and no other; points that move, the boards of persons
above the village they were earned in. Whoever worked from newer figures goes before: what was read too early for
a change is worked out once more, as the change has a higher number than the one that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from tortoise import Tortoise
from tortoise.expressions import F
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.batches import in_batches
from models.base.followers import follows, in_turn
from models.base.pools import RECKONING
from models.base.raw_rows import plain
from models.evaluation import close_what_is_over
from models.evaluation.figures import figures_of
from models.evaluation.scoring import Scored
from models.evaluation.tallies import marked
from models.points.book import between, keep_book
from models.rankings.changes import Touched, lines_of
from models.rankings.disclosure import follow_praise, name_again, note_names
from models.rankings.modes import note_modes
from models.rankings.records import Placing
from models.rankings.standings import Spot, Told, boards_of, earned_by_persons, ranked, standing
from models.schemes import Period, VillageIndex
from models.schemes.board_version import hold, moved


async def keep_up() -> None:
    """From the trail to the boards, for whoever wants to see them as they stand."""
    await keep_book()
    await keep_boards()


@follows
async def keep_boards() -> None:
    """From points to boards: publish as policies say, score, place; then close what is over."""
    await in_turn([note_modes, refresh_all, follow_praise, partial(close_what_is_over, refresh)])


async def refresh_all() -> None:
    """The youngest period first, as its boards are the ones people look at; each has its turn, whatever comes in meanwhile."""
    behind = Period.filter(closed_at=None, moves__gt=F("shown_moves")).order_by("-since", "id")
    await in_turn([partial(_catch_up, int(str(pk))) for pk in await behind.values_list("id", flat=True)])


between.append(refresh_all)


async def _catch_up(number: int) -> None:
    """With what has moved until now, and not only until the round began."""
    await _work_out(await Period.get(pk=number), whole=False)


async def refresh(period: Period) -> None:
    """Work the whole of a period out again, as of the tallies there are now."""
    await _work_out(period, whole=True)


async def _work_out(period: Period, *, whole: bool) -> None:
    seen, lines = period.moves, await lines_of(period, whole=whole)
    figures = await figures_of(period, lines.touched.groups)
    boards = await boards_of(period, lines.where)
    earned = await earned_by_persons(period, boards, lines)
    found = await RECKONING.run(standing, boards, lines, figures, earned)
    async with in_transaction():
        await hold()
        held = await Period.select_for_update().get(pk=period.pk)
        if held.closed_at is not None or not period.shown_moves <= held.shown_moves < seen + whole:
            return
        numbers = await _write_scores(period, lines.touched, found.scored)
        known = await _known_places(period, lines.touched, sorted(ranked(boards, lines).values()))
        await _write_places(known, found.places, numbers)
        held.shown_moves = seen
        await held.save(update_fields=["shown_moves"])
        await name_again()
        await moved()
        await note_names()
    period.shown_moves = seen


SCORE_COLUMNS = ("exact", "shown", "low", "high", "parts")


async def _write_scores(period: Period, touched: Touched, scored: Mapping[int, Scored]) -> dict[int, int]:
    """Only what reads otherwise than before; returns the number of each village's score."""
    lines = VillageIndex.filter(period=period)
    if touched.groups is not None:
        lines = lines.filter(group_id__in=sorted(touched.groups))
    rows = await plain(lines.values_list("id", "unit_id", *SCORE_COLUMNS))
    changed = []
    for number, unit, *before in rows:
        one = scored.get(unit)
        now = [one.exact, one.shown, one.low, one.high, one.parts] if one else ["", 0, 0, 0, "[]"]
        if now != before:
            changed.append([*now, number])
    await _each("UPDATE village_index SET exact={}, shown={}, low={}, high={}, parts={} WHERE id={}", changed)
    return {unit: number for number, unit, *_ in rows}


Known = dict[Spot, tuple[int, Told]]
"""The number of a place's row, and what it tells."""
PLACE_COLUMNS = ("group_id", "rank", "band", "among", "tier", "shown")
TIER = PLACE_COLUMNS.index("tier")


async def _known_places(period: Period, touched: Touched, persons: Sequence[int]) -> Known:
    """What stands now on the boards, and of the groups, that were looked at."""
    there = Placing.filter(board__period_id=period.pk)
    if touched.groups is None:
        return await _read(there)
    of_villages = there.filter(person_id=None, group_id__in=sorted(touched.groups))
    of_persons = Placing.filter(board_id__in=persons)
    return (await _read(of_villages) if touched.groups else {}) | (await _read(of_persons) if persons else {})


async def _read(rows: QuerySet[Placing]) -> Known:
    columns = ("id", "board_id", "unit_id", "person_id", *PLACE_COLUMNS)
    return {
        (board, unit, person or 0): (number, tuple(told))
        for number, board, unit, person, *told in await plain(rows.values_list(*columns))
    }


async def _write_places(known: Known, wanted: Mapping[Spot, Told], numbers: Mapping[int, int]) -> None:
    """New places are added, changed ones changed, and those of whom nothing is left to say taken away."""
    wanted = {spot: _still_named(spot, told, known) for spot, told in wanted.items()}
    changed = [
        [*told, known[spot][0]] for spot, told in wanted.items() if spot in known and known[spot][1] != told
    ]
    await _each(
        "UPDATE board_placing SET group_id={}, rank={}, band={}, among={}, tier={}, shown={} WHERE id={}",
        changed,
    )
    gone = [number for spot, (number, _) in known.items() if spot not in wanted]
    for first in range(0, len(gone), 500):
        await Placing.filter(id__in=gone[first : first + 500]).delete()
    # Numbers follow where and who, never the points: lines of a band are read, and turned over, by number.
    async for spots in in_batches(sorted(spot for spot in wanted if spot not in known)):
        await Placing.bulk_create([_placing(spot, wanted[spot], numbers) for spot in spots])


def _still_named(spot: Spot, told: Told, known: Known) -> Told:
    """A village's tier is settled over all boards together, when all that moved here is written."""
    if spot not in known or spot[2]:
        return told
    group, rank, band, among, _, shown = told
    return group, rank, band, among, str(known[spot][1][TIER]), shown


def _placing(spot: Spot, told: Told, numbers: Mapping[int, int]) -> Placing:
    board, unit, person = spot
    score = numbers.get(unit) if not person else None
    said = dict(zip(PLACE_COLUMNS, told, strict=True))
    return Placing(board_id=board, unit_id=unit, person_id=person or None, score_id=score, **said)


async def _each(statement: str, rows: list[list[Any]]) -> None:
    if rows:
        await Tortoise.get_connection("default").execute_many(marked(statement, len(rows[0])), rows)
