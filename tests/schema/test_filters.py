"""What is looked for is found: every part of every filter against the rows themselves, on the compiled path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from tortoise import Tortoise

from models.base.clock import now, town_day
from models.base.viewer import Viewer
from models.tasks import ASSIGNMENT_STATES, Assignment
from models.tasks.states import WITH_THE_VILLAGE
from schema import door
from schema.base.compile import taken
from tests.builders import a_list, a_task, a_town, a_viewer
from tests.counting import counted
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
FIND = """query($filter: AssignmentFilter) { assignments(first: 100, filter: $filter) {
  totalCount { count } nodes { id } edges { node { id } } } }"""
Holds = Callable[[Assignment], bool]


def _late(one: Assignment) -> bool:
    return one.state in WITH_THE_VILLAGE and one.due_at < now()


def _filters(chance: Random, places: list[Any], days: list[date]) -> tuple[dict[str, Any], list[Holds]]:
    """Some parts of a filter, and what each of them asks of a row."""
    states = chance.sample(sorted(ASSIGNMENT_STATES), chance.randrange(4))
    place, flag = chance.choice(places), chance.random() < 0.5
    since, until = sorted(chance.choices(days, k=2))
    parts: dict[str, tuple[Any, Holds]] = {
        "states": ([one.upper() for one in states], lambda row: row.state in states),
        "within": ({"code": place.code}, lambda row: row.unit.path.startswith(place.path)),
        "isOpen": (flag, lambda row: (row.state in WITH_THE_VILLAGE) == flag),
        "isOverdue": (flag, lambda row: _late(row) == flag),
        "dueOn": (
            {"since": str(since), "until": str(until)},
            lambda row: since <= town_day(row.due_at) <= until,
        ),
        "text": ("巡查", lambda row: "巡查" in row.task.title),
    }
    chosen = chance.sample(sorted(parts), chance.randint(1, 3))
    return {name: parts[name][0] for name in chosen}, [parts[name][1] for name in chosen]


async def without_rules() -> None:
    """From now on an assignment may be in any state, however it came there."""
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        await connection.execute_query("ALTER TABLE assignment DISABLE TRIGGER ALL")
        return
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'assignment'"
    for row in await connection.execute_query_dict(named):
        await connection.execute_query(f'DROP TRIGGER "{row["name"]}"')


async def _scattered(chance: Random) -> tuple[Viewer, list[Any], list[date]]:
    place = await a_town()
    await a_list(place.county)
    for _ in range(3):
        await a_task(place)
    days = [town_day(now()) + timedelta(days=n) for n in range(-3, 4)]
    await without_rules()
    for row in await Assignment.all():
        state, due = chance.choice(sorted(ASSIGNMENT_STATES)), now() + timedelta(days=chance.randint(-3, 3))
        await Assignment.filter(pk=row.pk).update(state=state, due_at=due)
    viewer = await a_viewer("coordinator", place.township)
    return viewer, [place.city, place.township, place.village, place.other_township], days


async def test_each_filter_leaves_what_it_says_by_as_many_statements_and_on_the_compiled_path(
    town: str,
) -> None:
    chance = Random(7)
    viewer, places, days = await _scattered(chance)
    rows = await Assignment.visible_to(viewer).select_related("unit", "task")
    again, spent, found = taken["again"], set(), 0
    for _ in range(60):
        asked, holds = _filters(chance, places, days)
        with counted() as statements:
            answer = await ask(door, viewer, FIND, filter=asked)
        page = answer["data"]["assignments"]
        wanted = {row.pk for row in rows if all(one(row) for one in holds)}
        assert page["totalCount"]["count"] == len(page["nodes"]) == len(wanted), asked
        assert page["nodes"] == [edge["node"] for edge in page["edges"]]
        spent.add(len(statements) - 2 * ("within" in asked))
        found += len(wanted)
    assert taken["again"] == again and spent == {2} and found > 60


@pytest.mark.parametrize(
    "asked", [{"states": ["BOGUS"]}, {"within": {"code": "999"}}, {"dueOn": {"since": "2026-02-30"}}]
)
async def test_what_no_row_can_be_is_refused_and_never_counted_as_nothing(
    town: str, asked: dict[str, Any]
) -> None:
    viewer = await a_viewer("coordinator", (await a_town()).township)
    answer = await ask(door, viewer, FIND, filter=asked)
    assert answer["errors"][0]["extensions"]["code"] in {"BAD_INPUT", "NOT_FOUND"}
