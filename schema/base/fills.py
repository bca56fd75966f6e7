"""How a GraphQL field of a record is filled: from a column, a relation, columns, a rule, or a later statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import strawberry

from models.base.commands import Command
from models.base.records import Record
from models.base.signatures import void_words
from models.base.versions import versions_of
from models.base.viewer import Viewer
from schema.base.orders import Orders


@dataclass(frozen=True)
class Computed:
    """A value made from columns of the row; the columns are named, so that the selection asks for them."""

    make: Callable[..., Any]
    columns: tuple[str, ...]
    knows_type: bool = False
    """Whether `make` takes the GraphQL type's name before the columns."""


@dataclass(frozen=True)
class Judged:
    """Whether the viewer may use a command on the row, by the very rules that would refuse it."""

    command: Command[Any, Any, Any]


@dataclass(frozen=True)
class Many:
    """Rows that point to this one, as a connection of their own."""

    record: type[Record]
    points_by: str
    """The column of those rows that holds this row's number."""
    order: tuple[str, ...] = ("id",)
    only: Mapping[str, Any] = field(default_factory=dict)
    orders: Orders | None = None
    """What callers may sort by."""
    named: str = ""
    """Which of these it is; none where nothing was asked for."""

    def sorted_as(self, told: Any) -> Many:
        """The same in the order that was asked for."""
        if told is None or self.orders is None:
            return self
        order = self.orders.asked(told)
        return replace(self, order=order.columns, named=order.name)


@dataclass(frozen=True)
class Later:
    """A plain value that a fixed number of further statements brings for all rows at once."""

    load: Callable[[Viewer, list[Any]], Awaitable[Mapping[int, Any]]]
    """From the viewer and the rows, loaded with what their rules look at, to the value by number; a missing one is null."""


Fill = Computed | Judged | Many | Later


def later(
    load: Callable[[Viewer, list[Any]], Awaitable[Mapping[int, Any]]],
    description: str,
    graphql_type: Any = None,
    name: str | None = None,
) -> Any:
    """A field that `load` brings for all rows of the answer at once."""
    fill = {"fill": Later(load)}
    return strawberry.field(metadata=fill, description=description, graphql_type=graphql_type, name=name)


def computed(
    make: Callable[..., Any],
    *columns: str,
    description: str | None = None,
    codes: type[Enum] | None = None,
    name: str | None = None,
    graphql_type: Any = None,
) -> Any:
    """A field whose value `make` computes from columns of the row: one of an enum's where `codes` names it."""
    return strawberry.field(
        metadata={"fill": Computed(make, columns)},
        description=description,
        graphql_type=codes or graphql_type,
        name=name,
    )


def column(name: str, description: str | None = None) -> Any:
    """A field that shows a column under another name."""
    return computed(_same, name, description=description)


def versioned() -> Any:
    """The token that an update names as `seen`, to be told what others changed in the meantime."""
    words = "The version of all that is shown here: given as `seenVersion`, an act upon something newer is refused."
    return later(_versions, words)


def void_signatures() -> Any:
    """What is to be told of words on the row that no longer hold."""
    words = "Signatures that were given upon something else than what stands here now: whose, when, and what moved."
    return later(void_words, words)


async def _versions(viewer: Viewer, rows: list[Any]) -> Mapping[int, str]:
    return await versions_of(rows)


def _same(value: Any) -> Any:
    return value


def created_at() -> Any:
    """The column that says when the row came to be, as every type calls it."""
    return strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")


def created_by() -> Any:
    """The post that made the row, as every type calls it."""
    return strawberry.field(name="createdBy", description="Who made it, where the viewer may know.")


def may(command: Command[Any, Any, Any]) -> Any:
    """Whether the viewer may use this command on the row now."""
    words = f"Whether the viewer may use {command.name} here now, by the very rules that would refuse it."
    return strawberry.field(metadata={"fill": Judged(command)}, description=words)
