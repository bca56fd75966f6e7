"""Records made of rows: how, is worked out once for each kind and its columns, and every row then only fills one.

Tortoise looks up every column of every row by its name, several times; of a page that is a quarter of its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tortoise.backends.base.executor import BaseExecutor
from tortoise.models import Model

ROWS_AT_ONCE = 500
"""After so many rows others get their turn."""


class Joined(NamedTuple):
    """A record that comes in the same row: its columns, where it belongs, and how it is made."""

    begins: int
    ends: int
    of: tuple[Any, ...]
    attribute: str
    path: tuple[Any, ...]
    make: Callable[[Sequence[Any]], Any]
    key: int | None
    """Where in the row the number stands by which it is known; None where it was not asked for."""
    met: dict[Any, Any]
    """Those of this reading: a township that stands in every row of a page is made once, and all rows lead to it."""

    def of_row(self, row: Sequence[Any]) -> Any:
        """The record in this row, or None where the relation leads nowhere."""
        if self.key is None:
            told = row[self.begins : self.ends]
            # Without columns of its own it is there only to hold what hangs on it.
            return self.make(told) if any(told) or self.begins == self.ends else None
        number = row[self.key]
        if number is None:
            return None
        one = self.met.get(number)
        if one is None:
            one = self.met[number] = self.make(row[self.begins : self.ends])
        return one


class Making(BaseExecutor):
    """An executor that makes records so."""

    async def execute_select(
        self, sql: str, values: list[Any] | None = None, custom_fields: list[str] | None = None
    ) -> list[Any]:
        rows = (await self.db.execute_query(sql, values))[1]
        found: list[Any] = []
        if rows:
            make = self._maker(tuple(rows[0].keys()))
            for begin in range(0, len(rows), ROWS_AT_ONCE):
                if begin:
                    await asyncio.sleep(0)
                found += [make(tuple(row)) for row in rows[begin : begin + ROWS_AT_ONCE]]
        for name in custom_fields or ():
            for row, one in zip(rows, found, strict=True):
                one.__dict__[name] = row[name]
        await self._execute_prefetch_queries(found)
        return found

    def _maker(self, columns: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
        dialect = self.db.capabilities.dialect
        if not self.select_related_idx:
            return maker_of(self.model, columns, dialect)
        # Two relations that begin alike bring what they share twice, and it is counted once.
        once = tuple(dict.fromkeys(columns))
        make = _with_joined(self.model, once, self.select_related_idx, dialect)
        if once == columns:
            return make
        places = [columns.index(name) for name in once]
        return lambda row: make([row[at] for at in places])


def _with_joined(
    model: type[Model], columns: tuple[str, ...], parts: Sequence[Any], dialect: str
) -> Callable[[Sequence[Any]], Any]:
    """Records with those they are joined to, as the query says which columns belong to whom."""
    (_, own, _, _, root), joined, at = parts[0], [], parts[0][1]
    for kind, many, *_, path in parts[1:]:
        names = tuple(name.split(".", 1)[1] for name in columns[at : at + many])
        *of, attribute = path
        own_key = kind._meta.db_pk_column
        key = at + names.index(own_key) if own_key in names else None
        make = maker_of(kind, names, dialect)
        joined.append(Joined(at, at + many, tuple(of), f"_{attribute}", tuple(path), make, key, {}))
        at += many
    first = maker_of(model, columns[:own], dialect)

    def made(row: Sequence[Any]) -> Any:
        one = first(row[:own])
        known: dict[tuple[Any, ...], Any] = {tuple(root): one}
        for part in joined:
            beside = part.of_row(row)
            if (holder := known.get(part.of)) is not None:
                holder.__dict__[part.attribute] = beside
            if beside is not None:
                known[part.path] = beside
        return one

    return made


@lru_cache(4_096)
def maker_of(model: type[Model], columns: tuple[str, ...], dialect: str) -> Callable[[Sequence[Any]], Any]:
    """What makes a record of the values of these columns, in this order: a whole one, or one that knows only these.

    What has to be read of a value hangs on the database: one gives yes and no, the other 1 and 0.
    """
    meta = model._meta
    told: dict[str, Callable[[Any], Any] | None] = {key: None for key, *_ in meta.db_native_fields}
    told |= {key: _of_its_type(field) for key, _, field in meta.db_default_fields}
    told |= {key: field.to_python_value for key, _, field in meta.db_complex_fields}
    kept = [(at, key) for at, key in enumerate(columns) if key in told or key in meta.fields_map]
    names = [meta.fields_db_projection_reverse.get(key, key) for _, key in kept]
    places = [at for at, _ in kept]
    read = [(name, at, told[key]) for name, (at, key) in zip(names, kept, strict=True) if told.get(key)]
    partial = not told.keys() <= set(columns)
    generated = meta.db_pk_column not in meta.generated_db_fields
    whole = places == list(range(len(columns)))

    def made(values: Sequence[Any]) -> Any:
        one = model.__new__(model)
        held = one.__dict__
        held["_partial"], held["_saved_in_db"] = partial, True
        held["_custom_generated_pk"], held["_await_when_save"] = generated, {}
        held.update(zip(names, values if whole else [values[at] for at in places], strict=True))
        for name, at, convert in read:
            held[name] = convert(values[at])  # type: ignore[misc]
        return one

    return made


def _of_its_type(field: Any) -> Callable[[Any], Any]:
    kind = field.field_type
    return lambda value: None if value is None else kind(value)


def tuples_of(
    rows: Sequence[Any], keys: Sequence[str], readers: Sequence[Callable[[Any], Any] | None]
) -> list[tuple[Any, ...]]:
    """Some columns of rows in this order, each read where it has to be."""
    if not rows:
        return []
    columns = list(rows[0].keys())
    places = [columns.index(key) for key in keys]
    read = [(at, convert) for at, convert in enumerate(readers) if convert is not None]
    found = []
    for row in rows:
        told = [row[at] for at in places]
        for at, convert in read:
            told[at] = convert(told[at])
        found.append(tuple(told))
    return found


@lru_cache(1_024)
def comes_ready(model: type[Model], name: str, dialect: str) -> bool:
    """Whether the driver of this database itself gives what this column holds."""
    return any(name == own for _, own, _ in model._meta.db_native_fields)
