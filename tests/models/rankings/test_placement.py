"""The order on a board: ties share a rank, bands hold who cannot be told apart, and nobody's bottom is published."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import rankings
from models.base.clock import clock_at, now, today
from models.evaluation.statistics import Scored
from models.policies import set_policy
from models.rankings import Board
from models.rankings.placement import Place, places, places_of_persons, tiers
from models.schemes import Period
from tests.builders import DAY, a_viewer
from tests.models.evaluation.test_index import a_city

pytestmark = pytest.mark.anyio
SURE = Fraction(0)


def placed(*scores: int, variance: Fraction = SURE) -> list[Place]:
    found = places([Scored(n, Fraction(score), variance) for n, score in enumerate(scores)])
    return [found[n] for n in range(len(scores))]


def tiered(*scores: int, variance: Fraction = SURE) -> list[str]:
    found = placed(*scores, variance=variance)
    told = tiers(one.band for one in found)
    return [told[one.band] for one in found]


def test_all_of_a_band_share_a_rank_and_its_whole_points_and_the_next_is_counted_on() -> None:
    assert [(one.rank, one.among) for one in placed(90, 80, 80, 70)] == [(1, 4), (2, 4), (2, 4), (4, 4)]
    alike = placed(90, 85, 40, 37, variance=Fraction(50))
    assert [(one.rank, one.band, one.shown) for one in alike] == [
        *[(1, 1, 8800)] * 2,
        *[(3, 2, 3900)] * 2,
    ]


def test_the_top_is_the_first_band_and_never_more_than_half() -> None:
    assert tiered(90, 80, 70, 60, 50, 40) == ["top", *["middle"] * 2, *["bottom"] * 3]
    alike = placed(*range(90, 82, -1), variance=Fraction(10_000))
    assert {one.band for one in alike} == {1}
    assert set(tiered(*range(90, 82, -1), variance=Fraction(10_000))) == {"bottom"}, "whole bands or none"


def test_a_tie_of_all_publishes_nobody_nor_do_three_or_fewer() -> None:
    assert set(tiered(*[80] * 8)) == {"bottom"}
    assert set(tiered(90, 80, 70)) == {"bottom"}
    assert tiered(90, 80, 70, 60) == ["top", "bottom", "bottom", "bottom"]


@given(st.lists(st.integers(0, 20), min_size=2, max_size=30))
def test_the_lowest_is_never_in_a_tier_that_any_mode_publishes(scores: list[int]) -> None:
    found, told = placed(*scores), tiered(*scores)
    lowest = [tier for tier, score in zip(told, scores, strict=True) if score == min(scores)]
    assert set(lowest) == {"bottom"}
    for one, tier in zip(found, told, strict=True):
        assert tier != "top" or (one.rank == 1 and 2 * told.count("top") <= one.among + 1)


def test_of_persons_the_best_fifth_are_the_top_and_none_before_another() -> None:
    found = places_of_persons({person: 1000 * person for person in range(1, 11)})
    told = tiers(one.band for one in found.values())
    assert sorted(p for p, one in found.items() if told[one.band] == "top") == [9, 10]
    assert found[10] == found[9] and found[9].rank == 1 and told[found[1].band] == "bottom"
    assert {found[one].rank for one in range(4, 9)} == {3}


def test_tiers_by_hand() -> None:
    assert tiers([1, 1, 1]) == {1: "bottom"} and tiers([1, 2, 2, 2]) == {1: "top", 2: "bottom"}
    assert tiers([1, *[2] * 8, *[3] * 3]) == {1: "top", 2: "middle", 3: "bottom"}
    assert tiers([1, *[2] * 9, *[3] * 2]) == {1: "top", 2: "bottom", 3: "bottom"}
    assert tiers([*[1] * 8, *[2] * 4]) == {1: "middle", 2: "bottom"}


@pytest.mark.calendar_bound
async def test_a_policy_rules_from_its_day_and_a_countys_own_goes_before_the_citys(town: str) -> None:
    place = await a_city(4, seed=1)
    await rankings.keep_up()
    city, county = await a_viewer("city_admin", place.city), await a_viewer("list_keeper", place.county)
    tomorrow = today() + DAY
    told = {"name": "board_villages", "reason": "试验"}
    await set_policy(city, place.city, value=3, from_on=tomorrow, **told)
    await set_policy(county, place.county, value=1, from_on=today(), **told)
    await rankings.keep_up()
    last_days = set(await Period.all().values_list("until", flat=True))
    assert await modes(last_days) == {"绍兴市": {"top"}, "新昌县": {"commended"}, "澄潭街道": {"commended"}}
    with clock_at(now() + DAY):
        await rankings.keep_up()
        goes_on = {day for day in last_days if day >= tomorrow}
        assert (await modes(goes_on)).get("绍兴市", {"full"}) == {"full"}
        over = await modes(last_days - goes_on)
        assert over.get("绍兴市", {"top"}) == {"top"}, "as on its last day"
        everywhere = await modes(last_days)
        assert everywhere["新昌县"] == everywhere["澄潭街道"] == {"commended"}


async def modes(last_days: set[date]) -> dict[str, set[str]]:
    """How the boards of villages are published, by their place, of periods that end on these days."""
    rows = Board.filter(audience="villages", period__until__in=last_days).select_related("area")
    found: dict[str, set[str]] = {}
    for one in await rows.filter(area__name__in=["绍兴市", "新昌县", "澄潭街道"]):
        found.setdefault(one.area.name, set()).add(one.mode)
    return found
