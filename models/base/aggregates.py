"""What a record says as a whole: its columns, its children, and what is worked out from them, part by part."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, cast

from models.base.canonical import canonical, plain
from models.base.records import Record
from models.base.settings import settings

ALL = "*"
"""Among the columns of a child: each that it has."""
Whole = dict[str, Any]
"""Every part of what a record says, by the name of the column, relation or figure it comes from."""


async def whole_of(row: Record) -> Whole:
    return (await wholes([row]))[row.pk]


async def wholes(rows: Sequence[Record]) -> dict[int, Whole]:
    """What each of these rows of one record says, in as many statements as it has kinds of children and figures."""
    if not rows:
        return {}
    record, told = type(rows[0]), {row.pk: _own(row) for row in rows}
    for relation, columns in record.made_of.items():
        for pk, children in (await _children(record, relation, columns, list(told))).items():
            told[pk][relation] = children
    for name, one in record.works_out.items():
        figures = await one.figure(rows)
        for pk, whole in told.items():
            whole[name] = plain(figures.get(pk))
    return told


def _own(row: Record) -> Whole:
    """Its columns; personal ones veiled, since what they say could be guessed from a digest of few digits."""
    return {n: veiled(v) if n in row.personal else plain(v) for n, v in row.columns().items()}


async def _children(
    record: type[Record], relation: str, columns: tuple[str, ...], pks: list[int]
) -> dict[int, list[Any]]:
    child, upwards = way_up(record, relation)
    asked = [name for column in columns for name in (_of_its_own(child) if column == ALL else [column])]
    told: dict[int, list[Any]] = {pk: [] for pk in pks}
    for pk, *values in await child.filter(**{f"{upwards}__in": pks}).values_list(upwards, *asked):
        told[int(str(pk))].append(plain(values))
    # Sorted by what they say: databases give rows in whatever order, and a digest must not hang on it.
    return {pk: sorted(children, key=canonical) for pk, children in told.items()}


def _of_its_own(child: type[Record]) -> list[str]:
    """Every column of a child but its number, which says nothing, and what is kept out or personal."""
    return sorted(name for name in child.said_columns() if name not in {"id", *child.personal})


def way_up(record: type[Record], relation: str) -> tuple[type[Record], str]:
    """The record at the end of a chain of relations ("discussions__participants"), and its lookup back to the first."""
    back: list[str] = []
    for step in relation.split("__"):
        field: Any = record._meta.fields_map[step]
        back.insert(0, str(field.relation_field))
        record = cast(type[Record], field.related_model)
    return record, "__".join([*(one.removesuffix("_id") for one in back[:-1]), back[-1]])


def digest(value: Any, digits: int = 16) -> str:
    """The same for the same value, on both databases and through both doors."""
    return hashlib.sha256(canonical(plain(value)).encode()).hexdigest()[:digits]


def veiled(value: Any, digits: int = 16) -> str:
    """A digest of what is personal: without the secret of the installation nobody can try guesses against it."""
    told = hmac.new(settings().secret, canonical(plain(value)).encode(), hashlib.sha256)
    return told.hexdigest()[:digits]
