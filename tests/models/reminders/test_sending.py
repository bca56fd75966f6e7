"""A gateway that fails is tried again, and what cannot be sent holds nobody up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.clock import clock_at, today
from models.base.sealer import seal_all
from models.people import Person, Post
from models.reminders import Reminder
from models.reminders.sending import BACK_OFF, MOST_TRIES
from models.tasks import Task
from tests.builders import DAY, a_task
from tests.gateway import Gateway
from tests.models.reminders.scenes import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    a_listed_town,
    at,
    look,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio


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
