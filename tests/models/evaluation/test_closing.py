"""A period closes over nothing that is not counted, and what is known only later stands beside it with its day."""

from __future__ import annotations

from datetime import date

import pytest

from models import rankings, surveys
from models.base.sealer import seal_all
from models.evaluation import Adjustment, Tally, close_what_is_over
from models.points import read_results
from models.recount import check_points
from models.schemes import Period, VillageIndex
from tests.builders import a_viewer
from tests.models.evaluation.playing import Place, a_place, accepted, on_day, read, sent
from tests.models.surveys.scenes import SPLIT, an_open_round, answered, closed

pytestmark = pytest.mark.anyio
REASON = "纸条由村干部代收，不计入。"


async def march() -> Period:
    return await Period.get(kind="month", since=date(2026, 3, 1)).prefetch_related("city")


async def one_more(place: Place, matter: int) -> None:
    (one,) = await sent(place, matter)
    await accepted(place, one)


async def test_a_period_waits_for_what_is_not_sealed_and_for_what_is_not_read(town: str) -> None:
    with on_day(0):
        place = await a_place()
        await one_more(place, 0)
        await read()
    with on_day(20):
        await one_more(place, 1)
    with on_day(32):
        await rankings.keep_up()
        assert (await march()).is_open, "something of March is not sealed"
        await seal_all()
        await close_what_is_over(rankings.refresh)
        assert (await march()).is_open, "it is sealed, and nobody has read it"
        await read_results()
        await rankings.keep_up()
        assert not (await march()).is_open
    counted = await Tally.get(period=await march(), unit=place.town.village, source="standing")
    assert counted.n == 2


async def test_a_village_left_out_after_the_period_closed_is_noted_beside_its_score(town: str) -> None:
    with on_day(13):
        place = await a_place()
        made = await an_open_round(place.town)
        await answered(made, place.town.village, SPLIT)
        await closed(made)
    with on_day(28):
        await read()
    heard = {"unit": place.town.village, "source": "survey"}
    assert (await Tally.get(period=await march(), **heard)).n == 20
    with on_day(32):
        await read()
        period = await march()
        assert not period.is_open
        before = await VillageIndex.filter(period=period).order_by("id").values()
    with on_day(33):
        keeper = await a_viewer("list_keeper", place.town.county)
        await surveys.exclude_village(keeper, await made.village(place.town.village), reason=REASON)
        await read()
    noted = await Adjustment.get(score__period=period).select_related("score")
    assert noted.score.unit_id == place.town.village.pk
    closed_too = await Adjustment.all().values_list("score__period__kind", flat=True)
    assert sorted(str(kind) for kind in closed_too) == ["month", "quarter"]
    assert noted.reason == f"群众口碑不计入：{REASON}" and noted.entry_id is None
    assert noted.made_at.date() == date(2026, 4, 4)
    assert await VillageIndex.filter(period=period).order_by("id").values() == before
    assert (await Tally.get(period=period, **heard)).n == 20
    assert (await Tally.get(period__kind="year", **heard)).n == 0, "the open year leaves it out"
    assert await check_points() == []
