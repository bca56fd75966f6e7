"""Bids until they are opened."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest
from tortoise import connections
from tortoise.backends.base.client import TransactionalDBClient

from models import bidding
from models.base.clock import clock_at
from models.base.events import Event
from models.base.refusals import Invalid, NotNow
from models.bidding import Bid, BidFile, Fact, Paper, Project, papers
from models.bidding.sealing import seal_bytes
from models.files import content_of
from models.files.storage import made_ready, place_of, put_away
from tests.builders import Town, a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    CLOSING,
    NOON,
    a_bid,
    a_project,
    an_offer,
    entrance,
    fresh,
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


class Watched:
    """When papers were decrypted: within a transaction or not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.within: list[bool] = []
        read = papers.bytes_of

        async def noted(paper: Paper) -> bytes:
            self.within.append(isinstance(connections.get("default"), TransactionalDBClient))
            return await read(paper)

        monkeypatch.setattr(papers, "bytes_of", noted)


async def _with_a_paper(town: Town, words: str) -> Project:
    project = await a_project(town)
    await a_bid(project, town.village, papers=[await bidding.hold(words.encode(), "方案.txt")])
    return project


async def test_papers_are_decrypted_while_nobody_waits_to_write(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, seen = await a_town(), Watched(monkeypatch)
    project = await _with_a_paper(place, "方案全文")
    desk = await a_viewer("coordinator", place.township)
    with clock_at(AFTER):
        await bidding.open_bids.once("k", desk, await fresh(project))
        assert seen.within == [False]
        await bidding.open_bids.once("k", desk, await fresh(project))
    assert seen.within == [False]
    row = await BidFile.get().select_related("file")
    assert await content_of(row.file) == "方案全文".encode()


async def test_what_memory_has_no_room_for_is_opened_all_the_same(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.bidding.opening.IN_MEMORY", 3)
    place, seen = await a_town(), Watched(monkeypatch)
    project = await _with_a_paper(place, "方案全文")
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    assert seen.within == [True] and await BidFile.all().count() == 1


async def test_nothing_is_decrypted_before_its_time_nor_laid_open_where_the_opening_is_refused(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, seen = await a_town(), Watched(monkeypatch)
    project = await _with_a_paper(place, "方案全文")
    desk, plain = (
        await a_viewer("coordinator", place.township),
        hashlib.sha256("方案全文".encode()).hexdigest(),
    )
    with clock_at(AFTER - timedelta(days=1)), pytest.raises(NotNow):
        await bidding.open_bids(desk, project)
    assert seen.within == []
    with clock_at(AFTER), pytest.raises(Invalid):
        await bidding.open_bids(desk, project, leaving_out="没有这回事，随便写写的理由。")
    assert seen.within == [False] and not place_of(plain).exists()
    with clock_at(AFTER):
        await bidding.open_bids(desk, await fresh(project))
    assert place_of(plain).exists()


async def test_of_two_openings_at_once_one_opens_and_the_other_reads_why(town: str) -> None:
    place = await a_town()
    project = await _with_a_paper(place, "方案全文")
    desks = [await a_viewer("coordinator", place.township) for _ in range(2)]
    with clock_at(AFTER):
        loaded = [await fresh(project) for _ in desks]
        done = await asyncio.gather(*map(bidding.open_bids, desks, loaded), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [NotNow]
    assert await BidFile.all().count() == 1
