"""The index: exact to the last contribution, the same on both databases, still once a period is closed."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tortoise.expressions import F

from models import evaluation, rankings
from models.base.clock import today
from models.base.database import close_database, open_database
from models.base.sealer import seal_all
from models.base.settings import settings
from models.evaluation import Adjustment, Appeal, Tally, close_what_is_over
from models.evaluation.tallies import Figure, move
from models.points import PointEntry, read_results
from models.rankings import Placing
from models.recount import check_points
from models.schemes import Indicator, Period, VillageIndex
from models.schemes.calendar import open_periods, settle_schemes
from models.schemes.sources import SCALE
from models.units import Unit
from tests.builders import Town, a_town, a_unit
from tests.databases import named, run_sql
from tests.models.evaluation.playing import Place, a_place, accepted, on_day, read, sent

pytestmark = pytest.mark.anyio
SOURCES = ("quality", "timeliness", "first_pass", "standing", "delivery")


async def a_city(villages: int, seed: int, shuffled: int = 0) -> Town:
    """Open periods in which so many villages have tallies by chance; villages and tallies come in an order of their own."""
    chance, town, order = random.Random(seed), await a_town(), random.Random(shuffled)
    for number in order.sample(range(villages), villages):
        home = (town.township, town.other_township)[number % 2]
        await a_unit("village", home, f"第{number}村", f"{home.code}{600 + number}")
    await settle_schemes()
    await open_periods()
    units = await Unit.filter(level="village").order_by("code")
    figures, good = {}, {unit.pk: (0.99, 0.75, 0.5, 0.2)[n % 7 % 4] for n, unit in enumerate(units)}
    for period in await Period.all().order_by("kind"):
        for unit in units:
            for source in SOURCES:
                figures[period.pk, unit.pk, source] = _figure(chance, source, good[unit.pk])
    keys = sorted(figures)
    order.shuffle(keys)
    for key in keys:
        await move({key: figures[key]}, {})
    return town


def _figure(chance: random.Random, source: str, good: float) -> Figure:
    """Of villages that can be told apart: a few nearly always right, others now and then."""
    values = [
        SCALE if chance.random() < good else chance.randrange(SCALE) if source == "quality" else 0
        for _ in range(chance.choice([0, 3, *range(10, 60, 5)]))
    ]
    return (
        len(values),
        sum(values),
        sum(one * one for one in values),
        chance.randrange(3),
        chance.randrange(2),
    )


async def told() -> str:
    """Everything scores and places say, without the numbers of rows."""
    sources = {one.pk: one.source for one in await Indicator.all()}
    lines = []
    for one in await VillageIndex.all().select_related("unit", "period"):
        parts = [
            part | {"indicator": sources[part["indicator"]], "dimension": 0} for part in one.contributions
        ]
        lines.append([one.unit.code, one.period.key, one.exact, one.shown, one.low, one.high, parts])
    for place in await Placing.all().select_related("unit", "board__area", "board__period"):
        board = place.board
        lines.append([place.unit.code, board.area.code, board.period.key, place.rank, place.band, place.tier])
    return json.dumps(sorted(lines, key=str), ensure_ascii=False, sort_keys=True)


@asynccontextmanager
async def opened(url: str, data: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    patch.setenv("XINGCUN_DATABASE", url)
    patch.setenv("XINGCUN_DATA", str(data))
    settings.cache_clear()
    await open_database(migrate=False)
    try:
        yield
    finally:
        await close_database()


@pytest.fixture
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], list[str]]:
    """The addresses of fresh databases of both kinds."""

    def made(number: int) -> list[str]:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / f"{number}.sqlite3")
        server = request.getfixturevalue("postgres")
        name = f"index_{number}_{id(tmp_path)}"
        asyncio.run(run_sql(server, f"CREATE DATABASE {name} TEMPLATE town_template"))
        return [f"sqlite://{tmp_path}/{number}.sqlite3", named(server, name)]

    return made


def test_the_same_results_give_the_same_bytes_on_both_databases_in_any_order(
    both: Callable[[int], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def worked_out(url: str, order: int) -> str:
        async with opened(url, tmp_path, monkeypatch):
            await a_city(24, seed=7, shuffled=order)
            await rankings.refresh_all()
            once = await told()
            if order == 1:
                await rankings.refresh_all()
                assert await told() == once
            return once

    found = [asyncio.run(worked_out(url, order)) for order in (1, 2) for url in both(order)]
    assert len(found) == 4 and len(set(found)) == 1
    assert len(found[0]) > 20_000


async def test_a_score_is_exactly_the_sum_of_its_contributions(town: str) -> None:
    await a_city(12, seed=3)
    await rankings.refresh_all()
    scored = await VillageIndex.filter(period__kind="month").exclude(exact="")
    assert len(scored) == 15
    for one in scored:
        amounts = [Fraction(part["amount"]) for part in one.contributions if part["counts"]]
        weights = [Fraction(part["weight"]) for part in one.contributions if part["counts"]]
        assert sum(amounts, Fraction(0)) == one.value == Fraction(one.exact)
        assert sum(weights, Fraction(0)) == 100
        assert one.low <= one.shown <= one.high
        assert abs(Fraction(one.shown, 100) - Fraction(one.exact)) <= Fraction(1, 200)


async def test_what_nobody_has_evidence_for_gives_its_weight_to_the_rest(town: str) -> None:
    await a_city(6, seed=3)
    await Tally.filter(source="delivery").delete()
    await rankings.refresh_all()
    one = await VillageIndex.filter(period__kind="month").exclude(exact="").first()
    assert one is not None
    sources = {i.pk: i.source for i in await Indicator.all()}
    counted = {sources[part["indicator"]]: part["counts"] for part in one.contributions}
    assert (
        not counted["delivery"] and not counted["survey"] and not counted["procedure"] and counted["quality"]
    )


async def three_accepted(place: Place, since: float, *, late: bool = False) -> None:
    """Three results of the first village, each under a matter of its own."""
    for number in range(3):
        with on_day(since + number):
            (one,) = await sent(place, number, due=3)
        with on_day(since + number + (9 if late else 1)):
            await accepted(place, one)


async def test_boards_move_with_the_next_look_after_an_accepted_result(town: str) -> None:
    with on_day(0):
        place = await a_place()
    await three_accepted(place, 0)
    with on_day(4):
        await read()
    village = place.town.village
    month = await VillageIndex.get(unit=village, period__kind="month")
    assert month.value is not None
    places = await Placing.filter(unit=village, board__period__kind="month").select_related("board__area")
    assert {one.board.area.level for one in places} == {"city", "county", "township"}
    with on_day(5):
        (one,) = await sent(place, 4)
        await accepted(place, one)
        await read()
    again = await VillageIndex.get(pk=month.pk)
    assert [p["n"] for p in again.contributions if p["n"]] == [4, 4, 4, 4] and again.parts != month.parts
    assert await check_points() == []


async def test_a_closed_period_never_moves_and_a_correction_stands_beside_it_with_its_day(town: str) -> None:
    with on_day(0):
        place = await a_place()
    await three_accepted(place, 0)
    with on_day(14):
        (late,) = await sent(place, 3, place.town.second_village, due=1)
    with on_day(24):
        await accepted(place, late)
        await read()
    with on_day(32):
        await read()
    village = place.town.second_village
    march = await Period.get(kind="month", since=date(2026, 3, 1))
    assert march.closed_at is not None
    assert (await Period.get(kind="month", since=date(2026, 4, 1))).closed_at is None
    before = await told()
    closed = await VillageIndex.get(unit=village, period=march)
    with on_day(33):
        entry = await PointEntry.get(unit=village, person_id=None).prefetch_related(*PointEntry.judged_with)
        score = await VillageIndex.get(pk=closed.pk).prefetch_related(*VillageIndex.judged_with)
        asked = await evaluation.appeal(
            place.secretary(village), score, words="当时全村停电，有供电所证明。", entry=entry
        )
        made = await Appeal.get(pk=asked.pk).prefetch_related(*Appeal.judged_with)
        await evaluation.answer_appeal(
            place.viewers["county keeper"], made, upheld=True, answer="查实停电三天，这件不算超期。"
        )
        await read()
    after = await VillageIndex.get(pk=closed.pk)
    assert (after.exact, after.parts) == (closed.exact, closed.parts)
    assert json.loads(before) and [x for x in json.loads(await told()) if x[1] == "2026-03"] == [
        x for x in json.loads(before) if x[1] == "2026-03"
    ]
    corrected = await PointEntry.get(unit=village, person_id=None, kind="correction")
    assert (corrected.points, corrected.counts_on) == (4_000, entry.counts_on)
    noted = await Adjustment.filter(score=closed)
    assert [(one.reason, one.entry_id) for one in noted] == [(made.answer, corrected.pk)]
    year = await Tally.get(unit=village, period__kind="year", source="timeliness")
    assert (year.n, year.perfect) == (0, 1)
    assert await check_points() == []


async def test_a_month_nobody_looked_at_is_counted_whole_before_it_is_closed(town: str) -> None:
    with on_day(0):
        place = await a_place()
    await three_accepted(place, 26)
    with on_day(29):
        (one,) = await sent(place, 4)
        await accepted(place, one)
    with on_day(31):
        assert today() == date(2026, 4, 2)
        await rankings.keep_up()
        assert not await Period.filter(closed_at__isnull=False).exists(), "nothing is sealed yet"
        await read()
    march = await Period.get(kind="month", since=date(2026, 3, 1))
    assert march.closed_at is not None
    total: Any = await VillageIndex.get(period=march, unit=place.town.village)
    assert next(part["n"] for part in total.contributions if part["n"]) == 4


async def test_what_another_server_counts_while_a_period_is_closing_is_worked_out_first(town: str) -> None:
    with on_day(0):
        place = await a_place()
    await three_accepted(place, 0)
    with on_day(4):
        await read()
    march = await Period.get(kind="month", since=date(2026, 3, 1)).prefetch_related("city")

    async def refreshed_by_one_and_moved_by_another(period: Period) -> None:
        await rankings.refresh(period)
        await Period.filter(pk=period.pk).update(moves=F("moves") + 1)

    with on_day(32):
        await seal_all()
        await read_results()
        await close_what_is_over(refreshed_by_one_and_moved_by_another)
        await march.refresh_from_db()
        assert march.closed_at is None
        await rankings.keep_up()
        await march.refresh_from_db()
    assert march.closed_at is not None and march.shown_moves == march.moves


async def test_a_village_without_any_result_stands_nowhere(town: str) -> None:
    with on_day(0):
        place = await a_place()
    await three_accepted(place, 0)
    with on_day(4):
        await read()
    assert {one.unit_id for one in await Placing.all()} == {place.town.village.pk}
    idle = await VillageIndex.get(unit=place.town.second_village, period__kind="month")
    assert idle.value is None and idle.contributions == []


async def test_residents_voice_counts_only_where_three_villages_of_a_group_were_heard(town: str) -> None:
    await a_city(6, seed=3)
    voice = (40, 40 * 9_000, 40 * 9_000**2, 0, 0)
    month = await Period.get(kind="month")
    units = await Unit.filter(level="village").order_by("code")
    for heard, counted in ((2, False), (3, True)):
        await Tally.filter(source="survey").delete()
        await move({(month.pk, one.pk, "survey"): voice for one in units[:heard]}, {})
        await rankings.refresh(await Period.get(pk=month.pk).prefetch_related("city"))
        sources = {one.pk: one.source for one in await Indicator.all()}
        line = await VillageIndex.get(period=month, unit=units[0])
        told = {sources[part["indicator"]]: part["counts"] for part in line.contributions}
        assert told["survey"] == counted
