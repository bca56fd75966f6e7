"""What callers look for: each part of a filter says what it takes and which rows it leaves.

A part that is left out, or null, asks for nothing; a list means any of what it names, and an empty one matches nothing.
What no row can have (a word of no enum, a place that is not there, a day that is none) is refused, never answered empty.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import strawberry
from strawberry import ID, UNSET
from strawberry.utils.str_converters import to_camel_case
from tortoise.expressions import Q, Subquery

from models.base.clock import end_of
from models.base.error_codes import ErrorCode
from models.base.identities import code_of
from models.base.records import Record
from models.base.refusals import NotFound
from models.base.text import NO_TEXT
from models.base.traces import with_any
from models.base.viewer import NOTHING, Viewer, subtree
from models.units import Unit
from schema.base.enums import code_in
from schema.base.errors import BadInput
from schema.base.nodes import located_all, number_in
from schema.base.payloads import said_in
from schema.base.references import REFERENCES
from schema.base.statements import padded

Rows = Any


Path = tuple[str, ...]
"""Where in the arguments a part stands, as callers write it."""
Reading = Callable[[Viewer, Any, Path], Awaitable[Any]]
"""From what a caller has said to what `narrow` takes; raises BadInput for what no row can have."""


async def _as_said(viewer: Viewer, value: Any, path: Path) -> Any:
    """Codes as they are stored, and the places that are named: by as many statements for several as for one."""
    named = value if isinstance(value, list) else [value]
    if not isinstance(next(iter(named), None), REFERENCES[Unit].shown):
        return [code_in(one) for one in value] if isinstance(value, list) else code_in(value)
    try:
        found = await located_all(viewer, Unit, named)
    except NotFound as no:
        raise nowhere(no.reason, await _to_the_missing(viewer, named, path)) from None
    return found if isinstance(value, list) else found[0]


async def _to_the_missing(viewer: Viewer, named: list[Any], path: Path) -> Path:
    """Which of several places it is that the viewer does not know of."""
    if len(named) == 1:
        return path
    numbers = await REFERENCES[Unit].numbers(viewer, named)
    known = {one.pk for one in await Unit.visible_to(viewer).filter(id__in=padded(sorted(set(numbers))))}
    return (*path, str(next(at for at, number in enumerate(numbers) if number not in known)))


@dataclass(frozen=True)
class Part:
    """One thing to look for: its type, what it means, and the rows that are left of these by a value."""

    kind: Any
    words: str
    narrow: Callable[[Rows, Any], Rows]
    read: Reading = _as_said
    is_scoped: bool = False
    """Whether it looks at other records than the rows' own, and at those alone that the viewer may know of."""
    column: str = ""
    """The column it looks at, where it is one: by path, so that it is known which relation it follows."""
    condition: Callable[[], Q] | None = None
    """What must hold of a row, where it is yes or no."""


def nowhere(reason: str, path: Path) -> BadInput:
    """What is said of a value that nothing has which the viewer may know of."""
    return BadInput(reason, path[1], path, ErrorCode.NOT_FOUND)


@strawberry.input(description="Days, both of them included; either may be left out.")
class DateRange:
    since: date | None = strawberry.field(default=UNSET, description="The first day.")
    until: date | None = strawberry.field(default=UNSET, description="The last day.")


@strawberry.input(description="Instants from `since` until just before `before`; either may be left out.")
class DateTimeRange:
    since: datetime | None = strawberry.field(default=UNSET, description="The first instant.")
    before: datetime | None = strawberry.field(default=UNSET, description="The first instant after it.")


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
    """What the filter leaves of rows, once it is known what it names; raises BadInput for what is nowhere."""
    told = {
        key: await filter.parts[key].read(viewer, value, ("filter", to_camel_case(key)))
        for key, value in said_in(filter).items()
        if value is not None
    }
    return lambda rows: filter.whole(rows, told)


def text(among: Callable[..., Any], words: str) -> Part:
    """Words to look for, by the filter of the model; what no database can hold is nowhere."""
    return Part(
        str,
        words,
        lambda rows, value: rows.filter(NOTHING) if NO_TEXT.search(value) else among(text=value).among(rows),
    )


def any_of(column: str, codes: type[Enum], words: str) -> Part:
    """Rows whose column has any of these codes."""
    kind: Any = list[codes]  # type: ignore[valid-type]
    return Part(kind, words, lambda rows, values: _in(rows, column, values), column=column)


def any_number(column: str, words: str) -> Part:
    """Rows whose column holds any of these numbers."""
    return Part(list[int], words, lambda rows, values: _among(rows, column, values), column=column)


def any_row(column: str, record: type[Record], words: str) -> Part:
    """Rows that belong to any of these records, each by its id: of one that the viewer may not know of it is said."""

    async def read(viewer: Viewer, ids: list[ID], path: Path) -> list[int]:
        numbers = [number_in(one, record) for one in ids]
        there = record.visible_to(viewer).filter(id__in=padded(sorted(set(numbers))))
        known = {int(str(one)) for one in await there.values_list("id", flat=True)} if numbers else set()
        for at, number in enumerate(numbers):
            if number not in known:
                raise nowhere(f"没有找到这个{record.called}。", (*path, str(at)))
        return numbers

    return Part(list[ID], words, lambda rows, numbers: _among(rows, column, numbers), read, column=column)


def any_code(column: str, words: str, *known: tuple[type[Record], str]) -> Part:
    """The same for published codes, which are data: each must be one that the viewer knows of, in one of these columns."""

    async def read(viewer: Viewer, values: list[str], path: Path) -> list[str]:
        spelt = [_spellings(code_of(value)) for value in values]
        found: set[str] = set()
        for record, held in known:
            missing = {one for each in spelt if not found.intersection(each) for one in each}
            if missing:
                there = record.visible_to(viewer).filter(**{f"{held}__in": padded(sorted(missing))})
                found |= {str(code) for code in await there.distinct().values_list(held, flat=True)}
        for at, each in enumerate(spelt):
            if not found.intersection(each):
                raise nowhere(f"没有“{values[at][:40]}”这个编码。", (*path, str(at)))
        return [next(one for one in each if one in found) for each in spelt]

    return Part(list[str], words, lambda rows, values: _in(rows, column, values), read, column=column)


def _spellings(code: str) -> tuple[str, ...]:
    """As it was said, and in capitals, which most codes have and few people type."""
    return () if NO_TEXT.search(code) else (code, code.upper())


def related(
    kind: Any, record: type[Record], points_by: str, narrow: Callable[[Rows, Any], Rows], words: str
) -> Part:
    """Rows to which others point that the viewer may know of, and that `narrow` leaves of those.

    What the viewer may not know of decides nothing: a filter tells no more than the list of those others would.
    """

    async def read(viewer: Viewer, value: Any, path: Path) -> Q | None:
        told = await _as_said(viewer, value, path)
        if told is False:
            return ~await _pointed_at(viewer, True)
        return await _pointed_at(viewer, told)

    async def _pointed_at(viewer: Viewer, told: Any) -> Q:
        there = narrow(record.visible_to(viewer), told).values(points_by)
        return Q(id__in=Subquery(there))

    return Part(kind, words, lambda rows, among: rows.filter(among), read, is_scoped=True)


def _in(rows: Rows, column: str, values: list[Any]) -> Rows:
    held = [value for value in values if not NO_TEXT.search(value)]
    return with_any(rows, column, padded(held)) if held else rows.filter(NOTHING)


def _among(rows: Rows, column: str, numbers: list[int]) -> Rows:
    return rows.filter(**{f"{column}__in": padded(numbers)}) if numbers else rows.filter(NOTHING)


def either(true: Q | Callable[[], Q], words: str) -> Part:
    """True: only the rows of which this holds; false: only the others.

    It is said of the row itself: "none of those that…" would look for all of them, of whomever they are.
    """

    def holds() -> Q:
        return true() if callable(true) else true

    def leave(rows: Rows, value: bool) -> Rows:
        return rows.filter(holds()) if value else rows.filter(~holds())

    return Part(bool, words, leave, condition=holds)


def any_unit(column: str, words: str) -> Part:
    """Rows that belong to just one of these units."""
    return Part(
        list[REFERENCES[Unit].shown],  # type: ignore[misc]
        words,
        lambda rows, units: _among(rows, column, [one.pk for one in units]),
        column=column,
    )


def below(path: str, words: str) -> Part:
    """Rows whose path lies at or below a place."""
    return Part(
        REFERENCES[Unit].shown, words, lambda rows, unit: rows.filter(subtree(path, unit.path)), column=path
    )


EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
"""What lies beyond is in no row."""


async def _forwards(viewer: Viewer, value: Any, path: Path) -> Any:
    """A range whose end does not lie before its beginning: such a one is a slip, and no row would ever be found."""
    end = value.until if isinstance(value, DateRange) else value.before
    if value.since and end and end < value.since:
        raise BadInput("范围写反了：起始不能晚于截止。", path[1], path)
    return value


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

    return Part(DateRange, words, leave, _forwards, column=column)


def moments(column: str, words: str) -> Part:
    """Rows whose moment lies in a range; those that have none lie in none."""

    def leave(rows: Rows, value: DateTimeRange) -> Rows:
        first, last = _moment(EARLIEST), _moment(LATEST)
        since, before = value.since or first, value.before or last
        if since >= last or before <= first:
            return rows.filter(NOTHING)
        return rows.filter(**{f"{column}__gte": max(since, first), f"{column}__lt": min(before, last)})

    return Part(DateTimeRange, words, leave, _forwards, column=column)


def _moment(day: date) -> datetime:
    return end_of(day)
