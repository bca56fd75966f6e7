"""Reminders of concerns: each step is told to whoever has it now, and nothing of what it is about."""

from __future__ import annotations

import pytest

from models import concerns
from models.base.clock import clock_at
from tests.gateway import Gateway
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
SAID = {"title": "村口路灯不亮", "body": "三盏路灯坏了两周。"}


async def test_a_concern_is_told_to_the_desk_the_department_and_who_raised_it(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, desk = (
            await somebody("secretary", place.village),
            await somebody("coordinator", place.township),
        )
        officer = await somebody("department_officer", place.department)
        leader = await somebody("leader", place.township)
        made = await concerns.raise_concern(meizhu, place.village, **SAID)
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        await concerns.pass_on(desk, made, to=place.department)
    await look(at(TUESDAY, 9, 1))
    with clock_at(at(WEDNESDAY, 9)):
        await concerns.answer(officer, made, answer="周五前修好。")
    await look(at(WEDNESDAY, 9, 1))
    with clock_at(at(THURSDAY, 9)):
        await concerns.confirm(meizhu, made, satisfied=False, words="还有一盏。")
    await look(at(THURSDAY, 9, 1))
    assert told(gateway, desk) == ["1 件民情待您办理"]
    assert told(gateway, officer) == ["转来 1 件民情待您办理", "转来 1 件民情待您办理"]
    assert told(gateway, meizhu) == ["1 件民情已答复"]
    assert told(gateway, leader) == []


async def test_what_moved_on_in_the_night_is_not_told_in_the_morning(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        place = await a_listed_town()
        meizhu, desk = (
            await somebody("secretary", place.village),
            await somebody("coordinator", place.township),
        )
        officer = await somebody("department_officer", place.department)
        passed = await concerns.raise_concern(meizhu, place.village, **SAID)
        taken_back = await concerns.raise_concern(meizhu, place.village, **SAID)
    await look(at(MONDAY, 21, 1))
    with clock_at(at(MONDAY, 22)):
        await concerns.pass_on(desk, passed, to=place.department)
        await concerns.withdraw(meizhu, taken_back, reason="修好了。")
    await look(at(MONDAY, 22, 1))
    with clock_at(at(MONDAY, 23)):
        await concerns.send_back(officer, passed, reason="归住建局。")
        await concerns.answer(desk, passed, answer="已修好。")
        await concerns.confirm(meizhu, passed, satisfied=True)
    await look(at(MONDAY, 23, 1), at(TUESDAY, 9))
    assert gateway.got == []
