"""What strangers work out from a published board: never who is the last, whatever the mode, the size and the ties."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import rankings
from models.base.clock import today
from models.base.viewer import Viewer
from models.evaluation.statistics import Scored
from models.policies import set_policy
from models.rankings import Board, Placing
from models.rankings.placement import PUBLISHED, Place, places, places_of_persons, tiers
from tests.builders import Town, a_viewer
from tests.models.evaluation.test_index import a_city

pytestmark = pytest.mark.anyio
SIZES = range(1, 41)
RANKED = ("top", "full")
FEWEST = 3


def may_be_the_last(found: dict[int, Place], mode: str) -> set[int]:
    """Whom a stranger cannot exclude who knows everybody's name, and of those published the place and the score."""
    open_tiers = tiers(place.band for place in found.values())
    told = {one: place for one, place in found.items() if open_tiers[place.band] in PUBLISHED[mode]}
    hidden = set(found) - set(told)
    lowest = max((place.rank for place in told.values()), default=0)
    assert all(found[one].rank > lowest for one in hidden), "what is published is the front, in whole bands"
    return hidden


def nobody_is_exposed(found: dict[int, Place]) -> None:
    worst = {one for one, place in found.items() if place.rank == max(of.rank for of in found.values())}
    for mode in RANKED:
        hidden = may_be_the_last(found, mode)
        assert worst <= hidden
        assert hidden == set(found) or len(hidden) >= FEWEST, (mode, len(found))
        if len(found) <= FEWEST:
            assert hidden == set(found), "of so few nobody can be named without the others"
    assert may_be_the_last(found, "commended") == set(found)


def scores_of(many: int) -> Iterator[list[int]]:
    """All different, all the same, and ties of every kind."""
    chance = random.Random(many)
    yield list(range(many))
    for different in (1, 2, 3, 5, 8):
        yield [chance.randrange(different) for _ in range(many)]
    for tied in range(1, many):
        yield [min(one, tied) for one in range(many)]
        yield [max(one, tied) for one in range(many)]


@pytest.mark.parametrize("many", SIZES)
@pytest.mark.parametrize("variance", [0, 1, 100])
def test_a_stranger_never_knows_the_last_village_of_a_group(many: int, variance: int) -> None:
    for scores in scores_of(many):
        lines = [Scored(n, Fraction(score), Fraction(variance)) for n, score in enumerate(scores)]
        nobody_is_exposed(places(lines))


@pytest.mark.parametrize("many", SIZES)
def test_a_stranger_never_knows_the_last_person(many: int) -> None:
    for scores in scores_of(many):
        nobody_is_exposed(places_of_persons(dict(enumerate(scores))))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30)), min_size=1, max_size=40))
def test_nor_where_some_are_less_certain_than_others(told: list[tuple[int, int]]) -> None:
    lines = [Scored(n, Fraction(score), Fraction(spread)) for n, (score, spread) in enumerate(told)]
    nobody_is_exposed(places(lines))


def test_boards_stay_useful_from_four_villages_on() -> None:
    for many in range(4, 41):
        found = places([Scored(n, Fraction(n), Fraction(0)) for n in range(many)])
        assert len(found) - len(may_be_the_last(found, "full")) == many - max(3, many // 4)
        assert tiers(place.band for place in found.values())[found[many - 1].band] == "top"


async def a_board(more: int, mode: int) -> tuple[Town, Viewer]:
    town = await a_city(more, seed=4)
    admin = await a_viewer("city_admin", town.city)
    told = {"name": "board_villages", "value": mode, "reason": "试行", "from_on": today()}
    await set_policy(admin, town.city, **told)
    await rankings.keep_up()
    return town, await a_viewer("observer", town.county)


@pytest.mark.parametrize("mode", [2, 3])
@pytest.mark.parametrize("more", [0, 3, 12])
async def test_rows_leave_a_stranger_three_or_all_and_everybody_their_own(
    town: str, mode: int, more: int
) -> None:
    place, stranger = await a_board(more, mode)
    secretary = await a_viewer("secretary", place.village)
    named = 0
    for board in await Board.filter(audience="villages"):
        lines = Placing.filter(board=board)
        groups = {int(str(one)) for one in await lines.values_list("group_id", flat=True)}
        for group in groups:
            among = await lines.filter(group_id=group).count()
            seen = await Placing.visible_to(stranger).filter(board=board, group_id=group).count()
            assert seen == 0 or among - seen >= FEWEST
            named += seen
        own = await lines.filter(unit=place.village).count()
        assert await Placing.visible_to(secretary).filter(board=board, unit=place.village).count() == own
    assert bool(named) == (more > 0)
