"""Whether a village has its copy is known to the desk that sent it, to the village, and to whoever it was handed to."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import DESK
from models.tasks import Assignment
from models.tasks.receipts import receipt_reach
from tests.builders import Town, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def known_to(viewer: Viewer) -> list[int]:
    return (
        await Assignment.filter(receipt_reach(viewer)).order_by("unit_id").values_list("unit_id", flat=True)
    )  # type: ignore[return-value]


async def sent() -> tuple[Town, list[int]]:
    place = await a_town()
    await a_list(place.county)
    await a_task(place, units=[place.village, place.second_village])
    return place, sorted([place.village.pk, place.second_village.pk])


async def test_the_desk_knows_of_all_it_sent_and_a_village_of_its_own(town: str) -> None:
    place, both = await sent()
    for role in DESK:
        assert await known_to(await a_viewer(role, place.township)) == both, role
        assert await known_to(await a_viewer(role, place.other_township)) == [], role
    assert await known_to(await a_viewer("secretary", place.village)) == [place.village.pk]
    for role, unit in (("department_officer", place.department), ("list_keeper", place.county)):
        assert await known_to(await a_viewer(role, unit)) == [], role


async def test_whoever_it_was_handed_to_knows_of_that_copy(town: str) -> None:
    place, _ = await sent()
    worker = await a_viewer("grid_worker", place.grid)
    assert await known_to(worker) == []
    row = await Assignment.get(unit=place.village).prefetch_related(*Assignment.judged_with)
    hand = await Post.get(pk=worker.post_id).prefetch_related(*Post.judged_with)
    await tasks.hand_to(await a_viewer("secretary", place.village), row, post=hand)
    assert await known_to(worker) == [place.village.pk]
