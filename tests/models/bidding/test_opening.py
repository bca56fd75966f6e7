"""Bids until they are opened."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.events import Event
from models.base.refusals import NotNow
from models.bidding import Bid, BidFile, Fact, Paper
from models.bidding.sealing import seal_bytes
from models.files import content_of
from models.files.storage import made_ready, put_away
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    CLOSING,
    NOON,
    a_bid,
    a_project,
    an_offer,
    entrance,
)
from tests.pictures import TELLTALE, photo

pytestmark = pytest.mark.anyio


async def test_a_bid_is_replaced_and_withdrawn_until_the_closing_instant_and_refused_from_it_on(
    town: str,
) -> None:
    place = await a_town()
    project = await a_project(place)
    secretary = await a_viewer("secretary", place.village)
    door = await entrance(project, place.village)
    with clock_at(NOON - timedelta(seconds=1)), pytest.raises(NotNow, match="还没有开榜"):
        await bidding.write_bid(secretary, door, **an_offer())
    bid = await a_bid(project, place.village, by=secretary)
    with clock_at(CLOSING - timedelta(seconds=1)):
        await bidding.write_bid(secretary, door, **an_offer(plan="改造两层。"))
        bid = await Bid.get(pk=bid.pk).prefetch_related(*Bid.judged_with)
        assert bid.is_changed and bid.state == "submitted"
        await bidding.withdraw_bid(secretary, bid)
        await bidding.submit_bid(secretary, bid)
    with clock_at(CLOSING):
        for late in (
            bidding.submit_bid(secretary, bid),
            bidding.withdraw_bid(secretary, bid),
            bidding.write_bid(secretary, door, **an_offer(plan="太晚了。")),
        ):
            with pytest.raises(NotNow, match="截止"):
                await late
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    assert (await Bid.get(pk=bid.pk)).plan == "改造两层。"


async def test_bids_are_opened_all_at_once_and_not_before_the_closing_instant(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village)
    await a_bid(project, place.second_village)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(CLOSING - timedelta(seconds=1)), pytest.raises(NotNow, match="不能提前开标"):
        await bidding.open_bids(desk, project)
    with clock_at(CLOSING):
        await bidding.open_bids(desk, project)
    assert {bid.state for bid in await Bid.filter(project=project)} == {"opened"}
    assert await Fact.filter(bid__project=project, name="open_load").count() == 2


async def test_the_trail_tells_of_bids_to_nobody_but_their_village_until_they_are_opened(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village)
    about = {"subject_type__in": ["Bid", "Entrant"]}
    for role, unit in (
        ("coordinator", place.township),
        ("city_admin", place.city),
        ("supervisor", place.county),
    ):
        assert await Event.visible_to(await a_viewer(role, unit)).filter(**about).count() == 0
    assert (
        await Event.visible_to(await a_viewer("secretary", place.village)).filter(subject_type="Bid").count()
        == 1
    )
    assert (
        await Event.visible_to(await a_viewer("secretary", place.second_village)).filter(**about).count() == 0
    )
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    desk = await a_viewer("coordinator", place.township)
    assert await Event.visible_to(desk).filter(subject_type="Bid").count() == 1


async def _sealed_in_earlier_times(data: bytes, name: str) -> Paper:
    """As papers were sealed before pictures were drawn anew: their bytes nearly as they came."""
    seal = f"seal of {name}"
    shut = await seal_bytes(data, seal)
    put_away(digest := hashlib.sha256(shut).hexdigest(), shut)
    return Paper(digest, seal, name, "jpeg", len(data))


async def test_pictures_open_as_they_were_sent_and_of_earlier_times_without_what_travelled_with_them(
    town: str,
) -> None:
    """Once sealed a picture is not drawn again; what cannot be drawn is kept, since a bid is not lost for it."""
    place = await a_town()
    project = await a_project(place)
    now_sealed = await bidding.hold(photo(orientation=6), "新.jpg")
    papers = [
        now_sealed,
        await _sealed_in_earlier_times(photo() + photo(), "旧.jpg"),
        await _sealed_in_earlier_times(b"\xff\xd8\xffbroken", "坏.jpg"),
    ]
    await a_bid(project, place.village, papers=papers)
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    new, old, broken = [row.file for row in await BidFile.all().order_by("id").select_related("file")]
    assert await content_of(new) == made_ready(photo(orientation=6), "新.jpg").content
    assert new.original == now_sealed.original == hashlib.sha256(photo(orientation=6)).hexdigest()
    assert not [mark for mark in TELLTALE if mark in await content_of(old)] and old.name == "旧.jpg"
    assert await content_of(broken) == b"\xff\xd8\xffbroken" and broken.original is None
