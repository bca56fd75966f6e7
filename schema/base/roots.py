"""How concepts offer what they hold: pages of records, single records, and the rows that point to a record."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import ID, Info
from tortoise.expressions import Q

from models.base.identities import code_of
from models.base.records import Record
from models.base.text import NO_TEXT
from models.base.viewer import NOTHING, Viewer
from schema.base.connections import After, Before, Connection, First, Last, Window
from schema.base.errors import BadInput
from schema.base.fetch import Reading, found, one, one_beside
from schema.base.fills import Many
from schema.base.filters import narrowing
from schema.base.nodes import RECORDS, number_in
from schema.base.orders import Order, Orders

Narrowing = Callable[[Any, Any], Any]


def pages(
    shown: Any,
    order: tuple[str, ...] = ("-id",),
    wanted: Any = None,
    description: str = "",
    orders: Orders | None = None,
) -> Any:
    """A root connection over all rows the viewer may see, narrowed and sorted where callers may say so."""
    record = RECORDS[shown.__name__]

    def read(
        info: Info,
        first: First = None,
        last: Last = None,
        after: After = None,
        before: Before = None,
        filter: Any = None,
        order_by: Any = None,
    ) -> Any:
        chosen = Order(order) if orders is None or order_by is None else orders.asked(order_by)
        window = Window.asked(chosen.columns, first, last, after, before, chosen.name)
        if filter is None:
            return Reading(record, window=window)
        return _narrowed(record, window, info.context.viewer, filter)

    return strawberry.field(
        resolver=_taking(read, wanted, orders),
        graphql_type=Connection[shown],
        description=description or f"What the viewer may see of these: {said_of(record)}",
    )


def _taking(read: Any, wanted: Any, orders: Orders | None) -> Any:
    """The resolver of a connection with the filter and the order that it takes, or without."""
    offered = {"filter": wanted, "order_by": orders and orders.shown}
    told = inspect.signature(read, eval_str=True)
    kept = [
        one.replace(annotation=offered[name] | None if name in offered else one.annotation)
        for name, one in told.parameters.items()
        if name not in offered or offered[name] is not None
    ]
    read.__signature__ = told.replace(parameters=kept)
    read.__annotations__ = {one.name: one.annotation for one in kept}
    return read


def within(shown: Any, narrow: Narrowing, order: tuple[str, ...] = ("id",), *, description: str) -> Any:
    """A connection below what is no record itself, over the rows that `narrow` leaves of it."""
    record = RECORDS[shown.__name__]

    def read(
        parent: strawberry.Parent[Any],
        first: First = None,
        last: Last = None,
        after: After = None,
        before: Before = None,
    ) -> Any:
        window = Window.asked(order, first, last, after, before)
        return Reading(record, window=window, narrow=lambda rows: narrow(parent, rows))

    return strawberry.field(resolver=read, graphql_type=Connection[shown], description=description)


async def _narrowed(record: type[Record], window: Window, viewer: Viewer, filter: Any) -> Reading:
    return Reading(record, window=window, narrow=await narrowing(viewer, filter))


def said_of(record: type[Record]) -> str:
    """What a record is, in its own words."""
    return (record.__doc__ or "").strip().partition("\n")[0]


def single(shown: Any, code: bool = False) -> Any:
    """A root field for one record by its id, or by its published code; null for what the viewer may not know of."""
    record = RECORDS[shown.__name__]
    if code:
        return _by_code(shown, record)

    def read(id: ID) -> Any:
        return one(record, number_in(id, record))

    return strawberry.field(
        resolver=read, graphql_type=shown | None, description=f"By its id, or null: {said_of(record)}"
    )


def _by_code(shown: Any, record: type[Record]) -> Any:
    def read(id: ById = None, code: ByCode = None) -> Any:
        if must_be_one_of(id, code):
            return one(record, number_in(str(id), record))
        said = code_of(str(code))
        wanted = NOTHING if NO_TEXT.search(said) else Q(code__in=[said, said.upper()])
        return found(record, lambda rows: rows.filter(wanted))

    words = f"By its id or its code, exactly one of the two, or null: {said_of(record)}"
    return strawberry.field(resolver=read, graphql_type=shown | None, description=words)


def must_be_one_of(id: ID | None, code: str | None) -> bool:
    """Whether it is the id that was said; raises BadInput where neither was, or both."""
    if (id is None) == (code is None):
        raise BadInput("id 和 code 须填写其中一个。", "code")
    return id is not None


ById = Annotated[ID | None, strawberry.argument(description="As `id` tells it.")]
ByCode = Annotated[str | None, strawberry.argument(description="The published code.")]


def many(
    shown: Any,
    points_by: str,
    order: tuple[str, ...] = ("id",),
    only: dict[str, Any] | None = None,
    of: Any = None,
    record: type[Record] | None = None,
    wanted: Any = None,
    orders: Orders | None = None,
    description: str = "",
) -> Any:
    """A connection over the rows that point to this one by a column."""

    def read(
        row: strawberry.Parent[Any],
        info: Info,
        first: First = None,
        last: Last = None,
        after: After = None,
        before: Before = None,
        filter: Any = None,
        order_by: Any = None,
    ) -> Any:
        return row[id(info._raw_info.field_nodes[0])]

    fill = Many(record or RECORDS[shown.__name__], points_by, order, only or {}, orders)
    return strawberry.field(
        resolver=_taking(read, wanted, orders),
        graphql_type=of or Connection[shown],
        metadata={"fill": fill},
        description=description or f"Those that belong to this: {said_of(fill.record)}",
    )


def beside(shown: Any, by: str, description: str, *, or_none: bool = False) -> Any:
    """The record beside a value that is none itself, which holds its number under `by`."""
    record = RECORDS[shown.__name__]

    def read(value: strawberry.Parent[Any]) -> Any:
        number = getattr(value, by)
        return None if number is None else one_beside(record, number)

    type_: Any = shown | None if or_none else shown
    return strawberry.field(resolver=read, graphql_type=type_, description=description)
