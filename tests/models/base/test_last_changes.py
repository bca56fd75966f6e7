"""When something last changed is told by the events that one may read: what others alone know of moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, now
from models.base.last_changes import last_changes
from models.tasks import Assignment
from tests.builders import a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def test_reading_moves_it_for_those_alone_who_may_know_of_it(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    copy = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    desk, above = await a_viewer("coordinator", place.township), await a_viewer("observer", place.county)
    before = {name: await last_changes(viewer, [copy]) for name, viewer in (("desk", desk), ("above", above))}
    read_at = now() + timedelta(hours=1)
    with clock_at(read_at):
        await tasks.receive(await a_viewer("secretary", place.village), copy)
        assert (await last_changes(desk, [copy]))[copy.pk] == read_at != before["desk"].get(copy.pk)
        assert await last_changes(above, [copy]) == before["above"]


async def test_an_event_that_mentions_it_moves_it_too_and_what_nothing_happened_to_is_left_out(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    desk = await a_viewer("coordinator", place.township)
    assert set(await last_changes(desk, [task])) == {task.pk}
    assert await last_changes(desk, []) == {}
    assert await last_changes(await a_viewer("secretary", place.other_village), [task]) == {}
