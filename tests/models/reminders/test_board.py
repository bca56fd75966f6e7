"""Reminders of the board: every village that may bid hears of it alike, and how it was decided only those who bid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at
from models.bidding import Award, Bid
from models.reminders import Reminder
from tests.gateway import Gateway
from tests.models.bidding import scenes
from tests.models.reminders.scenes import (
    MONDAY,
    a_listed_town,
    at,
    look,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio


async def test_villages_hear_what_may_be_bid_for_what_was_cancelled_and_how_it_was_decided(
    gateway: Gateway,
) -> None:
    with clock_at(at(MONDAY, 8)):
        place = await a_listed_town()
        meizhu, tang = (
            await somebody("secretary", place.village),
            await somebody("secretary", place.second_village),
        )
        elsewhere = await somebody("secretary", place.other_village)
        leader = await somebody("leader", place.township)
    project = await scenes.a_project(place, at=at(MONDAY, 10))
    await look(at(MONDAY, 9, 5))
    await scenes.a_bid(project, place.village, by=meizhu)
    with scenes.just_over(project):
        await bidding.open_bids(await somebody("coordinator", place.township), await scenes.fresh(project))
        bid = await Bid.get(project=project)
        desk = await somebody("coordinator", place.township)
        await bidding.compare(desk, await scenes.fresh(project), bids=[bid], words=["好", "多"])
        award = await bidding.announce_award(
            leader, await scenes.fresh(project), bid=bid, reason="只有一家，条件合适，群众同意。"
        )
        assert (await Award.get(pk=award.pk)).is_single
    await look(project.closes_at + timedelta(days=1))
    cancelled = await scenes.a_project(place, at=project.closes_at + timedelta(days=2))
    with clock_at(cancelled.opens_at + timedelta(hours=1)):
        await bidding.cancel_project(leader, await scenes.fresh(cancelled), reason="资金有变化。")
    await look(cancelled.opens_at + timedelta(hours=2))
    assert told(gateway, meizhu) == ["1 个项目可以揭榜", "1 个竞榜项目有结果", "1 个榜单项目已取消"]
    assert told(gateway, tang) == ["1 个项目可以揭榜", "1 个榜单项目已取消"]
    assert told(gateway, elsewhere) == []


async def test_who_bids_is_not_to_be_guessed_from_who_is_reminded(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 8)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        await somebody("secretary", place.second_village)
    project = await scenes.a_project(place, at=at(MONDAY, 10))
    await look(at(MONDAY, 9, 5))
    before = await Reminder.all().count()
    await scenes.a_bid(project, place.village, by=meizhu)
    await look(at(MONDAY, 12))
    assert await Reminder.all().count() == before, "a bid reminds nobody"
