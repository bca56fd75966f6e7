"""Every mutation, through the real door, for people who may not use it: a typed refusal in Chinese, never an error."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLUnionType, get_named_type

from models.base.events import Event
from models.base.viewer import ANONYMOUS
from schema import door, schema
from schema.base.build import core
from schema.base.nodes import global_id
from tests.builders import a_list, a_town, a_viewer
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio

CORE = core(schema)
assert CORE.mutation_type is not None
MUTATIONS = CORE.mutation_type.fields
PLAIN = {
    "String": '"x"',
    "Int": "1",
    "Boolean": "true",
    "Date": '"2027-01-04"',
    "DateTime": '"2027-01-04T09:00:00Z"',
    "Decimal": '"1"',
}


def call(name: str, unit: int) -> str:
    """The mutation with something of the right shape for each argument that must be given."""
    given = []
    for argument, of in MUTATIONS[name].args.items():
        if isinstance(of.type, GraphQLNonNull):
            given.append(f"{argument}: {_value(of.type.of_type, unit)}")
    return f"mutation {{ {name}({', '.join(given)}) {{ __typename ... on Refusal {{ code reason }} }} }}"


def _value(kind: Any, unit: int) -> str:
    if isinstance(kind, GraphQLList):
        return "[]"
    name = get_named_type(kind).name
    return f'"{global_id("Unit", unit)}"' if name == "ID" else PLAIN[name]


@pytest.mark.parametrize("name", MUTATIONS)
async def test_whoever_may_not_reads_why(town: str, name: str) -> None:
    place = await a_town()
    await a_list(place.city)
    before = await Event.all().count()
    for viewer in (ANONYMOUS, await a_viewer("observer", place.county)):
        for unit in (place.village.pk, 10**9):
            answer = await ask(door, viewer, call(name, unit))
            assert "errors" not in answer, answer
            said = answer["data"][name]
            assert said["__typename"] == "Refusal" and said["code"], (name, said)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in said["reason"])
    assert await Event.all().count() == before


def test_every_mutation_answers_with_what_it_made_or_a_refusal_and_takes_a_key() -> None:
    for name, field in MUTATIONS.items():
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLUnionType) and "Refusal" in {one.name for one in kind.types}, name
        assert "key" in field.args, name
