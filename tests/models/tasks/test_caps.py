"""A village is asked no more often than the list says: counted where it is let in and where it goes out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import screening, tasks
from models.base.refusals import NotNow
from models.base.viewer import Viewer
from models.intake import WorkRequest
from models.tasks import Assignment, Task
from models.tasks.caps import must_be_within_the_cap
from tests.builders import Town, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio
TWICE = {
    "code": "XZ-MZ-09",
    "title": "困难群众走访",
    "category": "assist",
    "demands": ["visit"],
    "yearly_cap": 2,
}
ASKED: dict[str, Any] = {"matter_code": "XZ-MZ-09", "demands": ["visit"]}


async def a_place() -> tuple[Town, Viewer]:
    place = await a_town()
    await a_list(place.county, TWICE)
    return place, await a_viewer("coordinator", place.township)


async def asked_at(place: Town, *units: Any) -> WorkRequest:
    return await a_request(place, **ASKED, units=list(units))


async def test_what_was_asked_while_there_was_room_is_counted_again_where_it_is_let_in(town: str) -> None:
    place, desk = await a_place()
    waiting = [await asked_at(place, place.village) for _ in range(3)]
    for one in waiting[:2]:
        await screening.admit(desk, one)
    with pytest.raises(NotNow, match="梅渚村今年已满"):
        await screening.admit(desk, waiting[2])
    await screening.admit(desk, await asked_at(place, place.second_village))


async def test_a_grid_counts_for_its_village_and_several_at_once_count_once(town: str) -> None:
    place, desk = await a_place()
    await screening.admit(desk, await asked_at(place, place.grid, place.village))
    last = await asked_at(place, place.grid)
    await screening.admit(desk, last)
    assert (await asked_at(place, place.village)).state == "rejected"


async def approved(place: Town, asked: Any, *units: Any) -> Task:
    request = await an_admitted_request(place, **ASKED, units=[asked])
    return await a_task(place, "approved", requests=[request], units=list(units))


async def test_where_it_goes_out_the_villages_it_really_goes_to_are_counted(town: str) -> None:
    place, desk = await a_place()
    for where in (place.village, place.grid):
        await tasks.dispatch(desk, await approved(place, where, where))
    wider = await approved(place, place.second_village, place.second_village)
    with pytest.raises(NotNow, match="梅渚村今年已满"):
        await must_be_within_the_cap(wider, [place.second_village.pk, place.village.pk])
    await tasks.dispatch(desk, wider)
    assert await Assignment.filter(task=wider).count() == 1


async def test_two_at_once_do_not_both_pass(town: str) -> None:
    place, desk = await a_place()
    waiting = [await asked_at(place, place.village) for _ in range(4)]
    ends = await asyncio.gather(*(screening.admit(desk, one) for one in waiting), return_exceptions=True)
    assert sum(isinstance(one, NotNow) for one in ends) == 2
    assert await WorkRequest.filter(state="admitted").count() == 2
