"""Approved tasks go out on their day, and repeating ones come round again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import registry, screening, tasks
from models.base.clock import clock_at, tick, today
from models.base.refusals import NotNow
from models.tasks import Task, TaskVersion
from tests.builders import DAY, a_list, a_task, a_town, a_viewer, an_admitted_request

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


async def test_no_later_round_asks_for_data_that_no_leader_let_stand_before_the_villages(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        await a_list(place.county)
        keeper = await a_viewer("list_keeper", place.city)
        await registry.define(keeper, place.city, code="E1", name="人口", freshness_days=30)
        desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
        asked = await an_admitted_request(place)
        more = {"requests": [asked], "repeats": "week", "repeats_until": today() + 15 * DAY}
        first = await a_task(place, due_on=today() + 3 * DAY, **more)
        same = {
            name: getattr(asked, name) for name in ("title", "body", "matter_code", "demands", "deadline")
        }
        officer = await a_viewer("department_officer", place.department)
        await tasks.amend_request(officer, asked, **same, elements=["E1"], reason="还要人口数")
        await screening.admit(desk, asked)
    with clock_at(MONDAY + timedelta(days=8)):
        await tick()
        second = await Task.get(series=first).prefetch_related(*Task.judged_with)
        assert second.state == "approved"
        with pytest.raises(NotNow, match=r"改过要填的数据.*退回重新审批"):
            await tasks.dispatch(desk, second)
        await tasks.send_back(leader, second, reason="多要了人口数")
        await tasks.submit_for_approval(desk, second)
        await tasks.approve(leader, second)
        await tick()
        assert (await TaskVersion.get(task=second)).elements == ["E1"]
    with clock_at(MONDAY + timedelta(days=15)):
        await tick()
        await tick()
        assert await Task.filter(series=first, state="dispatched").count() == 2, (
            "its third was approved by then"
        )
