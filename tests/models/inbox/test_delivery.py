"""Messages are made from the trail once each, and for others only."""

from __future__ import annotations

import asyncio

import pytest

from models import inbox, tasks
from models.base.clock import today
from models.base.sealer import seal_all
from models.inbox import InboxMessage
from models.people import Post
from tests.builders import a_viewer, an_assignment
from tests.models.inbox.scenes import a_place, owner_of, told

pytestmark = pytest.mark.anyio


async def test_nobody_is_told_of_what_they_did_themselves(town: str) -> None:
    place = await a_place()
    both = await a_viewer("coordinator", place.township)
    await Post.create(person_id=both.person_id, unit=place.village, role="secretary", from_on=today())
    both = await owner_of(InboxMessage(person_id=both.person_id))
    await tasks.say(both, await an_assignment(place), words="自己问")
    assert "question" not in await told(both)


async def test_readers_at_once_write_each_message_once(town: str) -> None:
    place = await a_place()
    meizhu = await a_viewer("secretary", place.village)
    for _ in range(3):
        await an_assignment(place)
    await seal_all()
    await asyncio.gather(*(inbox.deliver() for _ in range(4)))
    assert await told(meizhu) == ["dispatched"] * 3
