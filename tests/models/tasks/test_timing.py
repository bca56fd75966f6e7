"""Approved tasks go out on their day, and repeating ones come round again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, tick, today
from models.base.refusals import NotNow
from models.tasks import Task
from tests.builders import DAY, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_a_planned_task_goes_out_by_itself_on_its_day(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        await a_list(place.county)
        task = await a_task(place, "approved", release_on=today() + 2 * DAY)
        with pytest.raises(NotNow, match="自动下派"):
            await tasks.dispatch(await a_viewer("coordinator", place.township), task)
        await tick()
        assert (await Task.get(pk=task.pk)).state == "approved"
    with clock_at(MONDAY + timedelta(days=2)):
        await tick()
    assert (await Task.get(pk=task.pk)).state == "dispatched"


async def test_a_weekly_task_comes_round_until_its_last_day(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        await a_list(place.county)
        first = await a_task(
            place,
            due_on=today() + 3 * DAY,
            repeats="week",
            repeats_until=today() + 15 * DAY,
        )
    for days in range(1, 30):
        with clock_at(MONDAY + timedelta(days=days)):
            await tick()
    rounds = await Task.filter(series=first).order_by("id")
    assert len(rounds) == 2
    assert [one.due_on - first.due_on for one in rounds] == [7 * DAY, 14 * DAY]
    assert all(one.state == "dispatched" for one in rounds)
