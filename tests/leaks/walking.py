"""Walking everything GraphQL offers: every root, every field, every relation, two steps deep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, get_named_type

from models.base.viewer import Viewer
from schema import schema
from schema.base.build import core
from schema.base.http import Door
from schema.base.limits import Limits
from tests.schema.toys import ask

CORE = core(schema)
assert CORE.query_type is not None
ROOTS = CORE.query_type.fields
WIDE = Limits(nodes=10**9, cost=10**9)
"""What the walk asks in one query is more than the product grants anybody."""
DOOR = Door(CORE, WIDE)
walked: set[tuple[str, str]] = set()
"""(type, field) pairs that some query of this run has selected."""


def connections() -> list[str]:
    """Root lists of records; what asks for more than a page is a question of its own."""
    needed = {
        name
        for name, field in ROOTS.items()
        for a in field.args.values()
        if isinstance(a.type, GraphQLNonNull)
    }
    return [name for name, field in ROOTS.items() if _is_connection(field) and name not in needed]


def node_type(field: GraphQLField) -> GraphQLObjectType:
    connection = get_named_type(field.type)
    assert isinstance(connection, GraphQLObjectType)
    edge = get_named_type(connection.fields["edges"].type)
    assert isinstance(edge, GraphQLObjectType)
    node = get_named_type(edge.fields["node"].type)
    assert isinstance(node, GraphQLObjectType)
    return node


def selections(type_: GraphQLObjectType) -> Iterator[str]:
    """One selection of everything flat, and one for each connection below the type."""
    yield f"__typename {_flat(type_, deeper=1)}"
    for name, field in type_.fields.items():
        if _is_connection(field):
            walked.add((type_.name, name))
            below = _flat(node_type(field), deeper=1)
            yield f"__typename id {name}(first: 50) {{ totalCount {{ count }} edges {{ node {{ __typename {below} }} }} }}"


def _flat(type_: GraphQLObjectType, deeper: int) -> str:
    parts = []
    for name, field in type_.fields.items():
        named = get_named_type(field.type)
        if _is_connection(field) or any(isinstance(a.type, GraphQLNonNull) for a in field.args.values()):
            continue
        if not isinstance(named, GraphQLObjectType):
            parts.append(name)
        elif deeper:
            parts.append(f"{name} {{ __typename {_flat(named, deeper - 1)} }}")
        else:
            continue
        walked.add((type_.name, name))
    return " ".join(parts)


def _is_connection(field: GraphQLField) -> bool:
    return get_named_type(field.type).name.endswith("Connection")


async def answers(viewer: Viewer) -> Iterator[tuple[str, Any]]:
    """What every root connection tells this viewer, in every selection: (root, answer)."""
    told = []
    for root in connections():
        for wanted in selections(node_type(ROOTS[root])):
            query = f"{{ {root}(first: 100) {{ totalCount {{ count }} edges {{ node {{ {wanted} }} }} }} }}"
            answer = await ask(DOOR, viewer, query)
            assert "errors" not in answer, (root, answer["errors"])
            told.append((root, answer["data"][root]))
    return iter(told)


def nodes_in(answer: Any) -> Iterator[dict[str, Any]]:
    """Every object with an id anywhere in an answer."""
    if isinstance(answer, dict):
        if "id" in answer and "__typename" in answer:
            yield answer
        for value in answer.values():
            yield from nodes_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from nodes_in(value)


def counts_in(answer: Any) -> Iterator[tuple[int, int]]:
    """What every connection anywhere in an answer says it holds, beside what it lists."""
    if isinstance(answer, dict):
        if "totalCount" in answer and "edges" in answer:
            yield answer["totalCount"]["count"], len(answer["edges"])
        for value in answer.values():
            yield from counts_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from counts_in(value)
