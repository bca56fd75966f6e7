"""The morning page: what is mine, by urgency, and nothing of anybody else's."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import end_of
from models.base.clock import today as on_day
from models.base.viewer import Viewer
from models.tasks import Assignment
from models.today import today
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_task,
    a_town,
    a_viewer,
    an_admitted_request,
    an_assignment,
)

pytestmark = pytest.mark.anyio


async def titles(viewer: Viewer) -> dict[str, int]:
    return {section.title: len(section.rows) for section in (await today(viewer)).sections}


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.city)
    return place


async def test_a_village_sees_its_own_open_tasks_most_urgent_first(town: str) -> None:
    place = await a_place()
    for days in (9, 3, 6):
        task = await a_task(place)
        await Assignment.filter(task=task).update(due_at=end_of(on_day() + days * DAY))
    secretary = await a_viewer("secretary", place.village)
    sections = (await today(secretary)).sections
    assert [section.title for section in sections] == ["要办的任务"]
    due = [row.due_on for row in sections[0].rows]
    assert len(due) == 3 and due == sorted(due)
    assert {row.unit.pk for row in sections[0].rows} == {place.village.pk}
    assert await titles(await a_viewer("secretary", place.other_village)) == {}


async def test_what_is_reported_leaves_the_village_and_comes_to_the_desk(town: str) -> None:
    place = await a_place()
    assignment = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    await tasks.receive(secretary, assignment)
    await tasks.report(secretary, assignment, words="巡查两次，没有焚烧。")
    assert await titles(secretary) == {}
    desk = await titles(await a_viewer("coordinator", place.township))
    assert any("审核" in title for title in desk)


async def test_each_post_of_the_township_sees_the_step_that_is_its_own(town: str) -> None:
    place = await a_place()
    await a_request(place)
    await an_admitted_request(place)
    await a_task(place, state="submitted")
    await a_task(place, state="approved")
    desk = await titles(await a_viewer("coordinator", place.township))
    assert (
        set(desk) >= {"待复核的申请", "已过筛，待合并成任务", "已批准，待下派"} and "待审批的任务" not in desk
    )
    leader = await titles(await a_viewer("leader", place.township))
    assert "待审批的任务" in leader and "已批准，待下派" not in leader
    assert await titles(await a_viewer("coordinator", place.other_township)) == {}


async def test_an_asker_sees_what_became_of_what_it_asked(town: str) -> None:
    place = await a_place()
    await a_request(place, demands=["ranking"])
    asker = await titles(await a_viewer("department_officer", place.department))
    assert asker
    assert await titles(await a_viewer("department_officer", place.other_department)) == {}
