"""Reminders of complaints: to whoever answers and to whoever signed, and nothing that a township could read from them."""

from __future__ import annotations

import pytest

from models import complaints
from models.base.clock import clock_at
from models.complaints import Complaint
from models.people import Post
from models.reminders import Reminder, sendings
from tests.builders import LONG_AGO
from tests.gateway import Gateway
from tests.models.complaints.scenes import ANSWER, SAID, fresh
from tests.models.reminders.scenes import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    a_listed_town,
    at,
    look,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio


async def test_a_signed_complaint_is_told_to_the_county_and_its_answer_to_whoever_signed(
    gateway: Gateway,
) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, desk = (
            await somebody("secretary", place.village),
            await somebody("coordinator", place.township),
        )
        keeper = await somebody("list_keeper", place.county)
        city = await somebody("list_keeper", place.city)
        made = await fresh(await complaints.complain(meizhu, place.village, **SAID))
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        await complaints.answer(keeper, made, **ANSWER)
    await look(at(TUESDAY, 9, 1))
    with clock_at(at(WEDNESDAY, 9)):
        await complaints.reopen(meizhu, made, words="还在报。")
    await look(at(WEDNESDAY, 9, 1))
    assert told(gateway, keeper) == ["1 件投诉建议待您答复", "1 件投诉建议待您答复"]
    assert told(gateway, meizhu) == ["1 件您提出的事已答复"]
    assert told(gateway, desk) == told(gateway, city) == []
    with clock_at(at(WEDNESDAY, 10)):
        assert await sendings(desk) == [], "a township would see by the message that somebody has complained"


async def test_an_unsigned_complaint_reminds_nobody_of_its_answer(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        keeper = await somebody("list_keeper", place.county)
        slip = await complaints.tell_unnamed(meizhu, place.village, "k", **SAID)
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        await complaints.answer(keeper, await fresh(slip.complaint), **ANSWER)
    await look(at(TUESDAY, 9, 1))
    assert told(gateway, keeper) == ["1 件投诉建议待您答复"] and told(gateway, meizhu) == []
    assert not await Reminder.filter(person_id=meizhu.person_id).exists()


async def test_what_was_answered_meanwhile_is_not_told_any_more(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        keeper, other = [await somebody("list_keeper", place.county) for _ in range(2)]
    with clock_at(at(WEDNESDAY, 21)):
        made = await fresh(await complaints.complain(meizhu, place.village, **SAID))
    await look(at(WEDNESDAY, 21, 1))
    with clock_at(at(WEDNESDAY, 22)):
        await complaints.answer(keeper, made, **ANSWER)
    await look(at(THURSDAY, 9))
    assert told(gateway, other) == []
    assert (await Complaint.get()).state == "answered"


async def test_whoever_decided_at_the_township_is_not_reminded_and_the_level_above_is_where_nobody_else_is_left(
    gateway: Gateway,
) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, keeper = [
            await somebody(role, unit)
            for role, unit in (("secretary", place.village), ("list_keeper", place.county))
        ]
        moved, city = [await somebody("list_keeper", unit) for unit in (place.county, place.city)]
        await Post.create(
            person_id=moved.person_id, unit=place.township, role="leader", from_on=LONG_AGO, until_on=LONG_AGO
        )
        made = await fresh(await complaints.complain(meizhu, place.village, **SAID))
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        await complaints.answer(keeper, made, **ANSWER)
        left = Post.filter(unit=place.county).exclude(person_id=moved.person_id)
        await left.update(until_on=LONG_AGO)
    with clock_at(at(WEDNESDAY, 9)):
        await complaints.reopen(meizhu, made, words="还在报。")
    await look(at(WEDNESDAY, 9, 1))
    assert told(gateway, keeper) == told(gateway, city) == ["1 件投诉建议待您答复"]
    assert told(gateway, moved) == []
