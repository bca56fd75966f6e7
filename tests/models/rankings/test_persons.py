"""Boards of persons: the same lines on both databases, at the place where somebody did most, without who stays away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from tortoise import Tortoise

from models import rankings
from models.base.clock import now, today
from models.base.records import Record
from models.base.viewer import Viewer
from models.evaluation.tallies import move
from models.people import Person
from models.points import opt_out
from models.policies import set_policy
from models.rankings import Placing
from models.schemes import Period, VillageIndex
from tests.builders import Town, a_viewer
from tests.models.evaluation.test_index import a_city, both, opened  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio
NAMES = tuple("甲乙丙丁戊己庚辛")


async def a_ranked_town(
    mode: int = 2, points: Sequence[int] = range(1, 9), villages: int = 0
) -> tuple[Town, list[Viewer]]:
    """Eight cadres of two villages, by default the later the more points, on boards that are ranked."""
    town = await a_city(villages, seed=1)
    admin = await a_viewer("city_admin", town.city)
    told = {"name": "board_persons", "value": mode, "reason": "试行", "from_on": today()}
    await set_policy(admin, town.city, **told)
    homes = (town.village, town.second_village)
    people = [await a_viewer("cadre", homes[n % 2], name=name) for n, name in enumerate(NAMES)]
    for period in await Period.all():
        earned = {
            (period.pk, one.person_id or 0, one.unit_id or 0): 1000 * n
            for n, one in zip(points, people, strict=True)
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
    """The names on the county's board of the month, the best band first."""
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
    told = await seen_by(keeper, place)
    bands = [set(told[:1]), set(told[1:5]), set(told[5:])]
    assert bands == [set("辛"), set("丁戊己庚"), set("甲乙丙")], "who evaluates knows every band"
    await opt_out(best, await Person.get(pk=best.person_id), stay_away=False)
    assert (await seen_by(stranger, place))[0] == "辛"


SHUFFLED = (5, 1, 6, 2, 7, 3, 8, 4)
MIGRATION = import_module("models.migrations.0041_lines_by_place")


async def numbered(column: str, among: set[int]) -> dict[type[Record], list[int]]:
    """Of each table that names persons or villages, in which order its numbers meet these."""
    found = {}
    for record in Tortoise.apps["models"].values() if Tortoise.apps else ():
        if column in record._meta.fields_db_projection and issubclass(record, Record):
            met = await record.all().order_by("id").values_list(column, flat=True)
            if len(told := [one for one in dict.fromkeys(map(int, filter(None, met))) if one in among]) > 5:
                found[record] = told
    return found


async def test_no_table_is_numbered_in_the_order_of_points(town: str) -> None:
    """Lines of a band are turned over by number, and every line tells its own."""
    _, people = await a_ranked_town(3, SHUFFLED, villages=9)
    await rankings.keep_up()
    had = {one.person_id or 0: points for one, points in zip(people, SHUFFLED, strict=True)}
    scores = await VillageIndex.filter(period__kind="month").exclude(exact="").values_list("unit_id", "shown")
    seen = set()
    for column, earned in (("person_id", had), ("unit_id", {int(one): int(shown) for one, shown in scores})):
        best = sorted(earned, key=lambda one, of=earned: of[one])  # type: ignore[misc]
        for record, met in (await numbered(column, set(earned))).items():
            assert met not in (best, best[::-1]), f"the numbers of {record.__name__} tell who was better"
            seen.add((column, record))
    assert {("person_id", Placing), ("unit_id", Placing)} <= seen


async def test_lines_that_were_numbered_by_points_are_numbered_anew_in_closed_periods_too(town: str) -> None:
    await a_ranked_town(3, SHUFFLED)
    await rankings.keep_up()
    told = [name for name in Placing._meta.fields_db_projection if name != "id"]
    rows = await Placing.all().order_by("-person_id", "board_id").values(*told)
    await Placing.all().delete()
    await Placing.bulk_create([Placing(**row) for row in rows])
    await Period.all().update(closed_at=now())
    connection = Tortoise.get_connection("default")
    await MIGRATION.forward(None, SimpleNamespace(client=connection))
    again = await Placing.all().order_by("id").values(*told)
    assert again == sorted(rows, key=lambda row: [row["board_id"], row["unit_id"], row["person_id"] or 0])
    with pytest.raises(Exception, match="never move"):
        await Placing.all().update(rank=1)
