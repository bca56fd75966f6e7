"""Reminders: made from the trail and the calendar, told as counts, once, at a decent hour, a few a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from models import tasks
from models.base.clock import TOWN_ZONE, clock_at, tick, today
from models.base.sealer import seal_all
from models.base.settings import settings
from models.base.viewer import Viewer
from models.people import Person, Post
from models.policies import set_policy
from models.reminders import Reminder
from models.reminders.sending import BACK_OFF, MOST_TRIES
from models.tasks import Assignment, Task
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_assignment
from tests.gateway import Gateway, a_gateway

pytestmark = pytest.mark.anyio


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in the town, counted from Monday the 2nd of November 2026: no holiday is near."""
    return datetime(2026, 11, 1, hour, minute, tzinfo=TOWN_ZONE) + day * DAY


MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(1, 8)


@pytest.fixture
async def gateway(town: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    async with a_gateway() as made:
        monkeypatch.setenv("XINGCUN_REMIND_VIA", "sms")
        monkeypatch.setenv("XINGCUN_REMIND_URL", made.url)
        monkeypatch.setenv("XINGCUN_REMIND_KEY", "0123456789abcdef")
        settings.cache_clear()
        yield made
    settings.cache_clear()


async def somebody(role: str, unit: Unit, *, duties: tuple[str, ...] = ()) -> Viewer:
    """With a telephone number of their own."""
    viewer = await a_viewer(role, unit, duties=duties)
    await Person.filter(pk=viewer.person_id).update(phone=phone_of(viewer))
    return viewer


def phone_of(viewer: Viewer) -> str:
    return f"139{viewer.person_id:08d}"


def told(gateway: Gateway, viewer: Viewer) -> list[str]:
    """What this person read, without the greeting."""
    texts = gateway.texts(phone_of(viewer))
    return [text.removeprefix("【兴村治社】您有：").partition("。")[0] for text in texts]


async def look(*instants: datetime) -> None:
    for instant in instants:
        with clock_at(instant):
            await seal_all()
            await tick()


async def a_listed_town() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place


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
    assert told(gateway, leader) == []


async def test_each_step_is_told_to_whom_it_concerns(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, leader = await somebody("secretary", place.village), await somebody("leader", place.township)
        other = await somebody("leader", place.township, duties=("CZ",))
        worker = await somebody("grid_worker", place.village)
        coordinator = await somebody("coordinator", place.township)
        await a_task(place, "submitted")
    await look(at(MONDAY, 9, 1))
    assert (told(gateway, leader), told(gateway, other)) == (["1 件任务待您审批"], [])
    with clock_at(at(TUESDAY, 9)):
        mine = await an_assignment(place)
        await tasks.hand_to(meizhu, mine, post=await Post.get(pk=worker.post_id).select_related("unit"))
    await look(at(TUESDAY, 9, 1))
    assert told(gateway, worker) == ["1 件新任务、1 件任务交给您办理"]
    with clock_at(at(WEDNESDAY, 9)):
        await tasks.urge(coordinator, mine)
    await look(at(WEDNESDAY, 9, 1))
    assert told(gateway, worker)[1:] == ["1 件任务被催办"]
    with clock_at(at(THURSDAY, 9)):
        await tasks.report(worker, mine, words="已巡查")
        await tasks.return_report(coordinator, mine, what_to_mend="请补充次数")
        asked = await tasks.ask_for_time(worker, mine, until=mine.due_on + 2 * DAY, reason="下雨")
        await tasks.answer_extension(coordinator, asked, granted=True)
    await look(at(THURSDAY, 9, 1))
    assert told(gateway, worker)[2:] == ["1 件反馈退回补正、1 件异议或延期已答复"]
    assert told(gateway, meizhu) == []


async def test_a_refused_objection_is_answered_to_who_made_it(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        mine = await an_assignment(place)
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        objection = await tasks.object_to(meizhu, mine, kind="not_ours", words="不在本村")
        coordinator = await a_viewer("coordinator", place.township)
        await tasks.answer_objection(coordinator, objection, upheld=False, answer="在本村范围内")
    await look(at(TUESDAY, 9, 1))
    assert told(gateway, meizhu)[1:] == ["1 件异议或延期已答复"]


async def _overdue_town() -> tuple[Town, dict[str, Viewer]]:
    """A task due on the first Friday, at a village whose secretary never answers."""
    place = await a_listed_town()
    who = {
        "meizhu": await somebody("secretary", place.village),
        "desk": await somebody("coordinator", place.township),
        "leader": await somebody("leader", place.township),
    }
    task = await a_task(place, due_on=today() + 4 * DAY)
    await Assignment.filter(task=task, unit=place.second_village).update(state="accepted")
    return place, who


async def test_a_deadline_is_told_stage_by_stage_each_once(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        _, who = await _overdue_town()
    heard: dict[str, dict[int, list[str]]] = {name: {} for name in who}
    for day in range(MONDAY, MONDAY + 21):
        before = {name: len(told(gateway, viewer)) for name, viewer in who.items()}
        await look(*(at(day, hour, 5) for hour in (0, 8, 9, 14, 19, 23)))
        for name, viewer in who.items():
            if new := told(gateway, viewer)[before[name] :]:
                heard[name][day] = new
    assert heard["meizhu"] == {
        MONDAY: ["1 件新任务"],
        THURSDAY: ["1 件任务即将到期"],
        FRIDAY: ["1 件任务今天到期"],
        MONDAY + 7: ["1 件任务已逾期"],
        WEDNESDAY + 7: ["1 件任务逾期较久"],
    }
    assert heard["desk"] == {MONDAY + 7: ["辖区有 1 件任务单逾期"]}
    assert heard["leader"] == {WEDNESDAY + 7: ["辖区有 1 件任务单逾期较久"]}


async def test_a_later_day_begins_the_stages_anew_and_silences_the_old(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        _, who = await _overdue_town()
        mine = await Assignment.filter(state="dispatched").prefetch_related(*Assignment.judged_with).get()
    await look(at(MONDAY, 9, 1))
    with clock_at(at(FRIDAY, 0, 5)):
        await look(at(FRIDAY, 0, 5))
        asked = await tasks.ask_for_time(who["meizhu"], mine, until=mine.due_on + 5 * DAY, reason="下雨")
        await tasks.answer_extension(who["desk"], asked, granted=True)
    await look(at(FRIDAY, 8), at(MONDAY + 7, 8), at(TUESDAY + 7, 8), at(WEDNESDAY + 7, 8))
    assert told(gateway, who["meizhu"]) == [
        "1 件新任务",
        "1 件异议或延期已答复",
        "1 件任务即将到期",
        "1 件任务今天到期",
    ]


async def test_the_desk_hears_of_many_late_villages_in_one_message(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place, who = await _overdue_town()
        for weeks in range(1, 7):
            await a_task(place, due_on=today() + 7 * weeks * DAY)
        await Assignment.filter(state="dispatched").update(due_on=today() + 4 * DAY)
    await look(at(MONDAY + 7, 0, 1), at(MONDAY + 7, 8), at(MONDAY + 7, 9), at(TUESDAY + 7, 9))
    assert told(gateway, who["desk"]) == ["辖区有 13 件任务单逾期"]


async def test_a_gateway_that_fails_is_tried_again_ever_later(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await a_task(place)
    gateway.refuses(2)
    first, soon = at(MONDAY, 9, 1), timedelta(seconds=5)
    await look(first, first + BACK_OFF[0] - soon)
    assert len(gateway.got) == 1
    second = first + BACK_OFF[0] + soon
    await look(second, second + BACK_OFF[1] - soon)
    assert len(gateway.got) == 2
    assert not await Reminder.filter(sent_at__not_isnull=True).exists()
    await look(second + BACK_OFF[1] + soon, second + timedelta(hours=5))
    assert len(gateway.got) == 3
    assert len({got.body["key"] for got in gateway.got}) == 1
    row = await Reminder.get(person_id=meizhu.person_id)
    assert row.sent_at is not None and not row.given_up and row.tries == 3


async def test_after_a_few_tries_a_message_is_given_up_and_says_so(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await a_task(place)
    gateway.refuses(100)
    await look(*(at(MONDAY, hour, minute) for hour in range(9, 19) for minute in (5, 35)))
    assert len(gateway.got) == MOST_TRIES
    row = await Reminder.get(person_id=meizhu.person_id)
    assert row.given_up and row.sent_at is None


async def test_who_has_no_number_or_no_post_any_more_holds_nobody_up(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        mute, gone = await somebody("secretary", place.village), await somebody("secretary", place.village)
        meizhu = await somebody("secretary", place.village)
        await Person.filter(pk=mute.person_id).update(phone="")
        await a_task(place)
        await seal_all()
    await look(at(MONDAY, 20, 5))
    await Post.filter(pk=gone.post_id).update(until_on=at(MONDAY, 9).date())
    await look(at(TUESDAY, 8), at(TUESDAY, 8, 30))
    assert told(gateway, meizhu)[-1:] == ["1 件新任务"]
    assert told(gateway, gone) == []
    assert not await Reminder.filter(person_id=gone.person_id).exists()
    assert (await Reminder.get(person_id=mute.person_id)).given_up


async def test_a_reader_that_begins_today_does_not_tell_of_last_month(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await a_task(place, due_on=today() + 25 * DAY)
    with clock_at(at(FRIDAY, 9)):
        await a_task(place, due_on=today() + 25 * DAY)
    await look(at(FRIDAY, 9, 1))
    assert told(gateway, meizhu) == ["1 件新任务"]
    assert await Task.filter(state="dispatched").count() == 2
