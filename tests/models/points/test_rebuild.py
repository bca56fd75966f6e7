"""The whole ledger written again from the trail: the same, or the difference is told."""

from __future__ import annotations

import pytest
from tortoise import Tortoise

from models import evaluation
from models.base.clock import today
from models.points import PointEntry
from models.points.rebuild import differences
from models.policies import set_policy
from models.recount import check_points
from tests.models.evaluation.playing import Walk, a_place, accepted, on_day, read, sent
from tests.models.past_the_triggers import without_guard

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_written_again_from_the_trail_the_ledger_of_any_history_is_the_same(
    town: str, seed: int
) -> None:
    place = None
    for day in range(24):
        with on_day(1.5 * day):
            if place is None:
                place = await a_place()
                keeper = place.viewers["keeper"]
                for name, most in (("open_tasks", 200), ("collisions", 50), ("hours_a_week", 400)):
                    await set_policy(
                        keeper, place.town.city, name=name, value=most, reason="试验", from_on=today()
                    )
                walk = Walk(place, seed)
            await walk.step()
            if day % 7 == seed:
                await read()
                one = await PointEntry.filter(person_id=None, reverses_id=None, reversed_by=None).first()
                if one is not None:
                    await one.fetch_related(*PointEntry.judged_with)
                    await evaluation.reverse(keeper, one, reason="抽查发现记录不实，予以撤销。")
    with on_day(40):
        await read()
        assert await PointEntry.filter(kind="task").count() > 3
        assert await differences() == []
        assert await check_points() == []


async def test_the_check_finds_what_was_altered_behind_the_trail(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
        connection = Tortoise.get_connection("default")
        await connection.execute_query("UPDATE tally SET total = total + 1")
        assert len(await check_points()) == 21
        await connection.execute_query("UPDATE tally SET total = total - 1")
        await without_guard("point_entry")
        await connection.execute_query(
            "UPDATE point_entry SET points = points + 1000 WHERE person_id IS NULL"
        )
        assert any("与办理经过不符" in one for one in await check_points())
        await connection.execute_query("DELETE FROM point_entry")
        assert any("没有记上" in one for one in await check_points())
