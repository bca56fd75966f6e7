"""Figures by place, time and side: what counting by hand gives, what the dashboard says, and nothing of one village."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from tortoise import Tortoise

from models import burden, ledger
from models.base.clock import now, today, town_day
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.burden import ASSIGNMENT_SIDES, INTERVALS, SCREENING_SIDES, Cut, Row, pieces
from models.ledger import Period, Wanted
from models.recount import recount_ledger
from models.screening import Screening
from models.tasks import WITH_THE_VILLAGE, Assignment
from models.units import Unit
from tests.builders import Town, a_unit, a_viewer
from tests.counting import counted
from tests.models.burden.scenes import a_busy_town, half_a_year

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]
LONG = Period(date(2025, 12, 29), date(2027, 1, 3))
STEPS = ("dispatched", "received", "reported", "accepted")


async def _scattered(seed: int) -> Town:
    """The town with copies in all states, some in time and some late."""
    place, chance = await a_busy_town(), random.Random(seed)
    for one in await Assignment.all().order_by("id"):
        for state in STEPS[1 : chance.randint(1, 4)]:
            await Assignment.filter(pk=one.pk).update(state=state)
        moved = now() + timedelta(days=chance.randint(-9, 9))
        await Assignment.filter(pk=one.pk).update(
            due_at=moved, reported_at=now() - timedelta(days=chance.randint(0, 9))
        )
    return place


def _cuts(
    place: Town, chance: random.Random, sides: dict[str, str], levels: tuple[str | None, ...]
) -> list[Cut]:
    found = []
    for _ in range(12):
        where = chance.choice([place.city, place.county, place.township, place.other_township])
        days = chance.choice([LONG, half_a_year()])
        parts = pieces(days, chance.choice([None, *INTERVALS]))
        by = tuple(chance.sample(sorted(sides), chance.randint(0, 2)))
        found.append(Cut(Wanted(days, where), parts, chance.choice(levels), by))
    return found


def _key_of(day: date, cut: Cut) -> int:
    return next(n for n, one in enumerate(cut.pieces) if one.days.since <= day <= one.days.until)


async def _units() -> dict[int, Unit]:
    return {one.pk: one for one in await Unit.all()}


def _at(unit: Unit, cut: Cut, units: dict[int, Unit]) -> str | None:
    """The place of a row, found by climbing the tree."""
    if cut.level is None:
        return cut.wanted.place.path if cut.wanted.place else ""
    above: Unit | None = unit
    while above is not None and above.level != cut.level:
        above = units.get(above.parent_id or 0)
    is_within = above is not None and cut.wanted.place is not None and cut.wanted.place.holds(above.path)
    return above.path if above is not None and is_within else None


async def _copies_by_hand(cut: Cut) -> Counter[Any]:
    assert cut.wanted.place is not None
    units, told = await _units(), Counter[Any]()
    for one in await Assignment.all().prefetch_related("task__matter", "unit", "task__sources__request"):
        day = town_day(one.task.dispatched_at)  # type: ignore[arg-type]
        if not (
            cut.wanted.period.since <= day <= cut.wanted.period.until
            and cut.wanted.place.holds(one.unit.path)
        ):
            continue
        phase = "open" if one.state in WITH_THE_VILLAGE else one.state
        askers = {source.request.department_id for source in one.task.sources} or {None}
        for asker in askers if "department" in cut.sides else {None}:
            known = {"phase": phase, "matter": one.task.matter_id, "department": asker}
            cell = (_at(one.unit, cut, units), _key_of(day, cut), *(known[side] for side in cut.sides))
            if cell[0] is None:
                continue
            told[cell, "sent"] += 1
            told[cell, "hours"] += one.task.matter.effort_hours or Decimal(0)  # type: ignore[assignment]
            told[cell, "late"] += phase == "open" and one.due_at < now()
            told[cell, "was late"] += one.state == "accepted" and one.reported_at > one.due_at  # type: ignore[operator]
    return told


def _told(rows: list[Row]) -> Counter[Any]:
    told = Counter[Any]()
    for row in rows:
        cell = (row.cell.path, row.cell.piece, *row.cell.sides)
        told[cell, "sent"] = row.tally.sent
        told[cell, "hours"] = row.tally.hours  # type: ignore[assignment]
        told[cell, "late"], told[cell, "was late"] = row.tally.late(1), row.tally.late(2)
    return told


async def test_copies_are_counted_as_by_hand_however_they_are_cut(town: str) -> None:
    place = await _scattered(seed := 1)
    keeper, seen = await a_viewer("list_keeper", place.city), 0
    for cut in _cuts(place, random.Random(seed), ASSIGNMENT_SIDES, (None, "county", "township", "village")):
        with counted() as statements:
            rows = await burden.assignments_by_place(keeper, cut)
        assert len(statements) <= 3
        by_hand = await _copies_by_hand(cut)
        assert +_told(rows) == +by_hand, cut
        seen += sum(row.tally.late(1) + row.tally.late(2) for row in rows)
    assert seen


async def test_verdicts_are_counted_as_by_hand_however_they_are_cut(town: str) -> None:
    place, seed = await a_busy_town(), 1
    keeper, units = await a_viewer("list_keeper", place.city), await _units()
    for cut in _cuts(place, random.Random(seed), SCREENING_SIDES, (None, "county", "township")):
        with counted() as statements:
            rows = await burden.screenings_by_place(keeper, cut)
        assert len(statements) <= 3
        by_hand = Counter[Any]()
        for one in await Screening.all().select_related("request__township"):
            day, where = town_day(one.at), one.request.township
            assert cut.wanted.place is not None
            if not (
                cut.wanted.period.since <= day <= cut.wanted.period.until
                and cut.wanted.place.holds(where.path)
            ):
                continue
            for demand in set(one.request.demands) if "demand" in cut.sides else {""}:
                known = {
                    "verdict": one.verdict,
                    "matter": one.matter_id,
                    "department": one.request.department_id,
                }
                sides = [(known | {"demand": demand})[side] for side in cut.sides]
                at = _at(where, cut, units)
                by_hand[(at, _key_of(day, cut), *sides), one.verdict] += at is not None
        told = Counter[Any]()
        for row in rows:
            for (verdict, _), number in row.tally.copies.items():
                told[(row.cell.path, row.cell.piece, *row.cell.sides), verdict] += number
        assert told == +by_hand, cut


async def test_they_say_what_the_dashboard_the_ledger_and_the_recount_say(town: str) -> None:
    place = await a_busy_town()
    keeper, days = await a_viewer("list_keeper", place.city), half_a_year()
    for where in (place.city, place.county, place.township):
        wanted = Wanted(days, where)
        shown = await burden.burden(keeper, wanted)
        (whole,) = await burden.assignments_by_place(keeper, Cut(wanted, pieces(days, None)))
        assert shown.load is not None
        assert (whole.tally.sent, whole.tally.hours) == (shown.load.tasks, shown.hours)
        assert whole.villages == shown.load.villages
        (verdicts,) = await burden.screenings_by_place(keeper, Cut(wanted, pieces(days, None)))
        again = await recount_ledger(keeper, wanted)
        assert burden.rejected(verdicts.tally) == shown.screenings.refused == again.total.refused
        assert burden.screened(verdicts.tally) == again.total.screened
        months = {one.period.since: one.assignments for one in await burden.months(keeper, wanted)}
        year = Period(min(months), max(one.period.until for one in await burden.months(keeper, wanted)))
        by_month = await burden.assignments_by_place(keeper, Cut(Wanted(year, where), pieces(year, "month")))
        told = {pieces(year, "month")[row.cell.piece].days.since: row.tally.sent for row in by_month}
        assert told == {day: number for day, number in months.items() if number}
    nearer = await burden.tallies(
        keeper, wanted, await burden.children(keeper, place.township, wanted).order_by("path")
    )
    rows = await burden.assignments_by_place(keeper, Cut(wanted, pieces(days, None), "village"))
    assert {row.cell.path: row.tally.sent for row in rows} == {
        one.unit.path: one.assignments for one in nearer if one.assignments
    }


async def test_nobody_counts_what_they_may_not_know_of(town: str) -> None:
    place = await a_busy_town()
    cut = Cut(Wanted(LONG, place.city), pieces(LONG, None))
    for role, unit in (("coordinator", place.other_township), ("secretary", place.village)):
        (row,) = await burden.assignments_by_place(await a_viewer(role, unit), cut)
        assert row.tally.sent == 0
    assert await ledger.total(await a_viewer("secretary", place.village), cut.wanted) == ledger.Figures()


async def _tells(viewer: Viewer, cut: Cut) -> set[bool]:
    return {row.tells_lateness for row in await burden.assignments_by_place(viewer, cut)}


async def test_how_late_a_village_is_reads_its_own_township_and_who_evaluates_it_alone(town: str) -> None:
    place = await _scattered(1)
    keeper, observer = await a_viewer("list_keeper", place.county), await a_viewer("observer", place.county)
    desk = await a_viewer("coordinator", place.township)
    whole = pieces(LONG, None)
    villages = Cut(Wanted(LONG, place.county), whole, "village")
    assert await _tells(observer, villages) == {False}
    assert await _tells(keeper, villages) == await _tells(desk, villages) == {True}
    for level in (None, "township"):
        assert await _tells(observer, Cut(Wanted(LONG, place.county), whole, level)) == {False}
        assert await _tells(keeper, Cut(Wanted(LONG, place.county), whole, level)) == {True}
    assert await _tells(observer, Cut(Wanted(LONG, place.county), whole, None, ("matter",))) == {False}


async def _reached(cut: Cut) -> dict[tuple[str, int], int]:
    """How many villages were sent something, by place and piece; a grid's is its village's."""
    units, found = await _units(), defaultdict[tuple[str, int], set[int]](set)
    for one in await Assignment.all().prefetch_related("task", "unit"):
        at, day = _at(one.unit, cut, units), town_day(one.task.dispatched_at)  # type: ignore[arg-type]
        if at is not None and cut.wanted.period.since <= day <= cut.wanted.period.until:
            village = one.unit.parent_id if one.unit.level == "grid" else one.unit_id
            found[at, _key_of(day, cut)].add(village)  # type: ignore[arg-type]
    return {cell: len(villages) for cell, villages in found.items()}


@pytest.mark.parametrize("interval", [*INTERVALS, None])
async def test_others_are_told_of_many_villages_by_whole_months_alone(
    town: str, interval: str | None
) -> None:
    """Also where one small neighbour is left out, which whoever knows the sum could work out."""
    place = await _scattered(1)
    task = await Assignment.all().order_by("-id").first().values_list("task_id", flat=True)
    for _ in range(3):
        await Assignment.create(task_id=task, unit=await a_unit("village", place.township), due_at=now())
    observer, told = await a_viewer("observer", place.county), set()
    for level in (None, "township"):
        cut = Cut(Wanted(LONG, place.county), pieces(LONG, interval), level)
        reached = await _reached(cut)
        for row in await burden.assignments_by_place(observer, cut):
            beside = [n for (_, piece), n in reached.items() if piece == row.cell.piece]
            assert not row.tells_lateness or min(beside) >= 3, (cut, row.cell)
            told.add(row.tells_lateness)
    assert told == ({True, False} if interval == "month" else {False})


async def test_of_a_township_by_itself_nobody_of_the_county_is_told(town: str) -> None:
    """What its county has without all others would be what is hidden of it; its own observer has no county to take it from."""
    place = await _scattered(1)
    months = pieces(LONG, "month")
    observer = await a_viewer("observer", place.county)
    assert await _tells(observer, Cut(Wanted(LONG, place.township), months)) == {False}


async def test_what_would_be_too_much_to_count_is_refused(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await a_busy_town()
    monkeypatch.setattr("models.burden.by_place.MOST_CELLS", 2)
    with pytest.raises(Invalid, match="太多"):
        await burden.assignments_by_place(
            await a_viewer("observer", place.county), Cut(Wanted(LONG, place.county), pieces(LONG, "week"))
        )


async def test_of_some_of_its_copies_nobody_else_is_told_how_late_they_are(town: str) -> None:
    place = await _scattered(1)
    keeper, observer = await a_viewer("list_keeper", place.county), await a_viewer("observer", place.county)
    some = Cut(
        Wanted(LONG, place.county), pieces(LONG, None), narrow=lambda rows: rows.filter(state="accepted")
    )
    assert await _tells(observer, some) == {False}
    assert await _tells(keeper, some) == {True}


def _units_read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What statements about units bring from now on, row by row."""
    read: list[Any] = []
    kind = type(Tortoise.get_connection("default"))
    real = kind.execute_query

    async def noting(self: Any, sql: str, values: Any = None) -> Any:
        found = await real(self, sql, values)
        if 'FROM "unit"' in sql and '"assignment"' not in sql:
            read.extend(found[1])
        return found

    monkeypatch.setattr(kind, "execute_query", noting)
    return read


async def test_of_a_page_no_other_places_are_read(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await a_busy_town()
    observer, wanted = await a_viewer("observer", place.county), Wanted(LONG, place.county)
    read = _units_read(monkeypatch)
    for level in ("township", "village"):
        cut = Cut(wanted, pieces(LONG, None), level)
        whole = await burden.assignments_by_place(observer, cut)
        read.clear()
        page = await burden.assignments_by_place(observer, cut, lambda cells: cells[:1])
        assert page == whole[:1] and len(read) == 2, (level, read)
        assert [row.villages for row in whole] == [
            await ledger.villages(observer, Wanted(LONG, row.unit)).count() for row in whole
        ]


def test_a_stretch_is_cut_as_the_calendar_has_it() -> None:
    days = Period(date(2026, 12, 30), date(2027, 1, 5))
    assert [(one.key, one.days.days) for one in pieces(days, "week")] == [("2026-W53", 5), ("2027-W01", 2)]
    assert [one.key for one in pieces(days, "month")] == ["2026-12", "2027-01"]
    assert [one.key for one in pieces(days, "quarter")] == ["2026-Q4", "2027-Q1"]
    assert [one.key for one in pieces(days, "year")] == ["2026", "2027"]
    assert [one.days for one in pieces(days, None)] == [days]
    for interval in INTERVALS:
        found = pieces(LONG, interval)
        assert (found[0].days.since, found[-1].days.until) == (LONG.since, LONG.until)
        assert all(b.days.since == a.days.until + timedelta(days=1) for a, b in pairwise(found))
    with pytest.raises(Invalid, match="分成"):
        pieces(Period(today() - timedelta(days=3000), today()), "week")
