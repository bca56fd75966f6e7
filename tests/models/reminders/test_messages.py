"""Reminders tell how much waits, once, at a decent hour, a few a day."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import clock_at, today
from models.base.settings import settings
from models.policies import set_policy
from models.reminders import Reminder
from tests.builders import DAY, a_list, a_task, a_town, a_viewer, an_assignment
from tests.gateway import Gateway
from tests.models.reminders.scenes import (
    MONDAY,
    TUESDAY,
    a_listed_town,
    at,
    look,
    phone_of,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio


async def test_one_message_tells_how_much_waits_and_nothing_of_what(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, tang = [await somebody("secretary", unit) for unit in (place.village, place.second_village)]
        await a_task(place)
        await a_task(place)
    await look(at(MONDAY, 9, 1), at(MONDAY, 9, 2), at(MONDAY, 10))
    text = "【兴村治社】您有：2 件新任务。请登录兴村治社查看。"
    assert gateway.texts(phone_of(meizhu)) == [text]
    assert gateway.texts(phone_of(tang)) == [text]


async def test_the_message_says_where_to_look(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGCUN_ADDRESS", "https://xc.test/")
    settings.cache_clear()
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await a_task(place)
    await look(at(MONDAY, 9, 1))
    assert gateway.texts(phone_of(meizhu))[0].endswith("请打开 https://xc.test/ 查看。")


async def test_a_request_that_was_rejected_is_never_told_to_anybody(gateway: Gateway) -> None:
    from tests.builders import a_request

    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        for unit in (place.village, place.second_village):
            await somebody("secretary", unit)
        rejected = await a_request(place, matter_code="FM-01")
        assert rejected.state == "rejected"
    await look(at(MONDAY, 9, 1), at(TUESDAY, 9))
    assert gateway.got == [] and not await Reminder.exists()


async def test_nobody_is_disturbed_between_evening_and_morning(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 19, 58)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await a_task(place)
    await look(at(MONDAY, 20), at(MONDAY, 23, 59), at(TUESDAY, 0, 1), at(TUESDAY, 7, 59))
    assert gateway.got == []
    await look(at(TUESDAY, 8), at(TUESDAY, 8, 1))
    assert told(gateway, meizhu) == ["1 件新任务"]


async def test_what_was_done_in_the_night_is_not_told_in_the_morning(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        mine = await an_assignment(place)
        await look(at(MONDAY, 21, 1))
        assert await Reminder.filter(person_id=meizhu.person_id).count() == 1
        await tasks.report(meizhu, mine, words="已巡查两次")
    await look(at(TUESDAY, 8))
    assert told(gateway, meizhu) == []
    assert not await Reminder.filter(person_id=meizhu.person_id).exists()


async def test_the_county_sets_the_quiet_hours(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        keeper = await a_viewer("list_keeper", place.county)
        for name, value in (("quiet_from", 12), ("quiet_until", 14)):
            await set_policy(keeper, place.county, name=name, value=value, reason="午休", from_on=today())
        meizhu = await somebody("secretary", place.village)
        await a_task(place)
    await look(at(MONDAY, 12), at(MONDAY, 13, 59))
    assert gateway.got == []
    await look(at(MONDAY, 21))
    assert told(gateway, meizhu) == ["1 件新任务"]


async def test_the_fourth_message_of_a_day_waits_for_the_next(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
    for hour in range(9, 15):
        with clock_at(at(MONDAY, hour)):
            await a_task(place, due_on=today() + 7 * (hour - 7) * DAY)
        await look(at(MONDAY, hour, 1))
    assert told(gateway, meizhu) == ["1 件新任务"] * 3
    await look(at(MONDAY, 19), at(TUESDAY, 8), at(TUESDAY, 9))
    assert told(gateway, meizhu) == ["1 件新任务"] * 3 + ["3 件新任务"]


async def test_an_emergency_waits_neither_for_the_morning_nor_for_its_share(gateway: Gateway) -> None:
    flagged = {"code": "XZ-YJ-01", "title": "防汛巡查", "category": "assist", "demands": ["patrol"]}
    with clock_at(at(MONDAY, 9)):
        place = await a_town()
        made = await a_list(place.county, flagged | {"emergency": True})
        meizhu = await somebody("secretary", place.village)
        head, leader = await somebody("head", place.township), await somebody("leader", place.township)
        await a_task(place)
    await look(at(MONDAY, 20, 30))
    with clock_at(at(MONDAY, 23)):
        response = await tasks.declare_response(
            await a_viewer("head", place.township), place.township, name="防台风", level="Ⅲ级", reason="台风"
        )
        matter = await made.matters.filter(code="XZ-YJ-01").get()
        await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=matter,
            title="山塘巡查",
            body="立即巡查山塘。",
            due_at=at(TUESDAY, 6),
            units=[place.village],
        )
    await look(at(MONDAY, 23, 1), at(MONDAY, 23, 2))
    assert told(gateway, meizhu) == ["1 件应急任务"]
    assert told(gateway, head) == []
    await look(at(TUESDAY, 8))
    assert told(gateway, head) == ["1 件任务待您审批"]
    assert told(gateway, leader) == ["辖区有 1 件应急任务单逾期一小时以上"], "it was due at six"
