"""Filters and orders against an oracle, for everybody; what one may not know of decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import Enum
from random import Random
from typing import Any, get_args, get_origin

import pytest
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLObjectType, get_named_type
from strawberry import ID
from tortoise.expressions import Subquery

from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding import Project
from models.requests import WorkRequest
from models.tasks import Assignment, Task
from models.units import Unit
from schema import schema
from schema.base.build import core
from schema.base.completion import taken
from schema.base.filters import DateRange, DateTimeRange
from schema.base.nodes import RECORDS, global_id
from schema.base.numbers import PeriodKey
from schema.base.orders import ORDERS, Direction, Order
from schema.units import UnitRef
from tests.counting import counted
from tests.leaks.rest import a_whole_world
from tests.leaks.walking import DOOR
from tests.schema.oracle_of_filters import Way, seen_by, ways
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio]
CORE = core(schema)
LISTS: dict[str, tuple[type[Record], str, str]] = {
    "tasks": (Task, "TaskFilter", "TaskOrder"),
    "assignments": (Assignment, "AssignmentFilter", "AssignmentOrder"),
    "workRequests": (WorkRequest, "RequestFilter", "RequestOrder"),
    "projects": (Project, "ProjectFilter", "ProjectOrder"),
}
UNTRIED = {"taskCodes", "batch", "series", "responses", "insteadOf"}
"""Tried elsewhere: as `codes` is, with the submission that makes a batch, and in test_every_filter.py."""
TIMES = 18


@pytest.mark.furnished(by=a_whole_world)
async def test_everybody_finds_what_the_oracle_finds_by_as_many_statements_on_the_compiled_path(
    town: str,
) -> None:
    world = await a_whole_world()
    chance, again = Random(11), taken["again"]
    wrong, found, tried = [], Counter[str](), set()
    for name, viewer in world.viewers.items():
        if not viewer.signed_in:
            continue
        seen = await seen_by(viewer)
        for _ in range(TIMES):
            root = chance.choice(sorted(LISTS))
            record, _, by = LISTS[root]
            asked = _some(ways(record, seen, chance), chance)
            order = _an_order(by, chance)
            ids, spent = await _found(viewer, root, asked, order)
            wanted = _sorted(
                [row for row in seen.rows[record] if all(w.holds(row) for w in asked.values())], order
            )
            if ids != [global_id(record.__name__, row.pk) for row in wanted]:
                wrong.append(
                    (name, root, {key: way.told for key, way in asked.items()}, len(ids), len(wanted))
                )
            assert spent == 2 + sum(way.statements for way in asked.values()), (root, asked)
            found[root] += len(ids)
            tried |= {(root, key) for key in asked}
    assert not wrong, wrong[:5]
    assert taken["again"] == again and all(found[root] > 10 for root in LISTS), found
    assert tried == {(root, key) for root, (_, told, _) in LISTS.items() for key in _parts(told)}


def _parts(name: str) -> set[str]:
    told = CORE.type_map[name]
    assert isinstance(told, GraphQLInputObjectType)
    parts = set(told.fields) - UNTRIED
    return parts - {"text"} if name == "ProjectFilter" else parts


def _some(there: dict[str, Way], chance: Random) -> dict[str, Way]:
    names = chance.sample(sorted(there), chance.choice([1, 1, 1, 2]))
    return {name: there[name] for name in names}


def _an_order(name: str, chance: Random) -> Order:
    return ORDERS[name].by(chance.choice(sorted(ORDERS[name].columns)), chance.choice(list(Direction)))


def _sorted(rows: list[Any], order: Order) -> list[Any]:
    for column in reversed(order.columns):
        name = column.strip("-")
        rows.sort(key=lambda row: getattr(row, name), reverse=column.startswith("-"))
    return rows


async def _found(viewer: Viewer, root: str, asked: dict[str, Way], order: Order) -> tuple[list[str], int]:
    _, told, by = LISTS[root]
    query = f"""query($filter: {told}, $order: {by}) {{ page: {root}(first: 100, filter: $filter, orderBy: $order) {{
      totalCount {{ count }} nodes {{ id }} }} }}"""
    field, _, direction = order.name.partition(" ")
    with counted() as statements:
        answer = await ask(
            DOOR,
            viewer,
            query,
            filter={key: way.told for key, way in asked.items()},
            order={"field": field, "direction": direction},
        )
    assert "errors" not in answer, (asked, answer["errors"])
    page = answer["data"]["page"]
    assert page["totalCount"]["count"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]], len(statements)


def _record_below(field: GraphQLField) -> type[Record]:
    """Of which rows a connection is."""
    edge: Any = get_named_type(get_named_type(field.type).fields["edges"].type)  # type: ignore[union-attr]
    return RECORDS[get_named_type(edge.fields["node"].type).name]


FILTERS = {
    name: type_.extensions["strawberry-definition"].origin
    for name, type_ in CORE.type_map.items()
    if hasattr(getattr(type_.extensions.get("strawberry-definition"), "origin", None), "parts")
}
OF: dict[str, type[Record]] = {
    get_named_type(field.args["filter"].type).name: _record_below(field)
    for type_ in CORE.type_map.values()
    if isinstance(type_, GraphQLObjectType)
    for field in type_.fields.values()
    if "filter" in field.args and "edges" in get_named_type(field.type).fields  # type: ignore[union-attr]
}


EVERYBODYS = [("MatterFilter", "text", "code__in: MatterAlias")]
"""Everyday names lead whoever looks for a matter to it: they are there for nothing else."""


async def test_no_filter_looks_at_other_rows_but_those_one_may_know_of(town: str) -> None:
    """By columns of the row itself and of what everybody sees who sees it; by anything else only as a scoped part."""
    assert set(OF) == set(FILTERS)
    beyond, scoped = [], 0
    for name, filter in FILTERS.items():
        for key, part in filter.parts.items():
            scoped += part.is_scoped
            if not part.is_scoped:
                found = [part.narrow(OF[name].all(), value) for value in _values(part.kind)]
                beyond += [(name, key, path) for rows in found for path in _beyond(OF[name], rows)]
    assert beyond == EVERYBODYS and scoped >= 7


def _values(kind: Any) -> list[Any]:
    """What a part might be given: as `read` leaves it."""
    place = Unit(id=1, path="1/", code="1")
    if kind is bool:
        return [True, False]
    if kind is DateRange or kind is DateTimeRange:
        return [kind(since=None, until=None) if kind is DateRange else kind(since=None, before=None)]
    if kind is UnitRef:
        return [place]
    if kind == list[PeriodKey]:
        return [[("month", date(2026, 3, 1))]]
    if kind == list[ID]:
        return [[("Task", 1)]]
    if get_origin(kind) is list:
        return [[place]] if get_args(kind)[0] is UnitRef else [[_word(get_args(kind)[0])]]
    return [_word(kind)]


def _word(kind: Any) -> str:
    return next(iter(kind)).value if isinstance(kind, type) and issubclass(kind, Enum) else "词"


def _beyond(record: type[Record], rows: Any) -> Iterator[str]:
    """Paths of conditions that leave the row by a relation that not everybody may follow, and other records asked."""
    stack = list(rows._q_objects)
    while stack:
        condition = stack.pop()
        stack += condition.children
        for path, value in condition.filters.items():
            yield from _closed(record, path)
            if isinstance(value, Subquery):
                own = value.query.model is record
                yield from _beyond(record, value.query) if own else [f"{path}: {value.query.model.__name__}"]


def _closed(record: type[Record], path: str) -> Iterator[str]:
    here: Any = record
    for step in path.split("__"):
        if step not in here._meta.fields_map or not hasattr(here._meta.fields_map[step], "related_model"):
            return
        if step not in here.opens and here is not Unit:
            yield path
        here = here._meta.fields_map[step].related_model
