"""In which orders a connection may be read: each by columns that an index holds in that order, the number last.

A cursor says by which order it was made, since the same row stands elsewhere in another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, cast

import strawberry


@strawberry.enum(description="Which end comes first.")
class Direction(Enum):
    ASC = strawberry.enum_value("ASC", description="The smallest, the earliest first.")
    DESC = strawberry.enum_value("DESC", description="The largest, the latest first.")


class Order(NamedTuple):
    """The columns a list is sorted by, with a minus where the largest comes first; the first order of a list has no name."""

    columns: tuple[str, ...]
    name: str = ""


class By(NamedTuple):
    """One way to sort, as it is declared."""

    column: str
    words: str


@dataclass(frozen=True)
class Orders:
    """The ways in which callers may sort a connection, and the input type by which they say so."""

    shown: type
    columns: Mapping[str, tuple[str, ...]]

    def asked(self, told: Any) -> Order:
        """The order that a caller has asked for."""
        return self.by(told.field.name, told.direction)

    def by(self, field: str, direction: Direction) -> Order:
        """The one by this field, from this end."""
        columns = self.columns[field]
        if direction is Direction.DESC:
            columns = tuple(f"-{one}" for one in columns)
        return Order(columns, f"{field} {direction.name}")


ORDERS: dict[str, Orders] = {}
"""By the name of the input type."""


def order_of(name: str, **ways: By) -> Orders:
    """The input type of an order, and the columns behind it; rows that are equal there stand by their numbers."""
    members = {key: strawberry.enum_value(key, description=one.words) for key, one in ways.items()}
    made: Any = cast(Any, Enum)(f"{name}Field", members)
    field = strawberry.enum(made, description="What to sort by.")
    body: dict[str, Any] = {
        "__annotations__": {"field": field, "direction": Direction},
        "field": strawberry.field(description="What to sort by."),
        "direction": strawberry.field(default=Direction.DESC, description="Which end comes first."),
    }
    shown = strawberry.input(type(name, (), body), description="In which order to read.")
    ORDERS[name] = Orders(shown, {key: tuple(dict.fromkeys((one.column, "id"))) for key, one in ways.items()})
    return ORDERS[name]
