"""What a task does on its way reaches whose turn it is."""

from __future__ import annotations

import pytest

from models import tasks
from models.inbox import InboxMessage
from models.people import Post
from models.tasks import Assignment
from tests.builders import a_task, a_viewer, an_assignment
from tests.models.inbox.scenes import a_place, delivered, told

pytestmark = pytest.mark.anyio


async def test_what_was_returned_says_what_to_mend_until_it_is_reported_again(town: str) -> None:
    place = await a_place()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    mine = await an_assignment(place)
    await tasks.report(meizhu, mine, words="已巡查")
    assert (await told(desk))[-1] == "reported"
    await tasks.return_report(desk, mine, what_to_mend="请补充次数")
    await delivered()
    returned = await InboxMessage.get(person_id=meizhu.person_id, kind="returned")
    assert (returned.words, returned.waits) == ("请补充次数", True)
    await tasks.report(meizhu, mine, words="巡查两次")
    await delivered()
    await returned.refresh_from_db()
    assert (returned.waits, returned.fresh) == (False, False)


async def test_many_reports_of_one_task_are_one_message_to_the_desk(town: str) -> None:
    place = await a_place()
    villages = place.village, place.second_village
    secretaries = [await a_viewer("secretary", one) for one in villages]
    desk = await a_viewer("coordinator", place.township)
    task = await a_task(place)
    for secretary, unit in zip(secretaries, villages, strict=True):
        copy = await Assignment.get(task=task, unit=unit).prefetch_related(*Assignment.judged_with)
        await tasks.report(secretary, copy, words="已巡查")
        await delivered()
    assert await InboxMessage.filter(person_id=desk.person_id, kind="reported").count() == 1


async def test_what_is_handed_to_a_grid_worker_is_theirs_to_open_and_to_do(town: str) -> None:
    place = await a_place()
    meizhu, worker = await a_viewer("secretary", place.village), await a_viewer("grid_worker", place.grid)
    other, mine = await a_viewer("grid_worker", place.grid), await an_assignment(place)
    await tasks.hand_to(meizhu, mine, post=await Post.get(pk=worker.post_id).prefetch_related("unit"))
    assert (await told(worker))[-1] == "handed"
    found = await Assignment.find(worker, mine.pk)
    await tasks.report(worker, found, words="已巡查")
    assert not await Assignment.visible_to(other).exists()
