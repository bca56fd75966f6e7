"""In a city of 2,119 villages that are all scored, a board moves within five seconds of an accepted result."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter, process_time

import pytest
from tortoise.transactions import in_transaction

from models import rankings
from models.evaluation.tallies import Figure, move
from models.rankings import Placing
from models.schemes import Period, VillageIndex
from models.schemes.calendar import open_periods, settle_schemes
from models.schemes.sources import SCALE
from models.units import Unit
from tests.builders import a_unit
from tests.models.evaluation.playing import a_place, accepted, on_day, read, sent

pytestmark = [pytest.mark.anyio, pytest.mark.nightly]
TOWNSHIPS, VILLAGES, RESULTS, WITHIN = 103, 2_119, 5, 5
SOURCES = ("quality", "timeliness", "first_pass", "standing", "delivery")


def _figure(chance: random.Random) -> Figure:
    values = [chance.choice((SCALE, SCALE, 8_000, 0)) for _ in range(chance.randint(3, 30))]
    return (
        len(values),
        sum(values),
        sum(one * one for one in values),
        chance.randrange(2),
        chance.randrange(2),
    )


async def _a_city_at_work(county: Unit) -> None:
    """Every village of every township with results under every source, in every open period."""
    townships = [await a_unit("township", county) for _ in range(TOWNSHIPS - 2)]
    for number in range(VILLAGES - 3):
        await a_unit("village", townships[number % len(townships)])
    await settle_schemes()
    await open_periods()
    chance = random.Random(1)
    villages = await Unit.filter(level="village").order_by("code").values_list("id", flat=True)
    for period in await Period.filter(closed_at=None):
        every = [(period.pk, int(str(one)), source) for one in villages for source in SOURCES]
        async with in_transaction():
            await move({key: _figure(chance) for key in every}, {})
    await rankings.refresh_all()


async def test_a_board_of_a_whole_city_moves_within_five_seconds_of_an_accepted_result(
    town: str, figure: Callable[[str], None]
) -> None:
    with on_day(0):
        place = await a_place()
        await _a_city_at_work(place.town.county)
    village, took, worked = place.town.village, [], []
    for number in range(RESULTS):
        with on_day(1 + number):
            (one,) = await sent(place, number)
            before = await VillageIndex.get(unit=village, period__kind="month")
            await accepted(place, one)
            began, ran = perf_counter(), process_time()
            await read()
            took.append(perf_counter() - began)
            worked.append(process_time() - ran)
            after = await VillageIndex.get(pk=before.pk)
            assert after.parts != before.parts
    assert await Placing.filter(board__period__kind="month").count() > VILLAGES
    figure(
        f"{VILLAGES} villages: from the accepted result to all boards {max(took):.2f} s at most, "
        f"{max(worked):.2f} s of CPU here"
    )
    assert max(worked) <= WITHIN
