"""Boards of persons: the same lines on both databases, at the place where somebody did most, without who stays away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from models import rankings
from models.base.clock import today
from models.base.viewer import Viewer
from models.evaluation.tallies import move
from models.people import Person
from models.points import opt_out
from models.policies import set_policy
from models.rankings import Placing
from models.schemes import Period
from tests.builders import Town, a_viewer
from tests.models.evaluation.test_index import a_city, both, opened  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio
NAMES = tuple("甲乙丙丁戊己庚辛")


async def a_ranked_town(mode: int = 2) -> tuple[Town, list[Viewer]]:
    """Eight cadres of two villages, the later the more points, on boards that are ranked."""
    town = await a_city(0, seed=1)
    admin = await a_viewer("city_admin", town.city)
    told = {"name": "board_persons", "value": mode, "reason": "试行", "from_on": today()}
    await set_policy(admin, town.city, **told)
    homes = (town.village, town.second_village)
    people = [await a_viewer("cadre", homes[n % 2], name=name) for n, name in enumerate(NAMES)]
    for period in await Period.all():
        earned = {
            (period.pk, one.person_id or 0, one.unit_id or 0): 1000 * n for n, one in enumerate(people, 1)
        }
        await move({}, earned)
    return town, people


async def with_a_second_village(town: Town, person: Viewer, *points: int) -> None:
    """The same person earned so much at one village and at another."""
    for period in await Period.all():
        for village, more in zip((town.second_village, town.village), points, strict=True):
            await move({}, {(period.pk, person.person_id or 0, village.pk): more})


@pytest.mark.parametrize("points", [(5_000, 9_000), (9_000, 5_000), (7_000, 7_000)])
def test_somebody_with_results_in_two_villages_stands_where_they_did_most_on_both_databases(
    both: Callable[[int], list[str]],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    points: tuple[int, int],
) -> None:
    async def placed(url: str) -> list[tuple[str, str, int, int]]:
        async with opened(url, tmp_path, monkeypatch):
            town, _ = await a_ranked_town()
            await with_a_second_village(town, await a_viewer("cadre", town.village, name="壬"), *points)
            await rankings.keep_up()
            lines = Placing.filter(
                person_id__isnull=False, board__period__kind="month", board__area=town.county
            )
            rows = await lines.order_by("rank", "id").select_related("unit", "person")
            return [(one.person.name, one.unit.name, one.rank, one.shown) for one in rows if one.person]

    sqlite, postgres = [asyncio.run(placed(url)) for url in both(sum(points) + points[0])]
    assert sqlite == postgres and len(sqlite) == len(NAMES) + 1
    home = "梅渚村" if points[1] >= points[0] else "棠村"
    assert sqlite[0] == ("壬", home, 1, 1_400)


async def seen_by(viewer: Viewer, town: Town) -> list[str]:
    """The names on the county's board of the month, best first."""
    rows = Placing.visible_to(viewer).filter(board__area=town.county, board__period__kind="month")
    lines = await rows.filter(person_id__isnull=False).order_by("rank", "id").select_related("person")
    return [one.person.name for one in lines if one.person]


@pytest.mark.parametrize("mode", [2, 3])
async def test_who_does_not_wish_to_be_named_is_on_no_ranked_board_but_their_own(
    town: str, mode: int
) -> None:
    place, people = await a_ranked_town(mode)
    await rankings.keep_up()
    colleague, stranger = people[0], await a_viewer("observer", place.county)
    keeper = await a_viewer("list_keeper", place.county)
    assert (await seen_by(stranger, place))[0] == "辛"
    best = people[-1]
    await opt_out(best, await Person.get(pk=best.person_id), stay_away=True)
    for viewer in (stranger, colleague):
        assert "辛" not in await seen_by(viewer, place)
    assert (await seen_by(best, place))[0] == "辛", "one's own line is one's own"
    assert await seen_by(keeper, place) == list(reversed(NAMES)), "who evaluates knows the whole order"
    await opt_out(best, await Person.get(pk=best.person_id), stay_away=False)
    assert (await seen_by(stranger, place))[0] == "辛"
