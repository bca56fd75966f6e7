"""A village is asked no more often than the list says: counted where it is let in and where it goes out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import policies, screening, tasks
from models.base.clock import clock_at, now, today
from models.base.refusals import NotNow
from models.base.viewer import Viewer
from models.matters import Matter
from models.requests import WorkRequest
from models.tasks import Assignment, Task
from models.tasks.caps import must_be_within_the_cap
from models.tasks.timing import bring_round_what_repeats, release_what_is_ready
from tests.builders import Town, a_list, a_request, a_signer, a_task, a_town, a_viewer, an_admitted_request
from tests.models.tasks.test_emergency_dispatch import TYPHOON

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


async def test_two_at_once_do_not_both_go_out(town: str) -> None:
    """Half of them were let in last year, so that more wait than may go out in this one."""
    place, desk = await a_place()
    early = [await an_admitted_request(place, **ASKED, units=[place.village]) for _ in range(2)]
    with clock_at(now() + timedelta(days=240)):
        late = [await an_admitted_request(place, **ASKED, units=[place.village]) for _ in range(2)]
        waiting = [
            await a_task(place, "approved", requests=[one], units=[place.village]) for one in early + late
        ]
        ends = await asyncio.gather(*(tasks.dispatch(desk, one) for one in waiting), return_exceptions=True)
    assert [isinstance(one, NotNow) for one in ends].count(True) == 2, ends
    assert await Assignment.filter(unit=place.village).count() == 2


async def test_two_at_once_do_not_both_rise_above_a_ceiling_unsigned(town: str) -> None:
    place, desk = await a_place()
    waiting = [
        await a_task(place, "approved", due_on=today() + timedelta(days=days), units=[place.village])
        for days in (10, 30, 50)
    ]
    keeper = await a_viewer("list_keeper", place.county)
    given = {"name": "open_tasks", "value": 1, "reason": "示范", "from_on": today()}
    await policies.set_policy(keeper, place.county, **given)
    ends = await asyncio.gather(*(tasks.dispatch(desk, one) for one in waiting), return_exceptions=True)
    assert [isinstance(one, NotNow) and "须主要领导签署" in one.reason for one in ends].count(True) == 2, ends
    assert await Assignment.filter(unit=place.village).count() == 1


async def test_an_emergency_and_every_round_of_a_series_take_their_share(town: str) -> None:
    place = await a_town()
    await a_list(place.county, TWICE, TYPHOON | {"yearly_cap": 2})
    head, desk = await a_viewer("head", place.township), await a_viewer("coordinator", place.township)
    storm = await tasks.declare_response(
        head, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    flood, day = await Matter.get(code=TYPHOON["code"]), today()
    with clock_at(now()):
        given = {"response": storm, "matter": flood, "units": [place.grid], "title": "转移", "body": "转移"}
        await tasks.dispatch_at_once(head, place.township, **given, due_at=now() + timedelta(hours=6))
    more = [
        await an_admitted_request(
            place, matter_code=TYPHOON["code"], demands=TYPHOON["demands"], units=[place.village]
        )
    ]
    series = await a_task(
        place, requests=more, units=[place.village], repeats="week", repeats_until=day + timedelta(days=40)
    )
    with clock_at(now() + timedelta(days=8)):
        await bring_round_what_repeats()
        await release_what_is_ready()
        again = await Task.get(series=series).prefetch_related(*Task.judged_with)
        assert again.state == "approved", (
            "the emergency and the first round were the village's share of the year"
        )
        with pytest.raises(NotNow, match="梅渚村今年已满"):
            await tasks.dispatch(desk, again)


async def test_two_changes_at_once_do_not_both_rise_above_a_ceiling_unsigned(town: str) -> None:
    place, desk = await a_place()
    head = await a_viewer("head", place.township)
    day = today() + timedelta(days=40)
    out = [
        await a_task(place, due_on=today() + timedelta(days=days), units=[place.village])
        for days in (4, 11, 18)
    ]
    keeper = await a_viewer("list_keeper", place.county)
    given = {"name": "collisions", "value": 1, "reason": "示范", "from_on": today()}
    await policies.set_policy(keeper, place.county, **given)
    for one in out:
        await tasks.carry_over(desk, one, title=one.title, body=one.body, due_on=day, reason="改期")
    ends = await asyncio.gather(*(tasks.approve_change(head, one) for one in out), return_exceptions=True)
    assert [isinstance(one, NotNow) and "须主要领导签署" in one.reason for one in ends].count(True) == 2, ends


async def test_an_exception_lifts_the_cap_for_the_places_it_names_alone(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    async def count(request: WorkRequest, note: str) -> None:
        counted.append(note)

    place, desk = await a_place()
    for _ in range(2):
        one = await an_admitted_request(place, **ASKED, units=[place.village, place.second_village])
        await a_task(place, requests=[one], units=[place.village, place.second_village])
    head = await a_signer("head", place.township, "一个好的密码2026")
    refused = await asked_at(place, place.village)
    assert refused.state == "rejected"
    matter = await Matter.get(code=TWICE["code"]).prefetch_related("list__region")
    given = {
        "matter": matter,
        "reason": "强降雨以后须再走访一次沿溪住户。",
        "until": today() + timedelta(days=9),
    }
    monkeypatch.setattr("models.screening.exceptions.COUNTS", [count])
    await screening.admit_exceptionally(head, refused, **given, password="一个好的密码2026")
    assert counted == [given["reason"]], "it is counted like every other, and in its turn"
    task = await a_task(place, "approved", requests=[refused], units=[place.village])
    with pytest.raises(NotNow, match="棠村今年已满"):
        await must_be_within_the_cap(task, [place.village.pk, place.second_village.pk])
    await must_be_within_the_cap(task, [place.grid.pk])
    await tasks.dispatch(desk, task)


async def test_an_emergency_after_the_rounds_of_a_series_is_held_to_the_cap_as_well(town: str) -> None:
    place = await a_town()
    await a_list(place.county, TYPHOON | {"yearly_cap": 2})
    head = await a_viewer("head", place.township)
    flood = await Matter.get(code=TYPHOON["code"])
    asked = {"matter_code": flood.code, "demands": TYPHOON["demands"], "units": [place.village]}
    weekly = {"repeats": "week", "repeats_until": today() + timedelta(days=40)}
    await a_task(place, requests=[await an_admitted_request(place, **asked)], units=[place.village], **weekly)
    with clock_at(now() + timedelta(days=8)):
        await bring_round_what_repeats()
        await release_what_is_ready()
        storm = await tasks.declare_response(
            head, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
        )
        given = {"response": storm, "matter": flood, "units": [place.grid], "title": "转移", "body": "转移"}
        with pytest.raises(NotNow, match="今年已满"):
            await tasks.dispatch_at_once(head, place.township, **given, due_at=now() + timedelta(hours=6))
