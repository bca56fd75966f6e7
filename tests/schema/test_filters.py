"""What is looked for is found: every part of every filter against the rows themselves, on the compiled path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLList, get_named_type
from tortoise import Tortoise

from models.base.clock import now, town_day
from models.base.viewer import Viewer
from models.tasks import ASSIGNMENT_STATES, Assignment
from models.tasks.states import WITH_THE_VILLAGE
from schema import door, schema
from schema.base.build import core
from schema.base.completion import taken
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


REVERSED: dict[str, Any] = {
    "DateRange": {"since": "2026-05-02", "until": "2026-05-01"},
    "DateTimeRange": {"since": "2026-05-02T00:00:00Z", "before": "2026-05-01T00:00:00Z"},
}
NOWHERE: dict[str, Any] = {"UnitRef": {"code": "999"}}
CODES = re.compile("(^c|C)odes$")
CORE = core(schema)
assert CORE.query_type is not None
FILTERED = {
    root: get_named_type(field.args["filter"].type)
    for root, field in CORE.query_type.fields.items()
    if "filter" in field.args and "edges" in get_named_type(field.type).fields  # type: ignore[union-attr]
}


def _slips(key: str, part: Any) -> Iterator[tuple[Any, list[str], str]]:
    """What no row can be, said for this part: with where it stands and the code of the error."""
    kind, is_many = get_named_type(part.type).name, isinstance(part.type, GraphQLList)
    if kind in REVERSED:
        yield REVERSED[kind], [key], "BAD_INPUT"
    elif kind in NOWHERE or CODES.search(key):
        told = NOWHERE.get(kind, "没有")
        yield ([told], [key, "0"], "NOT_FOUND") if is_many else (told, [key], "NOT_FOUND")
    elif isinstance(get_named_type(part.type), GraphQLEnumType):
        yield (["BOGUS"] if is_many else "BOGUS"), [], "BAD_INPUT"


SLIPS = [
    (root, key, *slip)
    for root, type_ in FILTERED.items()
    for key, part in type_.fields.items()  # type: ignore[union-attr]
    for slip in _slips(key, part)
]


async def test_what_no_row_can_be_is_refused_by_every_filter_with_a_sentence_and_its_place(town: str) -> None:
    viewer = await a_viewer("coordinator", (await a_town()).township)
    wrong = []
    for root, key, told, path, code in SLIPS:
        query = f"query($f: {FILTERED[root].name}) {{ {root}(first: 1, filter: $f) {{ nodes {{ id }} }} }}"
        answer = await ask(door, viewer, query, f={key: told})
        error = answer.get("errors", [{"message": "", "extensions": {}}])[0]
        at = error["extensions"].get("path", [])
        said = error["message"].endswith("。")
        places = [path, path[:1]]  # of a single name in a list, the list is place enough
        if error["extensions"].get("code") != code or (path and list(at)[1:] not in places):
            wrong.append((root, key, error))
        assert said, (root, key, error)
    assert not wrong and len(SLIPS) > 40, wrong


async def test_of_several_names_the_wrong_one_is_pointed_at_and_a_foreign_one_is_like_a_missing_one(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    viewer = await a_viewer("coordinator", place.township)
    stranger = await a_viewer("coordinator", place.other_township)
    query = "query($f: TaskFilter) { tasks(first: 9, filter: $f) { nodes { code } } }"
    units = [{"code": place.department.code}, {"code": "999"}]
    for told, key in (({"departments": units}, "departments"), ({"codes": [task.code, "XX"]}, "codes")):
        error = (await ask(door, viewer, query, f=told))["errors"][0]
        assert list(error["extensions"]["path"]) == ["filter", key, "1"]
    found = await ask(door, viewer, query, f={"codes": [task.code.lower()]})
    assert [one["code"] for one in found["data"]["tasks"]["nodes"]] == [task.code]
    foreign = await ask(door, stranger, query, f={"codes": [task.code]})
    missing = await ask(door, stranger, query, f={"codes": ["XX"]})
    assert str(foreign).replace(task.code, "XX") == str(missing)


BELOW = "query($f: AssignmentFilter) { tasks(first: 9) { nodes { assignments(first: 9, filter: $f) { totalCount { count } nodes { id } } } } }"


async def test_a_filter_below_a_row_narrows_what_stands_there_by_as_many_statements(town: str) -> None:
    viewer, places, _ = await _scattered(Random(3))
    rows = await Assignment.visible_to(viewer).select_related("unit")
    for place in places:
        with counted() as statements:
            answer = await ask(door, viewer, BELOW, f={"within": {"code": place.code}})
        pages = [node["assignments"] for node in answer["data"]["tasks"]["nodes"]]
        assert [page["totalCount"]["count"] for page in pages] == [len(page["nodes"]) for page in pages]
        assert sum(len(page["nodes"]) for page in pages) == sum(
            row.unit.path.startswith(place.path) for row in rows
        )
        assert len(statements) == 5
