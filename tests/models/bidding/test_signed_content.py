"""What a project and a scorer's sheet say as a whole moves with what may be read of the bids, and with nothing sealed."""

from __future__ import annotations

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.versions import version_of
from models.bidding import Bid, Fact, Scorer
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import AFTER, a_bid, a_project, bidding_posts, fresh, opened

pytestmark = pytest.mark.anyio


async def test_a_sealed_bid_moves_nothing_and_the_opening_moves_the_project(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    empty = await version_of(project)
    await a_bid(project, place.village)
    assert await version_of(await fresh(project)) == empty, "who bids is not told by a token"
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    read = await version_of(await fresh(project))
    assert read != empty
    fact = await Fact.filter(bid__project=project).prefetch_related(*Fact.judged_with).first()
    assert fact is not None
    with clock_at(AFTER):
        secretary = await a_viewer("secretary", place.village)
        await bidding.dispute_fact(secretary, fact, words="人口数不对，应为上月的数。")
    assert await version_of(await fresh(project)) != read, "what is said against a fact is read with it"


async def test_a_bid_that_is_written_anew_is_another_to_whoever_writes_it(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    once = await version_of(bid)
    await a_bid(project, place.village, strengths="另一番话")
    assert await version_of(await Bid.get(pk=bid.pk)) != once


async def test_a_sheet_moves_with_its_own_points_and_not_with_anothers(town: str) -> None:
    place = await a_town()
    project, first, _ = await opened(place, depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    desk = await a_viewer("coordinator", place.township)

    async def sheets() -> list[Scorer]:
        rows = Scorer.filter(project=project).order_by("id")
        return await rows.prefetch_related(*Scorer.judged_with)

    with clock_at(AFTER):
        await bidding.name_scorers(desk, project, posts=await bidding_posts(people))
        own = (await sheets())[0]
        await bidding.declare(people[0], own, free=True)
        before = [await version_of(one) for one in await sheets()]
        await bidding.score_bid(people[0], own, bid=first, points=[80, 70])
    after = [await version_of(one) for one in await sheets()]
    assert after[0] != before[0] and after[1] == before[1]
