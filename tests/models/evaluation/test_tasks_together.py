"""Tallies of tasks under two sources at once: moved with every entry, and the same when counted again."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from tortoise import Tortoise

from models import tasks
from models.evaluation import Tally
from models.evaluation.tallies import LEFT_OUT, PERFECT, tallied
from models.points import PointEntry
from models.points.entries import SPARED
from models.recount import check_points
from models.schemes import Period
from models.schemes.sources import SCALE, TOGETHER
from tests.models.evaluation.playing import a_place, accepted, fresh, on_day, read, sent

pytestmark = pytest.mark.anyio
MIGRATION = importlib.import_module("models.migrations.0014_tasks_together")


def a_task(share: int, *, timely: bool, first: bool, why: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(
        kind="task",
        person_id=None,
        counts=True,
        share=share,
        timely=timely,
        first_time=first,
        is_spared=not SPARED.isdisjoint(why),
    )


async def test_a_task_adds_up_its_two_values_for_each_pair() -> None:
    told = tallied(a_task(6_000, timely=False, first=True))
    assert told["timely_quality"] == (1, 6_000, 6_000**2, 0, 0)
    assert told["first_quality"] == (1, 16_000, 16_000**2, 0, 0)
    assert told["timely_first"] == (1, SCALE, SCALE**2, 0, 0)


async def test_a_spared_task_counts_for_a_pair_only_as_it_counts_for_both() -> None:
    perfect = tallied(a_task(SCALE, timely=True, first=True, why=("suspended",)))
    assert {perfect[pair] for pair in TOGETHER} == {PERFECT}
    returned = tallied(a_task(9_000, timely=False, first=False, why=("suspended",)))
    assert returned["first_quality"] == (1, 9_000, 9_000**2, 0, 0)
    assert returned["timely_quality"] == returned["timely_first"] == LEFT_OUT


async def test_what_was_counted_before_these_tallies_is_filled_in_and_agrees_with_the_trail(
    town: str,
) -> None:
    with on_day(0):
        place = await a_place()
        returned, late, suspended = [(await sent(place, n, due=3))[0] for n in range(3)]
        await tasks.suspend(place.viewers["coordinator"], suspended, reason="先办防汛。")
    with on_day(1):
        await tasks.resume(place.viewers["coordinator"], await fresh(suspended))
        await accepted(place, returned, rounds=2)
    with on_day(20):
        await accepted(place, late)
        await accepted(place, await fresh(suspended), rounds=2)
        await read()
    assert await PointEntry.filter(person_id=None).count() == 3 and await check_points() == []
    before = await told()
    moves = {one.pk: one.moves for one in await Period.all()}
    await Tally.filter(source__in=list(TOGETHER)).delete()
    assert len(await check_points()) == 9
    editor = SimpleNamespace(client=Tortoise.get_connection("default"))
    await MIGRATION.forward(None, editor)
    assert await check_points() == [] and await told() == before
    assert all(one.moves > moves[one.pk] for one in await Period.all())


async def told() -> list[tuple[Any, ...]]:
    columns = ("period_id", "unit_id", "source", "n", "total", "squares", "perfect", "left_out")
    return sorted(await Tally.all().values_list(*columns))
