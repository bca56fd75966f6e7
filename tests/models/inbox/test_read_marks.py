"""The mark of being new is seen by its owner alone."""

from __future__ import annotations

import pytest

from models import inbox
from models.base.events import Event
from models.inbox import InboxMessage
from tests.builders import a_viewer, an_assignment
from tests.models.inbox.scenes import a_place, delivered

pytestmark = pytest.mark.anyio


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
