"""A typhoon: flagged matters go out at once, and are approved by another leader afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, now
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.matters import Matter
from models.tasks import Assignment
from models.tasks.emergency_dispatch import is_late
from tests.builders import a_list, a_town, a_viewer

pytestmark = pytest.mark.anyio
TYPHOON = {
    "code": "XZ-YJ-01",
    "title": "防汛防台人员转移协助",
    "category": "assist",
    "demands": ["patrol", "visit"],
    "emergency": True,
}


@pytest.mark.calendar_bound
async def test_a_typhoon_dispatch_reaches_villages_at_once_and_is_approved_within_a_day(town: str) -> None:
    place = await a_town()
    await a_list(place.county, TYPHOON)
    leader = await a_viewer("leader", place.township)
    response = await tasks.declare_response(
        leader, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    given = {
        "response": response,
        "matter": await Matter.get(code="XZ-YJ-01"),
        "title": "转移危房住户",
        "body": "今晚八点前转移完毕。",
        "due_at": now() + timedelta(hours=6),
        "units": [place.village],
    }
    with pytest.raises(Invalid, match="标明“应急”"):
        await tasks.dispatch_at_once(
            leader, place.township, **given | {"matter": await Matter.get(code="XZ-NY-01")}
        )
    task = await tasks.dispatch_at_once(leader, place.township, **given)
    assert await Assignment.filter(task=task, unit=place.village, state="dispatched").exists()
    with pytest.raises(NotAllowed, match="另一位领导"):
        await tasks.approve_afterwards(leader, task, note="同意")
    with clock_at(now() + timedelta(hours=25)):
        assert is_late(task)
    await tasks.approve_afterwards(await a_viewer("head", place.township), task, note="情况紧急，同意")
    assert not is_late(task)


async def test_without_a_declared_response_nothing_skips_approval(town: str) -> None:
    place = await a_town()
    await a_list(place.county, TYPHOON)
    leader = await a_viewer("leader", place.township)
    response = await tasks.declare_response(
        leader, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    await tasks.end_response(leader, response, reason="台风已过")
    with pytest.raises(NotNow, match="没有这个应急响应"):
        await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=await Matter.get(code="XZ-YJ-01"),
            title="转移",
            body="转移",
            due_at=now() + timedelta(hours=6),
            units=[place.village],
        )
