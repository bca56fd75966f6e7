"""The arithmetic of points: exact, whatever the order, and recomputed another way."""

from __future__ import annotations

from decimal import Decimal, getcontext
from fractions import Fraction
from math import lcm
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import bidding
from models.bidding import Score, ranked, totals
from models.bidding.totals import Points, Total, totals_of
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import bidding_posts, hand_in, just_over, opened, scored


@st.composite
def sheets(draw: Any) -> tuple[Points, dict[int, int]]:
    """Up to six bids under up to five criteria by two to five scorers, with weights that make a hundred."""
    bids, scorers = draw(st.integers(1, 6)), draw(st.integers(2, 5))
    cuts = sorted(draw(st.lists(st.integers(1, 99), max_size=4, unique=True)))
    weights = {n: high - low for n, (low, high) in enumerate(zip([0, *cuts], [*cuts, 100], strict=True))}
    one = st.lists(st.integers(0, 100), min_size=scorers, max_size=scorers)
    return {(bid, criterion): draw(one) for bid in range(bids) for criterion in weights}, weights


@given(sheets())
def test_totals_are_exactly_those_of_whole_numbers(made: tuple[Points, dict[int, int]]) -> None:
    """Everything over one common denominator, without a fraction anywhere."""
    points, weights = made
    over = lcm(*(len(given) for given in points.values()))
    sums: dict[int, int] = {}
    for (bid, criterion), given_points in points.items():
        sums[bid] = sums.get(bid, 0) + weights[criterion] * sum(given_points) * (over // len(given_points))
    for total in totals_of(points, weights):
        assert total.value == Fraction(sums[total.bid_id], 100 * over)
        assert total.rank == 1 + sum(other > sums[total.bid_id] for other in sums.values())
        assert 0 <= total.value <= 100


@given(sheets(), st.randoms())
def test_the_order_in_which_sheets_come_in_changes_nothing(
    made: tuple[Points, dict[int, int]], chance: Any
) -> None:
    points, weights = made
    told = totals_of(points, weights)
    shuffled = list(points.items())
    chance.shuffle(shuffled)
    again = {place: chance.sample(given_points, len(given_points)) for place, given_points in shuffled}
    assert totals_of(again, weights) == told


@given(st.integers(0, 10**6), st.integers(1, 997))
def test_what_people_read_is_rounded_half_up_to_two_places(top: int, below: int) -> None:
    getcontext().prec = 60
    value = Fraction(top, below)
    shown = Total(1, value, 1).shown
    assert abs(Fraction(shown) - value) <= Fraction(1, 200)
    assert Decimal(shown) == Decimal(shown).quantize(Decimal("0.01"))
    assert Total(1, Fraction(1, 200), 1).shown == "0.01"


@pytest.mark.anyio
async def test_the_totals_of_a_project_are_recomputed_from_its_sheets(town: str) -> None:
    place = await a_town()
    project, first, second = await scored(
        place, (([81, 77], [79, 90]), ([84, 70], [80, 88]), ([80, 75], [78, 91]))
    )
    by_hand = {
        first.pk: Fraction(81 + 84 + 80, 3) * Fraction(60, 100)
        + Fraction(77 + 70 + 75, 3) * Fraction(40, 100),
        second.pk: Fraction(79 + 80 + 78, 3) * Fraction(60, 100)
        + Fraction(90 + 88 + 91, 3) * Fraction(40, 100),
    }
    told = await totals(project)
    assert {one.bid_id: one.value for one in told} == by_hand
    assert [one.rank for one in told] == [1, 2]
    desk = await a_viewer("coordinator", place.township)
    assert {n: one.value for n, one in (await ranked(desk, [first, second])).items()} == by_hand
    bidder = await a_viewer("secretary", place.village)
    assert await ranked(bidder, [first]) == {}, "not before the award is announced"


@pytest.mark.anyio
async def test_scores_are_hidden_from_each_other_until_all_are_in(town: str) -> None:
    place = await a_town()
    project, first, second = await opened(place, depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    desk = await a_viewer("coordinator", place.township)
    with just_over(project):
        await bidding.name_scorers(desk, project, posts=await bidding_posts(people))
        await hand_in(project, people[0], {first: [90, 80], second: [70, 60]})
        for viewer in (desk, people[1], await a_viewer("leader", place.township)):
            assert not await Score.visible_to(viewer).exists()
        assert await Score.visible_to(people[0]).count() == 4
        assert await totals(project) == [] and await ranked(desk, [first]) == {}
        await hand_in(project, people[1], {first: [88, 80], second: [72, 60]})
    for viewer in (desk, *people):
        assert await Score.visible_to(viewer).count() == 8
    assert not await Score.visible_to(await a_viewer("secretary", place.village)).exists()
