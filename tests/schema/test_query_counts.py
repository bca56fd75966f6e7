"""How many statements each connection costs: fixed, whatever the page size and the number of rows on any edge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, get_named_type
from tortoise.transactions import in_transaction

from models.base.clock import today
from models.registry import Element
from models.tasks import EmergencyResponse, Task
from schema.base.http import Door
from schema.base.limits import Limits
from schema.base.nodes import global_id
from tests.builders import DAY
from tests.counting import counted
from tests.crowd import Full, a_full_world, multiply
from tests.leaks.world import World
from tests.models.past_the_triggers import without_triggers
from tests.schema.test_schema import CORE
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio

Edge = tuple[str, str]
"""A type and the name of a connection below it."""
DOOR = Door(CORE, Limits(aliases=100, nodes=10**9, cost=10**9, fields=10**4, tokens=10**5))
"""What the walk asks in one query is more than the product grants anybody."""
SHORT, LONG = 20, 100
WHO = {
    "scores": "office",
    "scorers": "coordinator",
    "projects": "coordinator",
    "bids": "office",
    "commended": "secretary of the second village",
    "commendations": "secretary of the second village",
    "optOuts": "secretary of the second village",
    "people": "coordinator",
    "posts": "coordinator",
    "uploads": "own secretary",
    "viewer": "own secretary",
}
"""Who sees most where it is not the keeper of the city's list."""
AT_MOST_ONE = {("Query", "optOuts"), ("Viewer", "posts")}
"""Whether one wishes not to be named, and what one is today, is known to oneself alone."""
VALUES = {
    "ListedMatter",
    "MatterChange",
    "TouchedMatter",
    "TouchedVillage",
    "GoldenFlip",
    "DueBasis",
    "FieldOverlapLine",
    "FieldHolder",
    "HeldColumn",
    "HeldCell",
    "AskedInWords",
}
OF_PAYLOADS = {("RequestBatch", "requests")}
"""Told by a mutation alone: the same reading as the root's, of one batch."""


class Asked(NamedTuple):
    """A query, and the connections it selects, each under an alias of its own."""

    query: str
    edges: frozenset[Edge]


async def test_no_connection_costs_more_with_more_rows_on_any_of_its_edges(town: str) -> None:
    full = await a_full_world()
    world, asked = full.world, dict(_queries(full))
    assert {edge for one in asked.values() for edge in one.edges} == _connections()
    await _all_under_one_response()
    await multiply(here=1)
    few = {root: await _spent(world, root, one, SHORT) for root, one in asked.items()}
    await multiply(elsewhere=1)
    await Element.bulk_create(Element(code=f"more{number}", name="更多") for number in range(3))
    many = {root: await _spent(world, root, one, LONG) for root, one in asked.items()}
    rows = sum((found for _, found in few.values()), Counter[str]())
    more = sum((found for _, found in many.values()), Counter[str]())
    bare = {edge for edge in _connections() if rows[_alias(*edge)] < 2} - AT_MOST_ONE
    assert not bare, f"nobody would see what more rows cost on {sorted(bare)}"
    same = {edge for edge in _connections() if more[_alias(*edge)] <= rows[_alias(*edge)]} - AT_MOST_ONE
    assert not same, f"no more rows came to {sorted(same)}"
    dearer = {root: (few[root][0], many[root][0]) for root in asked if few[root][0] < many[root][0]}
    assert dearer == {}


async def _all_under_one_response() -> None:
    async with in_transaction():
        await without_triggers()
        response = await EmergencyResponse.all().order_by("id").first()
        assert response is not None
        await Task.all().update(response_id=response.pk)


async def _spent(world: World, root: str, one: Asked, size: int) -> tuple[int, Counter[str]]:
    """How many statements the answer took, and how many rows stood on each edge."""
    viewer = world.viewers[WHO.get(root, "list keeper")]
    with counted() as told:
        answer = await ask(DOOR, viewer, one.query, size=size)
    assert "errors" not in answer, (root, answer["errors"])
    return len(told), Counter(dict(_rows(answer["data"])))


def _rows(answer: Any) -> Iterator[tuple[str, int]]:
    """Every alias of a connection in an answer, with the rows of all its pages together."""
    found: Counter[str] = Counter()
    stack = [answer]
    while stack:
        value = stack.pop()
        stack += value if isinstance(value, list) else value.values() if isinstance(value, dict) else []
        if isinstance(value, dict):
            for alias, page in value.items():
                if isinstance(page, dict) and "edges" in page:
                    found[alias] += len(page["edges"])
    return iter(found.items())


def _connections() -> set[Edge]:
    """Every field of the schema that leads to pages."""
    return {
        (type_.name, name)
        for type_ in CORE.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if _is_connection(field)
    } - OF_PAYLOADS


def _is_connection(field: GraphQLField) -> bool:
    return "edges" in getattr(get_named_type(field.type), "fields", {}) and not _is_of_values(field)


def _is_of_values(field: GraphQLField) -> bool:
    """Whether it pages over what is known whole with the value it stands below: that takes no statement of its own."""
    edges = getattr(get_named_type(field.type), "fields", {}).get("edges")
    node = edges and get_named_type(get_named_type(edges.type).fields["node"].type)
    return node is not None and node.name in VALUES


def _alias(type_: str, name: str) -> str:
    return f"{type_}_{name}"


def _queries(full: Full) -> Iterator[tuple[str, Asked]]:
    """Each root with all that stands below it."""
    whole = f'since: "{today() - 30 * DAY}", until: "{today() + DAY}"'
    township = f'within: {{id: "{global_id("Unit", full.world.town.township.pk)}"}}'
    given = {
        "viewer": "",
        "ledger": f"{whole}, {township}",
        "burden": f"{whole}, {township}",
        "askers": f"{whole}, by: ASKED",
        "valueTable": f'{township}, elements: ["Eva", "Ese"]',
    }
    assert CORE.query_type is not None
    for root, field in CORE.query_type.fields.items():
        edges: set[Edge] = set()
        if _is_connection(field):
            yield (
                root,
                Asked(f"query ($size: Int!) {{ {_page('Query', root, field, edges)} }}", frozenset(edges)),
            )
        elif root in given:
            inside = _below(_type(field), edges, pages=True)
            arguments = f"({given[root]})" if given[root] else ""
            yield root, Asked(f"query ($size: Int!) {{ {root}{arguments} {{ {inside} }} }}", frozenset(edges))


def _page(type_: str, name: str, field: GraphQLField, edges: set[Edge], pages: bool = True) -> str:
    edges.add((type_, name))
    edge = get_named_type(_type(field).fields["edges"].type)
    total = "totalCount { count }" if "totalCount" in _type(field).fields else ""
    inside = _below(get_named_type(edge.fields["node"].type), edges, pages)  # type: ignore[union-attr, arg-type]
    return f"{_alias(type_, name)}: {name}(first: $size) {{ {total} edges {{ cursor node {{ {inside} }} }} }}"


def _below(type_: GraphQLObjectType, edges: set[Edge], pages: bool, relations: bool = True) -> str:
    """All that is flat, what it points to, and the pages below it."""
    parts = []
    for name, field in type_.fields.items():
        below = get_named_type(field.type)
        if _is_of_values(field):
            continue
        if _is_connection(field):
            parts += [_page(type_.name, name, field, edges, pages=False)] if pages else []
        elif any(isinstance(one.type, GraphQLNonNull) for one in field.args.values()):
            continue
        elif not isinstance(below, GraphQLObjectType):
            parts.append(name)
        elif relations:
            of_record = any(one.name == "Node" for one in below.interfaces)
            inside = _below(below, edges, pages and not of_record, relations=False)
            parts.append(f"{name} {{ __typename {inside} }}")
    return " ".join(parts)


def _type(field: GraphQLField) -> GraphQLObjectType:
    named = get_named_type(field.type)
    assert isinstance(named, GraphQLObjectType)
    return named
