"""What is asked, contested and answered about a task reaches the other side."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import clock_at, now, today
from models.inbox import InboxMessage
from models.tasks import Message
from tests.builders import DAY, a_viewer, an_assignment
from tests.models.inbox.scenes import a_place, delivered, told

pytestmark = pytest.mark.anyio


async def test_a_question_waits_for_the_other_side_and_its_answer_goes_back(town: str) -> None:
    place = await a_place()
    meizhu, tang = [await a_viewer("secretary", one) for one in (place.village, place.second_village)]
    desk, leader = await a_viewer("coordinator", place.township), await a_viewer("leader", place.township)
    mine = await an_assignment(place)
    await tasks.say(meizhu, mine, words="要不要拍照？")
    assert (await told(desk))[-1] == "question" and (await told(meizhu)) == ["dispatched"]
    await tasks.say(desk, mine, words="不用拍照。")
    assert (await told(meizhu))[-1] == "reply"
    assert not await InboxMessage.filter(person_id=desk.person_id, kind="question", waits=True).exists()
    await tasks.say(leader, mine, words="几号能巡完？")
    assert (await told(meizhu))[-1] == "question"
    await tasks.say(meizhu, mine, words="五号。")
    assert (await told(leader))[-1] == "reply", "who asked hears the answer, at the desk or not"
    assert await Message.filter(waits=True).count() == 0
    assert "question" not in await told(tang) and "reply" not in await told(tang)


async def test_a_refused_objection_tells_the_last_day_on_which_it_may_go_to_the_county(town: str) -> None:
    place = await a_place()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    keeper = await a_viewer("list_keeper", place.county)
    objection = await tasks.object_to(meizhu, await an_assignment(place), kind="not_ours", words="不在本村")
    assert "objection" in await told(desk)
    await tasks.answer_objection(desk, objection, upheld=False, answer="在本村范围内")
    await delivered()
    answered = await InboxMessage.get(person_id=meizhu.person_id, kind="answered")
    assert answered.words == "异议不成立：在本村范围内" and answered.due_on is not None
    assert today() < answered.due_on and answered.post_id is None
    assert not await InboxMessage.filter(person_id=desk.person_id, kind="objection", fresh=True).exists()
    await tasks.appeal(meizhu, objection, words="隔壁村的地")
    assert "task_appeal" in await told(keeper) and "objected" in await told(desk)


async def test_an_appeal_after_its_last_day_is_refused(town: str) -> None:
    place = await a_place()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    objection = await tasks.object_to(meizhu, await an_assignment(place), kind="not_ours", words="不在本村")
    await tasks.answer_objection(desk, objection, upheld=False, answer="在本村范围内")
    last = objection.appeal_until
    assert last is not None
    with clock_at(now() + (last - today() + DAY)):
        assert not tasks.appeal.allows(meizhu, objection)
    with clock_at(now() + (last - today())):
        assert tasks.appeal.allows(meizhu, objection)
