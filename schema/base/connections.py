"""Keyset connections: pages that stay put while rows are added, and cost the same however deep."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

import orjson
import strawberry
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.statement_cache import run
from models.base.text import NO_TEXT
from schema.base.errors import BadInput
from schema.base.readers import field_at
from schema.base.statements import Counted

T = TypeVar("T")
LARGEST_PAGE = 100
LARGEST_COUNT = 1_000
URL_SAFE = bytes.maketrans(b"+/", b"-_")


@strawberry.type(description="Where a page lies among the others.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before these.")
    start_cursor: str | None = strawberry.field(description="Of the first row here: give it as `before`.")
    end_cursor: str | None = strawberry.field(description="Of the last row here: give it as `after`.")


@strawberry.type(description=f"How many there are, counted up to {LARGEST_COUNT}.")
class Total:
    count: int = strawberry.field(description="As many, or that many at least.")
    is_exact: bool = strawberry.field(description="Whether there are no more than were counted.")


@strawberry.type(description="One row of a page, with the cursor to go on from it.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Where the row stands.")
    node: T = strawberry.field(description="The row.")


def _nodes(page: strawberry.Parent[Any]) -> Any:
    return page["nodes"] if isinstance(page, dict) else [edge.node for edge in page.edges]


@strawberry.type(description="One page of a list; ask for `first` or for `last`.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The rows, each with its cursor.")
    nodes: list[T] = strawberry.field(resolver=_nodes, description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where to go on.")
    total_count: Total = strawberry.field(description="How many there are in all.")


@dataclass(slots=True)
class Page:
    """The rows of one page as the driver returned them."""

    rows: list[Any]
    order: tuple[int, ...] = ()
    has_next_page: bool = False
    has_previous_page: bool = False
    total: Total | None = None
    named: str = ""
    """The order they stand in, where callers have chosen one."""

    def cursor(self, row: Any) -> str:
        place = {self.named: self._place(row)} if self.named else self._place(row)
        return b2a_base64(orjson.dumps(place), newline=False).translate(URL_SAFE).decode()

    def _place(self, row: Any) -> Any:
        """The values by which the row stands where it does."""
        order = self.order
        return (row[order[0]], row[order[1]]) if len(order) == 2 else [row[at] for at in order]

    @property
    def start_cursor(self) -> str | None:
        return self.cursor(self.rows[0]) if self.rows else None

    @property
    def end_cursor(self) -> str | None:
        return self.cursor(self.rows[-1]) if self.rows else None

    @property
    def page_info(self) -> Page:
        return self

    @property
    def total_count(self) -> Total:
        assert self.total is not None
        return self.total

    def counted(self) -> Page:
        return replace(self, total=Total(count=0, is_exact=True))


EMPTY = Page([])


def cursor_of(values: list[Any]) -> str:
    return b2a_base64(orjson.dumps(values), newline=False).translate(URL_SAFE).decode()


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an ordered list that was asked for."""

    order: tuple[str, ...]
    size: int
    backwards: bool = False
    beyond: tuple[Any, ...] | None = None
    named: str = ""

    @staticmethod
    def asked(
        order: tuple[str, ...],
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
        named: str = "",
    ) -> Window:
        """The window of a connection's arguments; raises BadInput for arguments that make no sense."""
        size = last if first is None else first
        if (first is None) == (last is None) or size is None:
            raise BadInput("first 和 last 须填写其中一个。", "first")
        backwards = first is None
        if not 1 <= size <= LARGEST_PAGE:
            raise BadInput(f"每页条数须在 1 到 {LARGEST_PAGE} 之间。", "last" if backwards else "first")
        cursor, stray = (before, after) if backwards else (after, before)
        if stray is not None:
            raise BadInput("first 与 after 同用，last 与 before 同用。", "after" if backwards else "before")
        beyond = None if cursor is None else _read_cursor(cursor, len(order), named)
        return Window(order, size, backwards, beyond, named)

    @property
    def directions(self) -> tuple[str, ...]:
        return tuple("DESC" if name.startswith("-") != self.backwards else "ASC" for name in self.order)

    def over(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows from this window's edge on, in the order of reading."""
        if self.beyond is not None:
            rows = rows.filter(self._beyond(rows.model))
        names = [name.removeprefix("-") for name in self.order]
        return rows.order_by(
            *(f"{'-' if d == 'DESC' else ''}{n}" for n, d in zip(names, self.directions, strict=True))
        )

    def _beyond(self, model: Any) -> Q:
        assert self.beyond is not None
        alternatives: list[Q] = []
        from_here = Q()
        equal: dict[str, Any] = {}
        for name, direction, value in zip(self.order, self.directions, self.beyond, strict=True):
            column = name.removeprefix("-")
            typed = _typed(model, column, value)
            further = "lt" if direction == "DESC" else "gt"
            alternatives.append(Q(**equal, **{f"{column}__{further}": typed}))
            from_here = Q(**{f"{column}__{further}e": typed}) if not equal else from_here
            equal[column] = typed
        if len(alternatives) == 1:
            return alternatives[0]
        # Said twice, so that an index is entered where the page begins and not read from its end.
        return from_here & Q(*alternatives, join_type="OR")

    def page(self, rows: list[Any], order: tuple[int, ...], total: Total | None = None) -> Page:
        more, kept = len(rows) > self.size, rows[: self.size]
        if self.backwards:
            return Page(kept[::-1], order, self.beyond is not None, more, total, self.named)
        return Page(kept, order, more, self.beyond is not None, total, self.named)


def _typed(model: Any, column: str, value: Any) -> Any:
    """A cursor's value as the column holds it; a cursor of something else is the caller's mistake."""
    field = field_at(model, column)
    if type(value) is not (int if field.field_type is int else str):
        raise _bad_cursor()
    try:
        typed = field.to_python_value(value)
        field.validate(typed)
    except Exception:
        raise _bad_cursor() from None
    largest = field.constraints.get("le", 2**63 - 1)
    if type(typed) is not field.field_type or not _is_within_reach(typed, largest):
        raise _bad_cursor()
    return typed


def _is_within_reach(value: Any, largest: int) -> bool:
    """Whether either database can look for it: zero bytes and moments at the edge of the calendar are in no column."""
    match value:
        case str():
            return NO_TEXT.search(value) is None
        case int():
            return 0 <= value <= largest
        case date():
            return date.min.year < value.year < date.max.year
    return True


def _read_cursor(text: str, length: int, named: str) -> tuple[Any, ...]:
    try:
        held = orjson.loads(urlsafe_b64decode(text.encode()))
    except ValueError:
        raise _bad_cursor() from None
    orders = list(held) if isinstance(held, dict) else [""]
    if orders != [named]:
        raise BadInput("这个翻页标记是按另一种顺序排的，请按原来的顺序翻页，或从第一页重新开始。", "after")
    values = held[named] if named else held
    if not isinstance(values, list) or len(values) != length:
        raise _bad_cursor()
    return tuple(values)


def _bad_cursor() -> BadInput:
    return BadInput("翻页标记无效，请从第一页重新开始。", "after")


async def total_of(seen: QuerySet[Any]) -> Total:
    """How many rows there are, counted no further than needed."""
    rows = await run(seen.limit(LARGEST_COUNT + 1), ("id",), Counted())
    return _capped(rows[0][0])


async def totals_of(seen: QuerySet[Any], points_by: str) -> dict[Any, Total]:
    """The same for the rows of many parents at once."""
    rows = await run(seen, (points_by,), Counted(0))
    return {row[0]: _capped(row[1]) for row in rows}


def _capped(number: int) -> Total:
    return Total(count=min(number, LARGEST_COUNT), is_exact=number <= LARGEST_COUNT)


def pages_of(
    rows: list[Any], parent: int, window: Window, order: tuple[int, ...], totals: dict[Any, Total] | None
) -> dict[Any, Page]:
    """The rows of many parents, each parent's as its own page."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(row[parent], []).append(row)
    return {
        key: window.page(group, order, totals.get(key) if totals is not None else None)
        for key, group in groups.items()
    }


First = Annotated[
    int | None, strawberry.argument(description=f"At most this many from the start (1..{LARGEST_PAGE}).")
]
Last = Annotated[
    int | None, strawberry.argument(description=f"At most this many from the end (1..{LARGEST_PAGE}).")
]
After = Annotated[
    str | None, strawberry.argument(description="With `first`: only what comes after this cursor.")
]
Before = Annotated[
    str | None, strawberry.argument(description="With `last`: only what comes before this cursor.")
]
