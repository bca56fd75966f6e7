"""Ceilings and colliding ends are counted where a request is let in: with grids, with what is planned and what waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import policies, screening, tasks
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import TaskSource
from models.tasks.admission import over_if_let_in
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


async def a_place(collisions: int = 2, *matters: dict[str, Any]) -> tuple[Town, Viewer]:
    place = await a_town()
    await a_list(place.county, *matters)
    keeper = await a_viewer("list_keeper", place.county)
    given = {"name": "collisions", "value": collisions, "reason": "示范", "from_on": today()}
    await policies.set_policy(keeper, place.county, **given)
    return place, await a_viewer("coordinator", place.township)


async def due_together(place: Town, *units: Any) -> WorkRequest:
    return await a_request(place, units=list(units), deadline=today() + 20 * DAY)


async def test_what_was_let_in_and_waits_counts_and_a_grid_counts_for_its_village(town: str) -> None:
    place, desk = await a_place()
    for unit in (place.village, place.grid):
        await screening.admit(desk, await due_together(place, unit))
    third = await due_together(place, place.grid)
    with pytest.raises(Invalid, match="梅渚村的负担会超过上限，请写明为什么仍要收下") as no:
        await screening.admit(desk, third)
    assert no.value.field == "note"
    for saying_nothing in ("。", "同意 "):
        with pytest.raises(Invalid, match="至少 4 个字"):
            await screening.admit(desk, third, note=saying_nothing)
    await screening.admit(desk, await due_together(place, place.second_village))
    verdict = await screening.admit(desk, third, note="三件事一趟办完。")
    assert "三件事一趟办完" in (await Screening.get(pk=verdict.pk)).inputs


async def test_what_is_planned_and_what_grids_have_counts_where_it_is_let_in_and_where_it_goes_out(
    town: str,
) -> None:
    place, desk = await a_place()
    day = today() + 20 * DAY
    there = await an_admitted_request(place, units=[place.grid], deadline=day)
    await a_task(place, requests=[there], units=[place.grid], due_on=day)
    planned = await an_admitted_request(place, units=[place.village], deadline=day)
    draft = await a_task(place, "draft", requests=[planned], units=[place.village], due_on=day)
    with pytest.raises(Invalid, match="梅渚村的负担会超过上限"):
        await screening.admit(desk, await due_together(place, place.village))
    (load,) = await tasks.loads_of(draft)
    assert (load.open_tasks, load.collisions) == (2, 2), "the grid's is its village's"


async def test_two_at_once_are_not_both_let_in_unexplained(town: str) -> None:
    place, desk = await a_place()
    waiting = [await due_together(place, place.village) for _ in range(4)]
    ends = await asyncio.gather(*(screening.admit(desk, one) for one in waiting), return_exceptions=True)
    assert [isinstance(one, Invalid) for one in ends].count(True) == 2, ends


async def test_a_request_that_is_read_again_does_not_carry_itself_a_second_time(town: str) -> None:
    place, desk = await a_place()
    officer = await a_viewer("department_officer", place.department)
    asked = await an_admitted_request(place, units=[place.village])
    draft = await a_task(place, "draft", requests=[asked], units=[place.village], due_on=asked.deadline)
    other = await an_admitted_request(place, units=[place.second_village])
    await a_task(place, requests=[other], units=[place.second_village], due_on=asked.deadline)
    for once, villages in ((asked, [place.village]), (other, [place.second_village])):
        await screening.admit(desk, await due_together(place, *villages))
        same = {name: getattr(once, name) for name in ("title", "matter_code", "demands", "deadline")}
        await tasks.amend_request(officer, once, **same, body="改为每周巡查一次。", reason="改了")
        await screening.admit(desk, once)
    assert await TaskSource.filter(task=draft, request=asked).exists()


async def test_what_can_no_longer_go_out_burdens_nobody(town: str) -> None:
    place, desk = await a_place(1)
    day = today() + 20 * DAY
    await screening.admit(desk, await due_together(place, place.village))
    planned = await an_admitted_request(place, units=[place.second_village], deadline=day)
    await a_task(place, "draft", requests=[planned], units=[place.second_village], due_on=day)
    asked = [
        await a_request(place, units=[one], deadline=day + 2 * DAY)
        for one in (place.village, place.second_village)
    ]
    numbers = [one.pk for one in asked]
    waiting = await WorkRequest.filter(id__in=numbers).prefetch_related("matter", "township")
    for days, times in ((19, 1), (21, 0)):
        with clock_at(now() + days * DAY):
            assert [len(await over_if_let_in(one)) for one in waiting] == [times, times]
