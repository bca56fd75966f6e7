"""An emergency is told by the hour: to the village before it strikes, to the desk when it has, upwards as hours go by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models import tasks
from models.base.clock import clock_at
from models.base.viewer import Viewer
from models.matters import Matter
from models.reminders import Reminder
from models.tasks import Assignment
from tests.builders import Town, a_list, a_town
from tests.gateway import Gateway
from tests.models.reminders.scenes import (
    MONDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    look,
    somebody,
    told,
)
from tests.models.tasks.test_emergency_dispatch import TYPHOON

pytestmark = pytest.mark.anyio
ROLES = ("coordinator", "leader", "head")


async def _a_typhoon(due_at: datetime) -> tuple[Town, dict[str, Viewer]]:
    """Sent on Monday at nine in the evening, due that night or in the morning, to one village that never answers."""
    place = await a_town()
    await a_list(place.county, TYPHOON)
    who = {role: await somebody(role, place.township) for role in ROLES}
    who["secretary"] = await somebody("secretary", place.village)
    response = await tasks.declare_response(
        who["leader"], place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    sent = await tasks.dispatch_at_once(
        who["leader"],
        place.township,
        response=response,
        matter=await Matter.get(code="XZ-YJ-01"),
        title="转移危房住户",
        body="转移完毕后反馈。",
        due_at=due_at,
        units=[place.village],
    )
    await tasks.approve_afterwards(who["head"], sent, note="同意")
    return place, who


async def test_each_stage_is_told_at_its_hour_once_also_by_night(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        _, who = await _a_typhoon(at(TUESDAY, 2))
    await look(at(MONDAY, 21, 1))
    before = {name: len(told(gateway, viewer)) for name, viewer in who.items()}
    heard: dict[str, list[str]] = {}
    for hour, minute in ((0, 59), (1, 1), (1, 30), (2, 1), (2, 59), (3, 1), (5, 1), (9, 0)):
        await look(at(TUESDAY, hour, minute))
        for name, viewer in who.items():
            new = told(gateway, viewer)[before[name] :]
            heard.setdefault(name, []).extend(f"{hour}:{minute:02} {one}" for one in new)
            before[name] += len(new)
    assert heard == {
        "secretary": ["1:01 1 件应急任务一小时内到期", "2:01 1 件应急任务已逾期"],
        "coordinator": ["2:01 辖区有 1 件应急任务单逾期"],
        "leader": ["3:01 辖区有 1 件应急任务单逾期一小时以上"],
        "head": ["5:01 辖区有 1 件应急任务单逾期三小时以上"],
    }, "and nothing of it by working days"


async def test_what_was_answered_in_time_is_not_told(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        _, who = await _a_typhoon(at(TUESDAY, 0))
    await look(at(MONDAY, 21, 1))
    with clock_at(at(MONDAY, 22)):
        mine = await Assignment.get().prefetch_related(*Assignment.judged_with)
        await tasks.report(who["secretary"], mine, words="已转移 12 户")
    before = {name: len(told(gateway, viewer)) for name, viewer in who.items()}
    await look(at(MONDAY, 23, 30), at(TUESDAY, 0, 30), at(TUESDAY, 4))
    assert not [one for one in told(gateway, who["secretary"])[before["secretary"] :] if "应急" in one]
    assert not [one for role in ROLES for one in told(gateway, who[role])[before[role] :] if "应急" in one]


async def test_an_hour_put_off_within_its_day_is_told_again(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        _, who = await _a_typhoon(at(TUESDAY, 2))
    await look(at(TUESDAY, 1, 30), at(TUESDAY, 2, 30))
    before = len(told(gateway, who["secretary"]))
    await Assignment.all().update(due_at=at(TUESDAY, 15).astimezone(UTC))
    await look(at(TUESDAY, 14, 30), at(TUESDAY, 15, 30), at(TUESDAY, 15, 31))
    assert told(gateway, who["secretary"])[before:] == ["1 件应急任务一小时内到期", "1 件应急任务已逾期"]
    assert told(gateway, who["coordinator"])[-2:] == ["辖区有 1 件应急任务单逾期"] * 2


async def test_what_was_put_down_is_not_put_down_again_with_every_minute(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock_at(at(MONDAY, 21)):
        await _a_typhoon(at(TUESDAY, 2))
    await look(at(TUESDAY, 2, 30))
    written: list[object] = []
    put_down = Reminder.bulk_create

    async def counted(rows: list[Reminder], **how: Any) -> Any:
        written.extend(rows)
        return await put_down(rows, **how)

    monkeypatch.setattr(Reminder, "bulk_create", counted)
    await look(at(TUESDAY, 2, 31), at(TUESDAY, 2, 59))
    assert written == []
    await look(at(TUESDAY, 3, 1))
    assert len(written) == 1, "the leader, after an hour"


async def test_two_days_after_its_hour_an_emergency_goes_on_by_the_calendar(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        _, who = await _a_typhoon(at(TUESDAY, 2))
    await look(at(TUESDAY, 9), at(WEDNESDAY, 9))
    before = {name: len(told(gateway, viewer)) for name, viewer in who.items()}
    await look(*(at(day, 9) for day in range(THURSDAY, SUNDAY + 5)))
    heard = {name: told(gateway, viewer)[before[name] :] for name, viewer in who.items()}
    assert "1 件任务已逾期" in heard["secretary"][0]
    assert any("逾期" in one for one in heard["coordinator"]) and any(
        "逾期" in one for one in heard["leader"]
    )
