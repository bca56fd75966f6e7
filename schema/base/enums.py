"""Closed lists of words as enums, made from the very dictionaries that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, cast

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
)

from schema.base.fills import Computed
from schema.base.nodes import RECORDS

NOTHING: Mapping[str, str] = MappingProxyType({})


def enum_of(
    name: str, labels: Mapping[str, str], description: str, *, names: Mapping[str, str] = NOTHING
) -> type[Enum]:
    """The stored codes in capitals, or as `names` has them, each with the word that pages show."""
    members = {
        names.get(code, code.upper()): strawberry.enum_value(code, description=f"「{label}」")
        for code, label in labels.items()
        if code
    }
    made: type[Enum] = strawberry.enum(cast(Any, Enum)(name, members), description=description)
    return made


def coded(codes: type[Enum], *, or_none: bool = False, description: str | None = None) -> Any:
    """A column whose stored codes are those of an enum; none of them is null."""
    shown: Any = codes | None if or_none else codes
    return strawberry.field(graphql_type=shown, description=description)


def let_unknown_words_be(schema: GraphQLSchema) -> None:
    """A stored word outside its enum is null, with an error at its field: it costs an answer no more than itself.

    States alone are held to theirs by the database; every other word may come of another release, or of a hand.
    """
    for name, record in RECORDS.items():
        type_ = schema.type_map.get(name)
        if not isinstance(type_, GraphQLObjectType):
            continue
        promised = {key for one in type_.interfaces for key in one.fields}
        for key, field in type_.fields.items():
            column = _word_shown(field) if key not in promised else None
            if column is not None and not (column == "state" and record.states):
                field.type = get_nullable_type(field.type)


def _word_shown(field: GraphQLField) -> str | None:
    """The column whose word a field shows, as a value of an enum or by its label."""
    own = field.extensions["strawberry-definition"]
    fill = (own.metadata or {}).get("fill")
    if fill is None:
        return own.python_name if isinstance(get_named_type(field.type), GraphQLEnumType) else None
    looked_up = isinstance(fill, Computed) and isinstance(getattr(fill.make, "__self__", None), Mapping)
    return fill.columns[0] if looked_up else None


def code_in(value: Any) -> Any:
    """What a caller has said by an enum, as it is stored."""
    return value.value if isinstance(value, Enum) else value
