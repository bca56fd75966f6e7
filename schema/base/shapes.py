"""What a plan knows of a selection: its statements, and how each selected field is filled from their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType

from models.base.records import Record
from schema.base.fills import Judged, Later, Many
from schema.base.readers import field_at, reader_for


@dataclass(slots=True)
class Cell:
    """One selected field of a row; `key` is its name in the response, `name` the field's own."""

    key: str
    name: str
    type: GraphQLOutputType
    what: TypeName | Plain | Made | Laid | Joined | Followed


@dataclass(frozen=True, slots=True)
class TypeName:
    name: str


@dataclass(frozen=True, slots=True)
class Plain:
    at: int


@dataclass(frozen=True, slots=True)
class Made:
    make: Any
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A list of plain objects made from columns, each a dictionary by our own names; no further statement fills them."""

    make: Any
    at: tuple[int, ...]
    parts: tuple[tuple[str, str, GraphQLOutputType], ...]
    """Of each selected part the key in the response, its own name and its type; a name of "" is the type's."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A target read by a join of the same statement; `at` holds its number, null where there is none."""

    at: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Followed:
    """Something a later statement brings for all rows at once, found under the value of column `at`."""

    slot: int
    at: int
    fill: Many | Judged | Later | None
    source: Source | None
    page: PageShape | None = None
    field: GraphQLField | None = None
    node: FieldNode | None = None


@dataclass(slots=True)
class Shape:
    type: GraphQLObjectType
    cells: list[Cell]


@dataclass(slots=True)
class Source:
    """One statement: the columns of a record, how to read them, and the statements that follow."""

    record: type[Record]
    columns: list[str] = field(default_factory=list)
    readers: dict[int, Any] = field(default_factory=dict)
    veils: dict[tuple[type[Record], int], dict[int, str]] = field(default_factory=dict)
    """Which columns tell of reading, by the record and the column with the number of its row."""
    follows: list[Followed] = field(default_factory=list)
    shape: Shape | None = None

    def column(self, path: str, model: type[Any], name: str, dialect: str) -> int:
        """The position of a column, asked for once however often it is selected."""
        if path not in self.columns:
            self.columns.append(path)
            reader = reader_for(field_at(model, name), dialect)
            if reader is not None:
                self.readers[len(self.columns) - 1] = reader
        return self.columns.index(path)


@dataclass(slots=True)
class PageShape:
    """The selected parts of a connection; parts of edges keep their order in the response."""

    type: GraphQLObjectType
    order: tuple[int, ...]
    parts: list[tuple[str, str, Any]]
    counts: bool = False
