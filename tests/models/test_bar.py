"""What stands on top of every page counts every emergency that is open, at the village and at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import tasks
from models.bar import bar
from models.base.clock import now
from models.matters import Matter
from tests.builders import a_viewer
from tests.views.test_emergency import TYPHOON, a_stormy_town, declared

pytestmark = pytest.mark.anyio


async def test_two_emergencies_at_once_are_two_and_the_first_to_be_due_is_named(town: str) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader, matter = await a_viewer("leader", place.township), await Matter.get(code=TYPHOON["code"])
    for hours in (5, 2):
        await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=matter,
            title=f"{hours} 小时内转移",
            body="转移",
            due_at=now() + timedelta(hours=hours),
            units=[place.village],
        )
    for viewer in (leader, await a_viewer("secretary", place.village)):
        alarm = (await bar(viewer)).alarm
        assert alarm is not None and (alarm.open, alarm.title) == (2, "2 小时内转移")
    assert (await bar(await a_viewer("secretary", place.second_village))).alarm is None
