"""Relay nodes: opaque typed ids, and the types that show records."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.lazy_type import LazyType

from models.base.last_changes import last_changes
from models.base.records import Record, row_number
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from schema.base.fills import Computed, later
from schema.base.references import REFERENCES

T = TypeVar("T", bound=type)

RECORDS: dict[str, type[Record]] = {}
"""GraphQL type name -> the record it shows."""
SHOWN: dict[str, type] = {}
"""GraphQL type name -> the type."""


class Above(LazyType[Any, Any]):
    """A type that a room further up declares, by its name alone: it is there once all rooms are."""

    def resolve_type(self) -> type[Any]:
        return SHOWN[self.type_name]


def above(name: str) -> Any:
    """The type of this name, for a field of a room that must not know the one above it."""
    return Above(name, "")


class Filled(dict[Any, Any]):
    """A row laid out as plain values for graphql-core, tagged with the type it shows."""

    shows: str


@lru_cache(65_536)
def global_id(type_name: str, pk: int) -> str:
    """The opaque id of a row; URL-safe as it is: letters, a colon and digits never make a plus or a slash."""
    return b2a_base64(f"{type_name}:{pk}".encode(), newline=False).decode()


def id_of(type_name: str, pk: int) -> str | None:
    """The id of what a text names; of what is no type of the API there is none."""
    return global_id(type_name, pk) if type_name in RECORDS else None


def name_shown(record: type[Record], names: Container[str]) -> str:
    """The GraphQL type, among those of one schema, that shows a record."""
    return next(name for name, shown in RECORDS.items() if shown is record and name in names)


def read_global_id(text: str) -> tuple[type[Record], int] | None:
    """The record and row number an id names, or None for anything else."""
    try:
        type_name, _, number = urlsafe_b64decode(text.encode()).decode().partition(":")
    except ValueError:
        return None
    record, pk = RECORDS.get(type_name), row_number(number)
    return (record, pk) if record is not None and pk is not None else None


def number_in(text: str, record: type[Record]) -> int:
    """The row number in an id of this record; 0, which is nobody's, for any other text."""
    named = read_global_id(text)
    return named[1] if named is not None and named[0] is record else 0


async def located(viewer: Viewer, record: type[Record], named: Any) -> Record:
    """The record that is named; foreign, missing, malformed and wrong-type ids are the same NotFound."""
    (number,) = await _numbers(viewer, record, [named])
    return await record.find(viewer, number)


async def located_all(viewer: Viewer, record: type[Record], named: Sequence[Any]) -> list[Record]:
    """The records that are named, in their order and by one statement, however many they are."""
    numbers = await _numbers(viewer, record, named)
    try:
        return list(await record.find_all(viewer, numbers))
    except NotFound as no:
        rows = record.visible_to(viewer).filter(pk__in=sorted(set(numbers)))
        there = {row.pk for row in await rows}
        no.field = str(next((at for at, number in enumerate(numbers) if number not in there), 0))
        raise


async def _numbers(viewer: Viewer, record: type[Record], named: Sequence[Any]) -> list[int]:
    """The row numbers of what is named by ids, or by references where this record has such."""
    if all(isinstance(one, str) for one in named):
        return [number_in(one, record) for one in named]
    return await REFERENCES[record].numbers(viewer, named)


@strawberry.interface(description="Anything that has an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(metadata={"fill": Computed(global_id, ("id",), knows_type=True)})


@strawberry.interface(description="What came to be at one moment, and has changed since.")
class Dated:
    created_at: datetime = strawberry.field(description="「登记时间」 When it came to be.")
    changed_at: datetime = strawberry.field(
        description="When anything last happened to it that the viewer may know of."
    )


def also(shown: type, **fields: Any) -> None:
    """Fields of a type that stand with a later concept: links to what that one holds."""
    definition = cast(Any, shown).__strawberry_definition__
    for name, field in fields.items():
        field.python_name, field.origin = name, shown
        definition.fields.append(field)


def type_for(record: type[Record]) -> Callable[[T], T]:
    """Declare the GraphQL type that shows a record; its description is the record's docstring."""

    def declare(shown: T) -> T:
        name = shown.__name__
        RECORDS[name] = record
        recognise = classmethod(lambda _cls, value, _info: getattr(value, "shows", "") == name)
        setattr(shown, "is_type_of", recognise)  # noqa: B010 - the hook Strawberry looks for
        made = strawberry.type(shown, description=(record.__doc__ or "").strip())
        _date(made)
        SHOWN[name] = made
        return made

    return declare


def _date(shown: type) -> None:
    """Let a type that says when it came to be say when it last changed too."""
    definition = cast(Any, shown).__strawberry_definition__
    made = next((one.python_name for one in definition.fields if one.graphql_name == "createdAt"), None)
    if made is None:
        return

    async def changed(viewer: Viewer, rows: list[Any]) -> Mapping[int, datetime]:
        return {row.pk: getattr(row, made) for row in rows} | await last_changes(viewer, rows)

    words = "When anything last happened to it that the viewer may know of; at first, when it came to be."
    field = later(changed, words, graphql_type=datetime)
    also(shown, changed_at=field)
    definition.interfaces.append(cast(Any, Dated).__strawberry_definition__)
