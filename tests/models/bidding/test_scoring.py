"""Scorers and whoever compares: what they see, what they give, and what they must keep out of."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.bidding import Bid, Score
from models.people import Post
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    SHEETS,
    bidding_posts,
    fresh,
    hand_in,
    opened,
    scored,
)

pytestmark = pytest.mark.anyio


async def test_scorers_see_nothing_of_each_other_until_all_are_in(town: str) -> None:
    place = await a_town()
    project, _, _ = await opened(place, depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    desk = await a_viewer("coordinator", place.township)
    with clock_at(AFTER):
        await bidding.name_scorers(desk, project, posts=await bidding_posts(people))
        bids = await Bid.filter(project=project).order_by("id")
        await hand_in(project, people[0], {bid: [80, 70] for bid in bids})
        assert await Score.visible_to(people[0]).count() == 4
        assert await Score.visible_to(people[1]).count() == 0
        assert await Score.visible_to(desk).count() == 0
        assert await bidding.totals(await fresh(project)) == []
        await hand_in(project, people[1], {bid: [90, 71] for bid in bids})
    assert await Score.visible_to(people[1]).count() == 8
    assert await Score.visible_to(desk).count() == 8


async def test_totals_are_exact_and_the_best_must_get_it(town: str) -> None:
    place = await a_town()
    project, first, second = await scored(place, (([80, 70], [70, 80]), ([81, 75], [75, 70])))
    ranked = await bidding.totals(project)
    assert [t.value for t in ranked] == [
        Fraction(161 * 60 + 145 * 40, 200),
        Fraction(145 * 60 + 150 * 40, 200),
    ]
    assert ranked[0].bid_id == first.pk and ranked[0].shown == "77.30"
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        with pytest.raises(Invalid, match="得分更高"):
            await bidding.announce_award(leader, project, bid=second, reason="第二名的理由写得足够长。")
        award = await bidding.announce_award(
            leader, project, bid=first, reason="得分最高，条件最好，按分数定。"
        )
    assert award.state == "announced" and award.standstill_until is not None


async def test_a_wide_spread_forces_a_recorded_discussion(town: str) -> None:
    place = await a_town()
    project, first, _ = await scored(place, (([90, 70], [60, 60]), ([50, 70], [60, 60])))
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        with pytest.raises(NotNow, match="先记录讨论"):
            await bidding.announce_award(leader, project, bid=first, reason="得分最高，条件最好，按分数定。")
        await bidding.discuss_scores(
            leader, project, words="两位评分人当面说明：校舍产权理解不同，分数不改。"
        )
        await bidding.announce_award(leader, project, bid=first, reason="得分最高，条件最好，按分数定。")


async def test_whoever_compared_does_not_decide(town: str) -> None:
    place = await a_town()
    project, first, second = await opened(place)
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        await bidding.compare(leader, project, bids=[first, second], words=["好", "好", "中", "中"])
        with pytest.raises(NotAllowed, match="做过比选记录的"):
            await bidding.announce_award(leader, project, bid=first, reason="理由写得足够长，可以公开。")


async def test_who_gave_points_does_not_award_from_any_post(town: str) -> None:
    place = await a_town()
    project, first, _ = await scored(place, SHEETS)
    leader = await a_viewer("leader", place.township)
    scorer = await bidding.Scorer.filter(project=project).order_by("id").first()
    assert scorer is not None
    elsewhere = await Post.get(pk=scorer.post_id)
    await Post.filter(pk=leader.post_id).update(person_id=elsewhere.person_id)
    both = replace(leader, person_id=elsewhere.person_id)
    with clock_at(AFTER):
        with pytest.raises(NotAllowed, match="打过分"):
            await bidding.announce_award(both, project, bid=first, reason="得分最高，用房条件也最好。")
        head = await a_viewer("head", place.township)
        await bidding.announce_award(head, project, bid=first, reason="得分最高，用房条件也最好。")
