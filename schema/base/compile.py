"""Compiled completion: rows of our own selection become the response in one generated function.

Reads are pure, so whatever surprises the function (a null in a non-null place, a wrong type, an exception) makes it
raise, and graphql-core completes the same rows again, with the exact errors, paths and null propagation.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)
from graphql.pyutils import is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from tortoise import Tortoise

from schema.base.fallback import as_values, page_as_values
from schema.base.fetch import Assorted, Fetcher, Plan, Reading
from schema.base.nodes import name_shown
from schema.base.plan import (
    Cell,
    Followed,
    Joined,
    Made,
    PageShape,
    Plain,
    Selector,
    Shape,
    Source,
    TypeName,
    element,
    nullable,
)
from schema.base.readers import none_if_empty

log = logging.getLogger("xingcun.graphql")
taken: Counter[str] = Counter()
"""How often rows took the compiled path ("compiled") or were completed again ("again")."""
PLANS_OF_ONE_OPERATION = 64


class Surprise(Exception):
    """A value that only graphql-core may answer for."""


def _surprise() -> Any:
    raise Surprise


class Compiler:
    """Writes one expression that lays a row (or a page of them) out as the response."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"_surprise": _surprise}
        self.locals = 0

    def compiled(self, source: Source, page: PageShape | None, many: bool) -> Any:
        if page is not None:
            body = self.page(source, page, "rows")
        elif many:
            body = f"[{self.row(source, _shape(source), 'v')} for v in rows]"
        else:
            body = self.row(source, _shape(source), "rows")
        # The expression holds nothing a caller wrote: response keys enter through repr, the rest is ours.
        return eval(f"lambda rows, found: {body}", self.names)  # noqa: S307

    def page(self, source: Source, page: PageShape, p: str) -> str:
        return "{" + ", ".join(f"{key!r}: {self._part(source, p, *part)}" for key, *part in page.parts) + "}"

    def _part(self, source: Source, p: str, name: str, what: Any) -> str:
        if name == "__typename":
            return repr(what)
        if name == "nodes":
            row = self.local()
            return f"[{self.row(source, what, row)} for {row} in {p}.rows]"
        if name != "edges":
            words = (
                f"{k!r}: {a[1:]!r}" if a[0] == "=" else f"{k!r}: {p}.{name_of(name)}.{a}" for k, a in what
            )
            return "{" + ", ".join(words) + "}"
        row = self.local()
        cells = ", ".join(f"{key!r}: {self._edge(source, p, row, *edge)}" for key, *edge in what)
        return f"[{{{cells}}} for {row} in {p}.rows]"

    def _edge(self, source: Source, p: str, row: str, name: str, what: Any) -> str:
        if name == "node":
            return self.row(source, what, row)
        return f"{p}.cursor({row})" if name == "cursor" else repr(what)

    def row(self, source: Source, shape: Shape, row: str) -> str:
        cells = (f"{cell.key!r}: {self.cell(source, cell, row)}" for cell in shape.cells)
        return "{" + ", ".join(cells) + "}"

    def cell(self, source: Source, cell: Cell, row: str) -> str:
        what = cell.what
        if isinstance(what, TypeName):
            return repr(what.name)
        if isinstance(what, Joined):
            inside = self.row(source, what.shape, row)
            return f"({self._nothing(cell.type)} if {row}[{what.at}] is None else {inside})"
        if isinstance(what, Followed):
            return self._followed(cell, what, row)
        value = self.local()
        read = self._read(source, row, what)
        return (
            f"({self._nothing(cell.type)} if ({value} := {read}) is None else {self.value(cell.type, value)})"
        )

    def _read(self, source: Source, row: str, what: Plain | Made) -> str:
        if isinstance(what, Plain):
            return self._column(source, row, what.at)
        if what.make is none_if_empty:
            return f"({self._column(source, row, what.at[0])} or None)"
        return f"{self.name(what.make)}({', '.join(self._column(source, row, at) for at in what.at)})"

    def _column(self, source: Source, row: str, at: int) -> str:
        if at not in source.readers:
            return f"{row}[{at}]"
        value = self.local()
        return f"(None if ({value} := {row}[{at}]) is None else {self.name(source.readers[at])}({value}))"

    def _followed(self, cell: Cell, what: Followed, row: str) -> str:
        found, other = f"found[{what.slot}]", self.local()
        if what.page is not None:
            assert what.source is not None
            inside = self.page(what.source, what.page, other)
            return (
                f"({inside} if ({other} := {found}.get({row}[{what.at}], {self.name(_empty())})) else None)"
            )
        if what.fill is not None:
            return f"{found}[{row}[{what.at}]]"
        assert what.source is not None
        inside = self.row(what.source, _shape(what.source), other)
        return f"(None if ({other} := {found}.get({row}[{what.at}])) is None else {inside})"

    def value(self, type_: GraphQLOutputType, value: str) -> str:
        """Expression completing a value that is not None."""
        inner: Any = nullable(type_)
        if isinstance(inner, GraphQLList):
            item = self.local()
            of = f"({self._nothing(inner.of_type)} if {item} is None else {self.value(inner.of_type, item)})"
            return f"([{of} for {item} in {value}] if type({value}) is list else _surprise())"
        if isinstance(inner, GraphQLObjectType):
            return self._object(inner, value)
        if isinstance(inner, GraphQLEnumType):
            return f"{self.name({one.value: name for name, one in inner.values.items()})}[{value}]"
        slow = f"{self.name(inner.coerce_output_value)}({value})"
        fast = FAST_SCALARS.get(inner.name)
        return f"({value} if {fast.format(value)} else {slow})" if fast else slow

    def _object(self, type_: GraphQLObjectType, value: str) -> str:
        raise NotImplementedError(f"{type_.name} is not a record: make it a list of plain values")

    def _nothing(self, type_: GraphQLOutputType) -> str:
        return "_surprise()" if isinstance(type_, GraphQLNonNull) else "None"

    def local(self) -> str:
        self.locals += 1
        return f"v{self.locals}"

    def name(self, value: Any) -> str:
        self.names[name := f"_n{len(self.names)}"] = value
        return name


FAST_SCALARS = {
    "String": "type({0}) is str",
    "ID": "type({0}) is str",
    "Boolean": "type({0}) is bool",
    "Float": "type({0}) is float and {0} - {0} == 0",
    "Int": "type({0}) is int and -2147483648 <= {0} <= 2147483647",
}
"""Where a value of just this type is its own response."""


def name_of(part: str) -> str:
    return {"pageInfo": "page_info", "totalCount": "total_count"}[part]


def _empty() -> Any:
    from schema.base.connections import EMPTY

    return EMPTY


def _shape(source: Source) -> Shape:
    assert source.shape is not None
    return source.shape


class Completion(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's execution, but for readings: those are fetched and completed by a compiled plan."""

    def __init__(self, *args: Any, prepared: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared = prepared
        self.own_plans: dict[Any, Plan] = {}

    def complete_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, position: Any
    ) -> Any:
        if isinstance(result, Reading):
            return self.complete_reading(return_type, details, info, path, result, position)
        if isinstance(result, Assorted):
            return self.complete_assorted(return_type, details, info, path, result, position)
        return super().complete_value(return_type, details, info, path, result, position)

    async def complete_reading(
        self, return_type: Any, details: Any, info: Any, path: Any, reading: Reading, position: Any
    ) -> Any:
        type_ = self.concrete(return_type, reading)
        plan = self.plan(type_, details, reading)
        found: list[Any] = [{}] * plan.slots
        rows = await self.fetched(plan, reading, found)
        if rows is not None:
            try:
                completed = plan.complete(rows, found)
            except Exception as surprise:
                log.debug("completed again at %s", path, exc_info=surprise)
            else:
                taken["compiled"] += 1
                return completed
        taken["again"] += rows is not None
        return await self.completed_again(type_, details, info, path, position, plan, rows, found)

    async def complete_assorted(
        self, return_type: Any, details: Any, info: Any, path: Any, asked: Assorted, position: Any
    ) -> Any:
        """Rows of many types, those of each by its own plan, laid out in the order asked for."""
        gathered = []
        for reading in asked.readings():
            name = name_shown(reading.record, self.schema.type_map)
            type_: Any = GraphQLList(GraphQLNonNull(self.schema.get_type(name)))
            plan = self.plan(type_, details, reading)
            found: list[Any] = [{}] * plan.slots
            gathered.append((reading.record, plan, await self.fetched(plan, reading, found), found))
        try:
            laid_out = {
                (record, row[0]): value
                for record, plan, rows, found in gathered
                for row, value in zip(rows, plan.complete(rows, found), strict=True)
            }
            completed = [laid_out.get(one) if one is not None else None for one in asked.named]
        except Exception as surprise:
            log.debug("completed again at %s", path, exc_info=surprise)
        else:
            taken["compiled"] += 1
            return completed
        taken["again"] += 1
        values = {
            (record, row[0]): value
            for record, plan, rows, found in gathered
            for row, value in zip(rows, values_of(plan, rows, found), strict=True)
        }
        again = [values.get(one) if one is not None else None for one in asked.named]
        told = super().complete_value(return_type, details, info, path, again, position)
        return await told if is_awaitable(told) else told

    async def fetched(self, plan: Plan, reading: Reading, found: list[Any]) -> Any:
        fetcher = Fetcher(self.context_value.viewer, self.schema, self.variable_values, found)
        return await fetcher.rows(plan, reading)

    async def completed_again(
        self, type_: Any, details: Any, info: Any, path: Any, position: Any, plan: Plan, rows: Any, found: Any
    ) -> Any:
        """The same rows, completed by graphql-core."""
        value = values_of(plan, rows, found)
        completed = super().complete_value(type_, details, info, path, value, position)
        return await completed if is_awaitable(completed) else completed

    def concrete(self, type_: Any, reading: Reading) -> Any:
        """The type with an interface or union replaced by the type of what is read."""
        if isinstance(type_, GraphQLNonNull):
            return GraphQLNonNull(self.concrete(type_.of_type, reading))
        if isinstance(type_, GraphQLAbstractType):
            return self.schema.get_type(name_shown(reading.record, self.schema.type_map))
        return type_

    def plan(self, type_: Any, details: Any, reading: Reading) -> Plan:
        """The plan of a selection, made once per operation and choice of @include and @skip."""
        plans: dict[Any, Plan] = self.own_plans if self.prepared is None else self.prepared.plans
        variables = self.variable_values.coerced
        switches = () if self.prepared is None else self.prepared.switches
        dialect = Tortoise.get_connection("default").capabilities.dialect
        nodes = tuple(id(d.node) for d in details)
        order = reading.window and reading.window.order
        key = (dialect, str(type_), order, nodes, *(str(variables.get(name)) for name in switches))
        if key not in plans:
            if len(plans) >= PLANS_OF_ONE_OPERATION:
                plans.clear()
            plans[key] = self.planned(nullable(type_), details, reading, dialect)
        return plans[key]

    def planned(self, type_: Any, details: Any, reading: Reading, dialect: str) -> Plan:
        selector, page = Selector(self, dialect), None
        if reading.window is not None:
            page, source = selector.page(type_, details, reading.window.order)
        else:
            source = selector.source(element(type_), details)
        complete = Compiler().compiled(source, page, isinstance(type_, GraphQLList))
        return Plan(source, page, selector.slots, complete)


def values_of(plan: Plan, rows: Any, found: list[Any]) -> Any:
    """Fetched rows as plain nested values, for graphql-core to complete."""
    if rows is None:
        return None
    if plan.page is not None:
        return page_as_values(plan.source, plan.page, rows, found)
    if isinstance(rows, list):
        return [as_values(plan.source, _shape(plan.source), row, found) for row in rows]
    return as_values(plan.source, _shape(plan.source), rows, found)
