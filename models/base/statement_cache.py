"""SQL text, written once for each shape of query, and then only bound to new values.

Writing a statement costs Tortoise many times what running it costs, and a page asks the same ones all day. What a record's
query set (`query_sets`) awaits is looked up by its shape, which is everything its text
depends on, and only its values are new. A query of a shape we do not understand is written afresh each time, as ever.

A shape met for the second time is written with marked values, which tell what goes where; a third is only looked up.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from tortoise.filters import escape_like
from tortoise.queryset import QuerySet

from models.base.query_shapes import LIFTED, Unknown, shape_of, with_values
from models.base.traces import bare

REMEMBERED = 2_000
"""Statements; those unasked for longest make room for new ones."""
LONGEST_HELD = 100
"""Signs of a value that waits with its shape until this is met a second time."""


class Slot(NamedTuple):
    """Where a value of the query goes: which one, and the signs put around it."""

    number: int
    before: str = ""
    after: str = ""

    def filled(self, values: list[Any]) -> Any:
        value = values[self.number]
        return f"{self.before}{escape_like(value)}{self.after}" if self.before or self.after else value


class Constant(NamedTuple):
    """What is bound whatever is asked, as a limit is."""

    value: Any

    def filled(self, values: list[Any]) -> Any:
        return self.value


@dataclass(slots=True)
class Text:
    """The text of one shape, and what Tortoise reads its rows by."""

    sql: str
    joined: list[Any] | None
    """Which columns belong to which joined record."""
    readers: dict[str, Any]
    """Of figures worked out by the database, the fields that read them."""


@dataclass(slots=True)
class Seen(Text):
    """A shape that was asked once: what it was asked with, and what was bound then."""

    values: list[Any]
    told: list[Any]

    def bound(self, values: list[Any]) -> list[Any]:
        return self.told


@dataclass(slots=True)
class Statement(Text):
    """A shape that was asked before, with what goes to each of its places."""

    places: tuple[Slot | Constant, ...]

    def bound(self, values: list[Any]) -> list[Any]:
        return [place.filled(values) for place in self.places]


class Never(Enum):
    """What stands for a shape whose places were not found."""

    LEARNT = auto()


@dataclass(slots=True)
class Bound:
    """A statement with the values of this query, as the executor asks a query for it."""

    sql: str
    values: list[Any]

    def get_parameterized_sql(self) -> tuple[str, list[Any]]:
        return self.sql, self.values


_known: OrderedDict[Any, Statement | Seen | Never] = OrderedDict()


class Frame(Protocol):
    """Something around a statement whose columns are called 0, 1, 2 …"""

    def around(self, sql: str) -> str:
        """The whole statement."""
        ...


async def run(rows: QuerySet[Any], columns: tuple[str, ...], frame: Frame | None = None) -> list[Any]:
    """The rows of a query as plain tuples of these columns, straight from the driver."""
    return await fetched(bare(rows).values_list(*columns), frame)


async def fetched(query: Any, frame: Frame | None = None) -> list[Any]:
    """What the driver gives for a query, before Tortoise makes Python values of it."""
    sql, values = statement_of(query)
    return list((await query._db.execute_query(frame.around(sql) if frame else sql, values))[1])


def statement_of(query: Any) -> tuple[str, list[Any]]:
    """What a query asks the database, and with which values."""
    query._db = query._db or query._choose_db()
    prepare(query)
    sql, values = query.query.get_parameterized_sql()
    return sql, list(values)


def prepare(query: Any) -> None:
    """Give the query its statement: a remembered one with its own values, or one written now."""
    values: list[Any] = []
    try:
        key = (query._db.capabilities.dialect, shape_of(query, values))
        known = _known.get(key)
    except (Unknown, TypeError):  # TypeError: something in it that cannot be looked up
        return query._make_query()  # type: ignore[no-any-return]
    # What somebody typed into a search would lie in memory until its shape is met again, perhaps never.
    if known is None and _is_too_long(values):
        return query._make_query()  # type: ignore[no-any-return]
    if known is None:
        known = _known[key] = _written(query, values)
        if len(_known) > REMEMBERED:
            _known.popitem(last=False)
    # Only the second asking pays for learning: most shapes of a random visitor are met once.
    elif isinstance(known, Seen):
        known = _known[key] = _learnt(query, known)
    # Least recently asked goes first: a crawler that meets many shapes once must not push out those of every day.
    _known.move_to_end(key)
    if isinstance(known, Never):
        return query._make_query()  # type: ignore[no-any-return]
    query.query = Bound(known.sql, known.bound(values))
    # What writing the statement would have left on the query, and reading its rows needs.
    if known.joined is not None:
        query._select_related_idx = known.joined
    for name, field in known.readers.items():
        query._annotations[name].field_object = field


def _is_too_long(values: list[Any]) -> bool:
    """Whether somebody's words are not to be held until the shape is met again; the paths of many posts are none (`Tops`)."""
    return any(type(value) is str and len(value) > LONGEST_HELD for value in values)


def _written(query: Any, values: list[Any]) -> Seen:
    """The query with these values in the places of its own, written."""
    other = with_values(query, iter(values))
    other._make_query()
    sql, bound = other.query.get_parameterized_sql()
    fields = {name: getattr(other._annotations[name], "field_object", None) for name in query._annotations}
    readers = {name: field for name, field in fields.items() if field is not None}
    return Seen(sql, getattr(other, "_select_related_idx", None), readers, values, list(bound))


def _learnt(query: Any, seen: Seen) -> Statement | Never:
    """Find which value goes to which place, by writing the query once more with marked values."""
    marks = {_mark(value, number): number for number, value in enumerate(seen.values)}
    try:
        marked = _written(query, list(marks))
    except Exception:
        # A mark that a column refuses only means that this query is written afresh each time.
        return Never.LEARNT
    places = tuple(_place(marks, value) for value in marked.told)
    told = [place.filled(seen.values) for place in places]
    if {place.number for place in places if isinstance(place, Slot)} != set(range(len(seen.values))):
        # A column made something else of a value, as of 1 a true: it would be taken for the same in every query.
        return Never.LEARNT
    # The text depends on the values, or something else was bound: such a shape is no template for others.
    if (marked.sql, told) != (seen.sql, seen.told):
        return Never.LEARNT
    return Statement(seen.sql, seen.joined, seen.readers, places)


def _place(marks: dict[Any, int], value: Any) -> Slot | Constant:
    # What is equal is not always of one type, as Decimal(7) and 7: only the types that were marked are looked up.
    if type(value) not in LIFTED:
        return Constant(value)
    if value in marks:
        return Slot(marks[value])
    core = value.strip("%") if type(value) is str else None
    if core not in marks:
        return Constant(value)
    before, _, after = value.partition(core)
    return Slot(marks[core], before, after)


_A_MOMENT, _A_DAY = datetime(2999, 1, 1, tzinfo=UTC), date(2999, 1, 1)


def _mark(value: Any, number: int) -> Any:
    if type(value) is int:
        # Large enough to be no value of ours, small enough for every integer column of PostgreSQL.
        return 1_900_000_000 + number
    if isinstance(value, str):
        # A private sign of Unicode, which no statement has in its own text.
        return f"\ue000{number}"
    return (
        _A_MOMENT + timedelta(microseconds=number) if type(value) is datetime else _A_DAY + timedelta(number)
    )
