"""Many people at one draft, in any order: a write counts or is told what changed, and none is lost unknowingly."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from models import tasks
from models.base.versions import Changed, version_of
from models.tasks import Task, TaskUnit
from tests.builders import a_list, a_task, a_town, a_viewer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
EDITORS = 5


async def play(steps: int, seed: int) -> tuple[int, int]:
    """So many looks and writes by several hands; returns how many writes counted and how many were refused."""
    place, drawn = await a_town(), random.Random(seed)
    await a_list(place.city)
    task = await a_task(place, "draft")
    desk = await a_viewer("coordinator", place.township)
    seen = [await version_of(task)] * EDITORS
    writes, read_at, counted, refused = 0, [0] * EDITORS, 0, 0
    for step in range(steps):
        who = drawn.randrange(EDITORS)
        mine = await Task.find(desk, task.pk)
        if drawn.random() < 0.5:
            seen[who], read_at[who] = await version_of(mine), writes
            continue
        units = drawn.choice([[place.village], [place.second_village], [place.village, place.second_village]])
        said: dict[str, Any] = {"title": f"第 {step} 步", "body": task.body, "due_on": task.due_on}
        try:
            await tasks.revise.once(f"key-{step}", desk, mine, seen=seen[who], **said | {"units": units})
        except Changed as no:
            assert read_at[who] < writes, "nobody is held up who has read the newest"
            assert no.differences and no.version == await version_of(await Task.get(pk=task.pk))
            refused += 1
            continue
        assert read_at[who] == writes, "nobody replaces what they have not read"
        writes, counted = writes + 1, counted + 1
        there = await TaskUnit.filter(task=task).values_list("unit_id", flat=True)
        assert sorted(there) == sorted(unit.pk for unit in units)
        assert (await Task.get(pk=task.pk)).title == said["title"]
    return counted, refused


async def test_no_write_is_lost_whatever_the_order(town: str) -> None:
    counted, refused = await play(40, seed=20261130)
    assert counted > 5 and refused > 5


@pytest.mark.nightly
async def test_no_write_of_ten_thousand_is_lost(town: str, figure: Callable[[str], None]) -> None:
    counted, refused = await play(10_000, seed=random.SystemRandom().randrange(2**32))
    figure(f"10,000 looks and writes: {counted} counted, {refused} refused, none lost")
    assert counted > 1000 and refused > 1000
