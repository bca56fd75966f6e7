"""What is read in an order stands in it, is walked to its end either way, and is served by an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.base.clock import now
from models.base.records import Record
from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.tasks import Assignment, Task
from schema import door, schema
from schema.base.build import core
from schema.base.completion import taken
from schema.base.connections import Window
from schema.base.nodes import RECORDS, global_id
from schema.base.orders import ORDERS, Direction, Order
from tests.builders import Town, a_list, a_task, a_town, a_viewer
from tests.counting import counted
from tests.models.bidding import scenes as board
from tests.models.past_the_triggers import without_triggers
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
CORE = core(schema)
MANY, AWAY = 3_000, 1_000_000
Way = tuple[str, str, Direction]
"""An order, one of its fields, and which end comes first."""
WAYS: list[Way] = [
    (name, field, direction)
    for name, orders in ORDERS.items()
    for field in orders.columns
    for direction in Direction
]


def _sorted() -> Iterator[tuple[str, str, GraphQLField]]:
    """Every connection that callers may sort, by the type it stands on and its name."""
    for type_ in CORE.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                if "orderBy" in field.args:
                    yield type_.name, name, field


def _order(field: GraphQLField) -> str:
    return get_named_type(field.args["orderBy"].type).name


def _record(order: str) -> type[Record]:
    """Of which rows it is an order."""
    field = next(field for _, _, field in _sorted() if _order(field) == order)
    edge: Any = get_named_type(get_named_type(field.type).fields["edges"].type)  # type: ignore[union-attr]
    return RECORDS[get_named_type(edge.fields["node"].type).name]


async def a_crowd(place: Town) -> Viewer:
    """One task, request and project, and thousands like them; whoever watches over the whole city."""
    await a_list(place.county)
    task = await a_task(place)
    project = await board.a_project(place)
    request = await WorkRequest.all().first()
    assignment = await Assignment.all().first()
    assert request and assignment
    async with in_transaction():
        await without_triggers()
        await _again(task, {"code": "code || i", "made_at": "", "due_at": ""})
        await _again(request, {"submitted_at": "", "deadline": ""})
        await _again(project, {"closes_at": "", "finish_by": ""})
        there = [place.village.pk, place.second_village.pk, place.other_village.pk]
        units = f"CASE i % 3 WHEN 0 THEN {there[0]} WHEN 1 THEN {there[1]} ELSE {there[2]} END"
        await _again(assignment, {"task_id": f"{AWAY} + i", "unit_id": units, "due_at": ""})
    await Tortoise.get_connection("default").execute_query("ANALYZE")
    return await a_viewer("observer", place.city)


async def _again(row: Record, told: dict[str, str]) -> None:
    """The row so many times more; a column without an expression is a day later each time."""
    connection = Tortoise.get_connection("default")
    told = {column: expression or _later(connection, column) for column, expression in told.items()}
    table = row._meta.db_table
    columns = sorted(row._meta.fields_db_projection)
    values = ", ".join({"id": f"{AWAY} + i", **told}.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
    asked = f"SELECT {values} FROM {table}, n WHERE {table}.id = {row.pk}"
    await connection.execute_query(f"INSERT INTO {table} ({names}) {numbers} {asked}")


def _later(connection: Any, column: str) -> str:
    is_moment = column.endswith("_at")
    if connection.capabilities.dialect != "sqlite":
        return f"{column} + i * INTERVAL '1 day'" if is_moment else f"{column} + CAST(i % 300 AS integer)"
    form = "'%Y-%m-%d %H:%M:%f+00:00'" if is_moment else "'%Y-%m-%d'"
    return f"strftime({form}, {column}, '+' || (i % 300) || ' days')"


async def plan_of(rows: Any) -> list[str]:
    connection = Tortoise.get_connection("default")
    query = rows.values_list("id")
    query._db = connection
    query._make_query()
    sql, values = query.query.get_parameterized_sql()
    word = "EXPLAIN QUERY PLAN" if connection.capabilities.dialect == "sqlite" else "EXPLAIN"
    return [str(tuple(row)[-1]) for row in (await connection.execute_query(f"{word} {sql}", values))[1]]


def _sorts_all(plan: list[str]) -> bool:
    return any(
        "USE TEMP B-TREE FOR ORDER BY" in line or line.strip(" ->").startswith("Sort  (") for line in plan
    )


async def test_an_index_serves_every_order_at_its_beginning_and_deep_inside(town: str) -> None:
    viewer = await a_crowd(await a_town())
    assert {_order(field) for _, _, field in _sorted()} == set(ORDERS)
    sorting = {}
    for name, field, direction in WAYS:
        record = _record(name)
        order = ORDERS[name].by(field, direction)
        row = await record.get(pk=AWAY + MANY // 2 + 150).values_list(*(c.strip("-") for c in order.columns))
        deep = tuple(v if isinstance(v, int | str) else v.isoformat() for v in row)
        for beyond in (None, deep):
            window = Window(order.columns, 20, beyond=beyond, named=order.name)
            plan = await plan_of(window.over(record.visible_to(viewer)).limit(21))
            if _sorts_all(plan):
                sorting[name, order.name, beyond] = plan
    assert not sorting, "\n".join(map(str, [*sorting.items()]))


FIND = """query($size: Int!, $order: %s!, $at: String) { page: %s(%s, orderBy: $order) {
  totalCount { count } pageInfo { endCursor startCursor } nodes { id } edges { cursor node { id } } } }"""
AFTER, BEFORE = "first: $size, after: $at", "last: $size, before: $at"


async def _some(place: Town, chance: Random) -> Viewer:
    """Tasks and their copies, some of them due at one moment and some made at one."""
    await a_list(place.county)
    for _ in range(3):
        await a_task(place)
    async with in_transaction():
        await without_triggers()
        for row in [*await Assignment.all(), *await Task.all()]:
            await type(row).filter(pk=row.pk).update(due_at=_in_days(chance), **_made(row))
        for request in await WorkRequest.all():
            await WorkRequest.filter(pk=request.pk).update(submitted_at=_in_days(chance))
    return await a_viewer("coordinator", place.township)


def _in_days(chance: Random) -> datetime:
    return now() + timedelta(days=chance.randint(0, 2))


def _made(row: Record) -> dict[str, Any]:
    return {"made_at": now()} if isinstance(row, Task) else {}


async def test_a_list_stands_in_the_order_asked_for_and_is_walked_to_its_end_from_either_side(
    town: str,
) -> None:
    viewer = await _some(await a_town(), Random(5))
    again, spent = taken["again"], set()
    for root, name, field, direction in _roots():
        order = ORDERS[name].by(field, direction)
        wanted = [global_id(_record(name).__name__, row.pk) for row in await _in_order(name, order, viewer)]
        told = {"field": field, "direction": direction.name}
        for side, end in ((AFTER, "endCursor"), (BEFORE, "startCursor")):
            found: list[str] = []
            cursor = None
            while len(found) < len(wanted):
                with counted() as statements:
                    page = await _page(viewer, FIND % (name, root, side), told, cursor)
                spent.add(len(statements))
                ids = [node["id"] for node in page["nodes"]]
                assert ids == [edge["node"]["id"] for edge in page["edges"]] and ids
                found = found + ids if side == AFTER else ids + found
                cursor = page["pageInfo"][end]
            assert found == wanted, (root, order)
    assert taken["again"] == again and spent == {2}


def _roots() -> Iterator[tuple[str, str, str, Direction]]:
    for type_, root, connection in _sorted():
        if type_ == "Query" and root != "projects":
            name = _order(connection)
            yield from (
                (root, name, field, direction) for field in ORDERS[name].columns for direction in Direction
            )


async def _in_order(name: str, order: Order, viewer: Viewer) -> list[Any]:
    """By hand: sorted by each column from the last to the first."""
    rows = await _record(name).visible_to(viewer)
    for column in reversed(order.columns):
        rows.sort(key=lambda row: getattr(row, column.strip("-")), reverse=column.startswith("-"))
    return rows


async def _page(viewer: Viewer, query: str, order: Any, cursor: str | None) -> Any:
    answer = await ask(door, viewer, query, size=2, order=order, at=cursor)
    assert "errors" not in answer, answer
    return answer["data"]["page"]


BELOW = """query($field: TaskOrderField!, $below: AssignmentOrder, $at: String) {
  tasks(first: 20, orderBy: {field: $field}) { edges { cursor node { id
    assignments(first: 1, after: $at, orderBy: $below) { nodes { id dueAt } pageInfo { endCursor } } } } } }"""


async def test_what_stands_below_a_row_is_sorted_too_by_as_many_statements(town: str) -> None:
    viewer = await _some(await a_town(), Random(6))
    firsts: dict[str, list[str]] = {}
    again = taken["again"]
    for direction in ("ASC", "DESC"):
        below = {"field": "DUE_ON", "direction": direction}
        with counted() as statements:
            answer = await ask(door, viewer, BELOW, field="DUE_ON", below=below)
        assert len(statements) == 2 and "errors" not in answer, answer
        pages = [edge["node"]["assignments"] for edge in answer["data"]["tasks"]["edges"]]
        firsts[direction] = [page["nodes"][0]["dueAt"] for page in pages]
    assert taken["again"] == again
    assert firsts["ASC"] != firsts["DESC"]
    assert all(one <= other for one, other in zip(firsts["ASC"], firsts["DESC"], strict=True))


async def test_a_cursor_of_another_order_is_refused_in_a_sentence(town: str) -> None:
    viewer = await _some(await a_town(), Random(7))
    ways: list[Any] = [
        None,
        *({"field": f, "direction": d} for f in ("DUE_ON", "CODE") for d in ("ASC", "DESC")),
    ]
    query = FIND.replace("!, $at", ", $at") % ("TaskOrder", "tasks", AFTER)
    cursors = [(await _page(viewer, query, way, None))["pageInfo"]["endCursor"] for way in ways]
    for at, way in enumerate(ways):
        for of, cursor in enumerate(cursors):
            answer = await ask(door, viewer, query, size=2, order=way, at=cursor)
            if at == of:
                assert "errors" not in answer
                continue
            told = answer["errors"][0]
            assert told["extensions"]["code"] == "BAD_INPUT" and "另一种顺序" in told["message"]
