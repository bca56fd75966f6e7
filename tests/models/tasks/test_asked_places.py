"""A task goes where somebody asked for it, and nowhere else."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.refusals import NotNow
from models.tasks import Assignment, TaskUnit
from tests.builders import a_list, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


async def test_a_village_that_no_request_names_is_not_taken_along(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    one = await an_admitted_request(place, units=[place.village])
    task = await a_task(place, state="draft", requests=[one])
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(NotNow, match=f"没有申请请过{place.second_village.name}"):
        await tasks.submit_for_approval(desk, task)
    await TaskUnit.filter(task=task, unit=place.second_village).delete()
    await tasks.submit_for_approval(desk, task)


async def test_a_grid_of_a_named_village_is_meant_and_the_village_of_a_named_grid_is_not(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    grid = await an_admitted_request(place, units=[place.grid])
    task = await a_task(place, "draft", requests=[grid], units=[place.village])
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(NotNow, match=f"没有申请请过{place.village.name}"):
        await tasks.submit_for_approval(desk, task)
    words = {name: getattr(task, name) for name in ("title", "body", "due_on")}
    await tasks.revise(desk, task, **words, units=[place.grid])
    await tasks.submit_for_approval(desk, task)
    village = await an_admitted_request(place, units=[place.village])
    await a_task(place, requests=[village], units=[place.grid])


async def test_a_request_to_the_whole_township_names_every_village(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    whole = await an_admitted_request(place, units=[], townships=[place.township])
    task = await a_task(place, requests=[whole])
    assert await Assignment.filter(task=task).count() == 2


async def test_a_request_that_was_withdrawn_takes_no_village_along(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    one = await an_admitted_request(place, units=[place.village])
    whole = await an_admitted_request(place, units=[], townships=[place.township])
    task = await a_task(place, state="draft", requests=[one, whole])
    asker = await a_viewer("department_officer", place.department)
    await tasks.withdraw_request(asker, whole, reason="不办了")
    with pytest.raises(NotNow, match=f"没有申请请过{place.second_village.name}"):
        await tasks.submit_for_approval(await a_viewer("coordinator", place.township), task)
