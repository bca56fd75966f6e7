"""The whole schema: committed, selectable everywhere, fast everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from models.base.viewer import Viewer
from schema import door, schema
from schema.base.build import core
from schema.base.completion import taken
from schema.base.nodes import RECORDS
from tests.builders import a_town, a_viewer
from tests.schema.contract_of_records import is_connection
from tests.schema.toys import ask

COMMITTED = Path("schema/schema.graphql")
CORE = core(schema)


def leaves(type_: GraphQLObjectType, deeper: int = 1) -> str:
    """Everything below a type that needs no arguments, to-one relations one step deep."""
    parts = []
    for name, field in type_.fields.items():
        named = get_named_type(field.type)
        if any(isinstance(a.type, GraphQLNonNull) for a in field.args.values()):
            continue
        if not isinstance(named, GraphQLObjectType):
            parts.append(name)
        elif named.name.endswith("Connection"):
            if deeper:
                parts.append(
                    f"{name}(first: 2) {{ edges {{ cursor node {{ id }} }} totalCount {{ count }} }}"
                )
        elif deeper:
            parts.append(f"{name} {{ {leaves(named, deeper - 1)} }}")
    return " ".join(parts)


def roots() -> list[str]:
    query = CORE.query_type
    assert query is not None
    return [n for n, f in query.fields.items() if is_connection(f)]


def a_page_of(root: str, size: int, total: str = "") -> str:
    assert CORE.query_type is not None
    connection: Any = get_named_type(CORE.query_type.fields[root].type)
    node: Any = get_named_type(get_named_type(connection.fields["edges"].type).fields["node"].type)  # type: ignore[union-attr]
    return f"{{ {root}(first: {size}) {{ {total} edges {{ cursor node {{ {leaves(node)} }} }} }} }}"


def test_the_schema_is_the_committed_one() -> None:
    assert schema.as_str() + "\n" == COMMITTED.read_text(), "run: python -m schema"


@pytest.mark.parametrize("root", roots())
async def test_every_root_takes_the_compiled_path(town: str, root: str) -> None:
    viewer = await _somebody()
    again, compiled = taken["again"], taken["compiled"]
    answer = await ask(
        door, viewer, a_page_of(root, 5, "totalCount { count isExact } pageInfo { hasNextPage }")
    )
    assert "errors" not in answer, answer["errors"]
    assert (taken["again"] - again, taken["compiled"] - compiled) == (0, 1)


async def _somebody() -> Viewer:
    made = await a_town()
    return await a_viewer("coordinator", made.township)


def test_every_type_with_an_id_shows_a_record() -> None:
    for type_ in CORE.type_map.values():
        if isinstance(type_, GraphQLObjectType) and any(i.name == "Node" for i in type_.interfaces):
            assert type_.name in RECORDS
