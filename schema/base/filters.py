"""What callers look for: each part of a filter says what it takes and which rows it leaves.

A part that is left out, or null, asks for nothing; a list means any of what it names, and an empty one matches nothing.
What no row can have (a word of no enum, a place that is not there, a day that is none) is refused, never answered empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET
from tortoise.expressions import Q, Subquery

from models.base.clock import end_of
from models.base.identities import code_of
from models.base.refusals import NotFound
from models.base.text import NO_TEXT
from models.base.traces import with_any
from models.base.viewer import NOTHING, Viewer, subtree
from models.units import Unit
from schema.base.enums import code_in
from schema.base.fetch import padded
from schema.base.nodes import located
from schema.base.payloads import said_in
from schema.base.references import REFERENCES

Rows = Any


@dataclass(frozen=True)
class Part:
    """One thing to look for: its type, what it means, and the rows that are left of these by a value."""

    kind: Any
    words: str
    narrow: Callable[[Rows, Any], Rows]


@strawberry.input(description="Days, both of them included; either may be left out.")
class DateRange:
    since: date | None = strawberry.field(default=UNSET, description="The first day.")
    until: date | None = strawberry.field(default=UNSET, description="The last day.")


def filter_of(
    name: str, description: str, whole: Callable[[Rows, Mapping[str, Any]], Rows] | None = None, **parts: Part
) -> Any:
    """The input type of a filter; `whole` leaves the rows by all parts together, where they hang together."""
    body: dict[str, Any] = {"__annotations__": {key: part.kind | None for key, part in parts.items()}}
    body |= {key: strawberry.field(default=UNSET, description=part.words) for key, part in parts.items()}
    made: Any = type(name, (), body | {"parts": parts, "whole": staticmethod(whole or _each(parts))})
    return strawberry.input(made, description=description)


def _each(parts: Mapping[str, Part]) -> Callable[[Rows, Mapping[str, Any]], Rows]:
    def leave(rows: Rows, told: Mapping[str, Any]) -> Rows:
        for key, value in told.items():
            rows = parts[key].narrow(rows, value)
        return rows

    return leave


async def narrowing(viewer: Viewer, filter: Any) -> Callable[[Rows], Rows]:
    """What the filter leaves of rows, once it is known which places it names; raises NotFound for one that is nowhere."""
    told = {
        key: await _read(viewer, key, value) for key, value in said_in(filter).items() if value is not None
    }
    return lambda rows: filter.whole(rows, told)


async def _read(viewer: Viewer, key: str, value: Any) -> Any:
    if isinstance(value, REFERENCES[Unit].shown):
        try:
            return await located(viewer, Unit, value)
        except NotFound as no:
            raise NotFound(no.reason, field=key) from None
    return [code_in(one) for one in value] if isinstance(value, list) else code_in(value)


def text(among: Callable[..., Any], words: str) -> Part:
    """Words to look for, by the filter of the model; what no database can hold is nowhere."""
    return Part(
        str,
        words,
        lambda rows, value: rows.filter(NOTHING) if NO_TEXT.search(value) else among(text=value).among(rows),
    )


def any_of(column: str, codes: type[Enum], words: str) -> Part:
    """Rows whose column has any of these codes."""
    return Part(list[codes], words, lambda rows, values: _in(rows, column, values))  # type: ignore[valid-type]


def any_code(column: str, words: str) -> Part:
    """The same for published codes, which are data."""
    return Part(
        list[str], words, lambda rows, values: _in(rows, column, [code_of(v).upper() for v in values])
    )


def _in(rows: Rows, column: str, values: list[Any]) -> Rows:
    held = [value for value in values if not NO_TEXT.search(value)]
    return with_any(rows, column, padded(held)) if held else rows.filter(NOTHING)


def only(among: Callable[[], Any], words: str) -> Part:
    """True: only the rows that a filter of the model leaves; false: only the others."""

    def leave(rows: Rows, value: bool) -> Rows:
        if value:
            return among().among(rows)
        some = among().among(rows.model.all())
        return rows.filter(~Q(id__in=Subquery(some.values("id"))))

    return Part(bool, words, leave)


def below(path: str, words: str) -> Part:
    """Rows whose path lies at or below a place."""
    return Part(REFERENCES[Unit].shown, words, lambda rows, unit: rows.filter(subtree(path, unit.path)))


EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
"""What lies beyond is in no row."""


def days(column: str, words: str, of_moments: bool = False) -> Part:
    """Rows whose day, or the day in town of whose moment, lies in a range."""

    def leave(rows: Rows, value: DateRange) -> Rows:
        since, until = value.since or EARLIEST, value.until or LATEST
        if since > LATEST or until < EARLIEST:
            return rows.filter(NOTHING)
        first, last = max(since, EARLIEST), min(until, LATEST)
        if of_moments:
            return rows.filter(
                **{f"{column}__gt": end_of(first - timedelta(days=1)), f"{column}__lte": end_of(last)}
            )
        return rows.filter(**{f"{column}__gte": first, f"{column}__lte": last})

    return Part(DateRange, words, leave)
