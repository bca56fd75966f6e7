"""Whose open work a new version of the list touches: as far as whoever asks may know of it."""

from __future__ import annotations

import pytest

from models import tasks
from models.tasks.impact import impact
from tests.builders import a_list, a_request, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def test_open_tasks_and_waiting_requests_are_counted_under_their_matter(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    waiting = await a_request(place)
    keeper, stranger = (
        await a_viewer("list_keeper", place.county),
        await a_viewer("coordinator", place.other_township),
    )
    code = waiting.matter_code
    found = await impact(keeper, [code, "XZ-NO-00"])
    assert (found.open_tasks, found.waiting_requests) == (1, 1)
    assert found.matters[code].assignments == 2 and found.matters["XZ-NO-00"].tasks == 0
    assert sorted(found.villages) == sorted([(place.village.name, 1), (place.second_village.name, 1)])
    assert [one.pk for one in found.tasks] == [task.pk] and [one.pk for one in found.requests] == [waiting.pk]
    hidden = await impact(stranger, [code])
    assert (hidden.open_tasks, hidden.waiting_requests, hidden.villages) == (0, 0, [])
    assert (await impact(keeper, [])).matters == {}
    await tasks.withdraw(await a_viewer("coordinator", place.township), task, reason="改期再派。")
    assert (await impact(keeper, [code])).open_tasks == 0
