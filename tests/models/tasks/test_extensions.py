"""More time for a village, a task that rests, and the one urging a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import tasks
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotNow
from models.tasks import Assignment
from tests.builders import DAY, a_list, a_town, a_viewer, an_assignment

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.calendar_bound
async def test_a_granted_extension_moves_the_day(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(Invalid, match="之后"):
        await tasks.ask_for_time(secretary, mine, until=mine.due_on, reason="下雨")
    asked = await tasks.ask_for_time(secretary, mine, until=mine.due_on + 3 * DAY, reason="连日下雨")
    with pytest.raises(Invalid, match="已经申请过"):
        await tasks.ask_for_time(secretary, mine, until=mine.due_on + 4 * DAY, reason="连日下雨")
    await tasks.answer_extension(await a_viewer("coordinator", place.township), asked, granted=True)
    again = await Assignment.get(pk=mine.pk)
    assert (again.due_on, again.extended) == (mine.due_on + 3 * DAY, True)


async def test_rest_does_not_count(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        await a_list(place.county)
        mine = await an_assignment(place)
        was = mine.due_on
        coordinator = await a_viewer("coordinator", place.township)
        await tasks.suspend(coordinator, mine, reason="防汛优先")
    with clock_at(MONDAY + timedelta(days=4)):
        await tasks.resume(coordinator, mine)
    again = await Assignment.get(pk=mine.pk)
    assert again.state == "dispatched"
    assert again.due_on == was + 6 * DAY  # four working days, over a weekend


async def test_nobody_is_urged_twice_a_day(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    await a_viewer("secretary", place.village)
    coordinator = await a_viewer("coordinator", place.township)
    await tasks.urge(coordinator, mine)
    with pytest.raises(NotNow, match="今天已经催办过"):
        await tasks.urge(coordinator, mine)
