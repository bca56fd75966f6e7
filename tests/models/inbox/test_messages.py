"""What waits for somebody's word or was decided about them is in their 消息, in nobody else's, and goes on to a successor."""

from __future__ import annotations

import asyncio

import pytest

from models import inbox, people, tasks
from models.base.clock import clock_at, now, today
from models.base.events import Event
from models.base.sealer import seal_all
from models.inbox import InboxMessage
from models.people import Person, Post
from models.tasks import Assignment, Message
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_assignment
from tests.models.inbox.scenes import delivered, owner_of, told

pytestmark = pytest.mark.anyio


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place


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


async def test_nobody_is_told_of_what_they_did_themselves(town: str) -> None:
    place = await a_place()
    both = await a_viewer("coordinator", place.township)
    await Post.create(person_id=both.person_id, unit=place.village, role="secretary", from_on=today())
    both = await owner_of(InboxMessage(person_id=both.person_id))
    await tasks.say(both, await an_assignment(place), words="自己问")
    assert "question" not in await told(both)


async def test_a_successor_finds_what_waits_and_the_predecessor_keeps_what_was_decided(town: str) -> None:
    place = await a_place()
    old, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    mine = await an_assignment(place)
    asked = await tasks.ask_for_time(old, mine, until=mine.due_on + DAY, reason="下雨")
    await tasks.answer_extension(desk, asked, granted=False, answer="来得及")
    await delivered()
    successor = await Person.create(name="新书记", phone="13900000000")
    post = await Post.get(pk=old.post_id).prefetch_related("unit", "person")
    await people.hand_over(desk, post, successor=successor, on=today() + DAY)
    with clock_at(now() + DAY):
        await seal_all()
        await inbox.look_after_messages()
        await inbox.deliver()
        new = await owner_of(InboxMessage(person_id=successor.pk))
        assert "dispatched" in await told(new) and "answered" not in await told(new)
        left = await owner_of(InboxMessage(person_id=old.person_id))
        assert "answered" in await told(left) and "dispatched" not in await told(left)


async def test_the_mark_is_its_owners_alone_and_leaves_no_trace(town: str) -> None:
    place = await a_place()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    await an_assignment(place)
    await delivered()
    assert await inbox.how_many_new(meizhu) == 1
    theirs = await InboxMessage.filter(person_id=meizhu.person_id)
    assert await inbox.put_away(desk, theirs) == 0
    before = await Event.all().count()
    assert await inbox.put_away(meizhu) == 1 and await inbox.how_many_new(meizhu) == 0
    assert await Event.all().count() == before, "the trail would tell who reads what"
    moments = [n for n, one in InboxMessage._meta.fields_map.items() if one.field_type.__name__ == "datetime"]
    assert moments == ["at"], "when something happened, never when it was read"


async def test_readers_at_once_write_each_message_once(town: str) -> None:
    place = await a_place()
    meizhu = await a_viewer("secretary", place.village)
    for _ in range(3):
        await an_assignment(place)
    await seal_all()
    await asyncio.gather(*(inbox.deliver() for _ in range(4)))
    assert await told(meizhu) == ["dispatched"] * 3
