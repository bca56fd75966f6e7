"""Several people at once: what was asked once happens once, and the loser reads why."""

from __future__ import annotations

import asyncio

import pytest

from models import tasks
from models.base.refusals import NotNow, Refusal
from models.tasks import Assignment, Task
from tests.builders import a_list, a_task, a_town, a_viewer, an_assignment

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
ROUNDS = 20


async def _fresh(task: Task) -> Task:
    return await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)


async def test_of_two_approvers_at_once_one_wins_and_the_other_reads_why(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place, "submitted")
    leaders = [await a_viewer("leader", place.township), await a_viewer("head", place.township)]
    for _ in range(ROUNDS):
        copies = [await _fresh(task) for _ in leaders]
        done = await asyncio.gather(
            *(tasks.approve(who, one) for who, one in zip(leaders, copies, strict=True)),
            return_exceptions=True,
        )
        lost = [one for one in done if isinstance(one, Exception)]
        assert [type(one) for one in lost] == [NotNow]
        assert "待下派" in str(lost[0])
        await Task.filter(pk=task.pk).update(state="submitted")


async def test_two_last_acceptances_at_once_close_the_task(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    coordinators = [await a_viewer("coordinator", place.township) for _ in range(2)]
    for _ in range(5):
        task = await a_task(place)
        rows = await Assignment.filter(task=task).order_by("id")
        await Assignment.filter(task=task).update(state="reported")
        loaded = [await _loaded(row) for row in rows]
        await asyncio.gather(*map(tasks.accept, coordinators, loaded))
        assert (await _fresh(task)).state == "closed"


async def test_accepting_and_withdrawing_at_once_never_wait_in_a_circle(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    coordinators = [await a_viewer("coordinator", place.township) for _ in range(2)]
    for _ in range(5):
        mine = await an_assignment(place)
        await Assignment.filter(task_id=mine.task_id).update(state="reported")  # type: ignore[attr-defined]
        task = await Task.get(pk=mine.task_id).prefetch_related(*Task.judged_with)  # type: ignore[attr-defined]
        async with asyncio.timeout(60):
            done = await asyncio.gather(
                tasks.accept(coordinators[0], await _loaded(mine)),
                tasks.withdraw(coordinators[1], task, reason="不办了"),
                return_exceptions=True,
            )
        assert all(isinstance(one, Refusal) for one in done if isinstance(one, Exception)), done
        assert (await _fresh(task)).state == "withdrawn"


async def _loaded(assignment: Assignment) -> Assignment:
    return await Assignment.get(pk=assignment.pk).prefetch_related(*Assignment.judged_with)
