"""Compiled completion: rows of our own selection become the response in one generated function.

Reads are pure, so whatever surprises the function (a null in a non-null place, a wrong type, an exception) makes it
raise, and graphql-core completes the same rows again, with the exact errors, paths and null propagation.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)

from schema.base.plan import nullable
from schema.base.readers import none_if_empty
from schema.base.shapes import Cell, Followed, Joined, Laid, Made, PageShape, Plain, Shape, Source, TypeName


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
        # Made when the response is laid out: a page whose cursors nobody asked for spends nothing on them.
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
        if isinstance(what, Laid):
            return self._laid(source, row, what)
        # Bound by := and looked at twice: reading may cost a conversion.
        read, value = self._read(source, row, what), self.local()
        return (
            f"({self._nothing(cell.type)} if ({value} := {read}) is None else {self.value(cell.type, value)})"
        )

    def _laid(self, source: Source, row: str, what: Laid) -> str:
        one = self.local()
        parts = (f"{key!r}: {self._part_of(one, name, type_)}" for key, name, type_ in what.parts)
        # The names bound while reading may not stand in what a comprehension goes through.
        listed = f"[{{{', '.join(parts)}}} for {one} in listed]"
        return f"(lambda listed: {listed})({self._read(source, row, what)})"

    def _part_of(self, one: str, name: str, type_: Any) -> str:
        if not name:
            return repr(type_.name)
        value = self.local()
        return f"({self._nothing(type_)} if ({value} := {one}[{name!r}]) is None else {self.value(type_, value)})"

    def _read(self, source: Source, row: str, what: Plain | Made | Laid) -> str:
        if isinstance(what, Plain):
            return self._column(source, row, what.at)
        if what.make is none_if_empty:
            # Said in the expression itself: a call for each cell of a long list is dear.
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
            # No default: a rule that was not judged for a row is our mistake, and must not pass for a no.
            told, inner = f"{found}[{row}[{what.at}]]", nullable(cell.type)
            if not isinstance(inner, GraphQLScalarType) or inner.name in FAST_SCALARS:
                return told
            # What has a form of its own in a response, such as a moment.
            return f"({self._nothing(cell.type)} if ({other} := {told}) is None else {self.value(cell.type, other)})"
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
        # Left to the ordinary executor, which knows how null goes up through a response and which error it tells.
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
