"""The story of a record, as far as each viewer may know it."""

from __future__ import annotations

import pytest

from models.base.events import Event
from models.screening import reject
from models.trail import story
from tests.builders import a_list, a_request, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def test_the_story_of_a_request_begins_with_who_asked_for_it(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await a_request(place)
    coordinator = await a_viewer("coordinator", place.township)
    assert [event.command for event in await story(coordinator, request)] == ["intake.submit"]


async def test_the_story_of_a_place_does_not_tell_a_village_what_was_asked(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    await a_request(place)
    secretary = await a_viewer("secretary", place.village)
    for unit in (place.department, place.village, place.township):
        assert "intake.submit" not in [event.command for event in await story(secretary, unit)]


async def test_a_department_reads_how_its_own_request_was_decided_and_others_do_not(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await a_request(place)
    await reject(await a_viewer("coordinator", place.township), request, reason="这不是村里的事。")
    asked = await story(await a_viewer("department_officer", place.department), request)
    assert [event.command for event in asked] == ["intake.submit", "screening.reject"]
    neighbour = await a_viewer("department_officer", place.other_department)
    assert not await Event.filter(Event.scope(neighbour), subject_type="WorkRequest").exists()
    village = await a_viewer("secretary", place.village)
    assert not await Event.filter(Event.scope(village), subject_type="WorkRequest").exists()
