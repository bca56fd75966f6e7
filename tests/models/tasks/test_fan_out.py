"""A whole city is asked: each township gets its own request at once, and sends its own task to all its villages."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from models import intake, screening, tasks
from models.base.clock import today
from models.requests import WorkRequest
from models.tasks import Assignment
from models.units import Unit
from tests.builders import DAY, a_list, a_town, a_unit, a_viewer

pytestmark = pytest.mark.anyio
TOWNSHIPS, VILLAGES = 103, 2119
ASKED = {"title": "秸秆禁烧巡查", "body": "请各村巡查。", "matter_code": "XZ-NY-01", "demands": ["patrol"]}


@pytest.mark.nightly
async def test_a_city_becomes_103_requests_in_a_second_and_a_township_sends_in_half_of_one(
    town: str, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    await a_list(place.city)
    office = await a_unit("department", place.city)
    townships = [place.township, place.other_township]
    townships += [await a_unit("township", place.county) for _ in range(TOWNSHIPS - len(townships))]
    for number in range(VILLAGES - await Unit.filter(level="village").count()):
        await a_unit("village", townships[number % TOWNSHIPS])
    officer = await a_viewer("department_officer", office)
    began = process_time()
    await intake.submit(officer, office, **ASKED, deadline=today() + 20 * DAY, units=[], townships=townships)
    asked = process_time() - began
    assert await WorkRequest.filter(state="pending_review").count() == TOWNSHIPS
    sent, reached = await _sent(place.township)
    figure(f"{TOWNSHIPS} requests {asked * 1000:.0f} ms, {reached} villages {sent * 1000:.0f} ms, of CPU")
    assert asked <= 1 and sent <= 0.5


async def _sent(township: Unit) -> tuple[float, int]:
    """The time it takes to send a task to every village of a township, and how many it reached."""
    desk, leader = [await a_viewer(role, township) for role in ("coordinator", "leader")]
    own = await WorkRequest.get(township=township).prefetch_related(*WorkRequest.judged_with)
    await screening.admit(desk, own)
    villages = await Unit.filter(parent=township, level="village")
    words = {"title": "巡查", "body": "请巡查。", "due_on": today() + 15 * DAY}
    task = await tasks.draft(desk, township, requests=[own], units=villages, **words)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    began = process_time()
    await tasks.dispatch(desk, task)
    took = process_time() - began
    assert await Assignment.filter(task=task).count() == len(villages)
    return took, len(villages)
