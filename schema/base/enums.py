"""Closed lists of words as enums, made from the very dictionaries that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, cast

import strawberry

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


def code_in(value: Any) -> Any:
    """What a caller has said by an enum, as it is stored."""
    return value.value if isinstance(value, Enum) else value
