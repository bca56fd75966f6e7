"""The main job of a township, in the commands' own words."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.refusals import NotAllowed
from models.tasks import Assignment
from tests.builders import a_list, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


async def test_a_dispatched_task_is_at_each_chosen_village(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    units = await Assignment.filter(task=task, state="dispatched").values_list("unit_id", flat=True)
    assert set(units) == {place.village.pk, place.second_village.pk}


async def test_nobody_approves_what_they_drafted(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    drafter = await a_viewer("coordinator", place.township)
    task = await tasks.draft(
        drafter,
        place.township,
        requests=[await an_admitted_request(place)],
        title="巡查",
        body="巡查",
        due_on=(await an_admitted_request(place)).deadline,
        units=[place.village],
    )
    await tasks.submit_for_approval(drafter, task)
    with pytest.raises(NotAllowed, match="不能是起草人"):
        await tasks.approve(drafter, task)
