"""What waits in a post goes on to whoever comes after."""

from __future__ import annotations

import pytest

from models import inbox, people, tasks
from models.base.clock import clock_at, now, today
from models.base.sealer import seal_all
from models.inbox import InboxMessage
from models.people import Person, Post
from tests.builders import DAY, a_viewer, an_assignment
from tests.models.inbox.scenes import a_place, delivered, owner_of, told

pytestmark = pytest.mark.anyio


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
