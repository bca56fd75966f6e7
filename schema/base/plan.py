"""Look-ahead: from the selected fields of a record to the columns of one statement and what must follow it."""

from __future__ import annotations

from functools import partial
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)
from tortoise.fields import CharField, Field, TextField
from tortoise.fields.relational import ForeignKeyFieldInstance

from models.base.records import Record
from models.base.traces import ends_in_traces
from schema.base.fills import Computed, Judged, Later, Many
from schema.base.nodes import RECORDS
from schema.base.page_arguments import page_arguments
from schema.base.readers import none_if_empty
from schema.base.shapes import Cell, Followed, Joined, Laid, Made, PageShape, Plain, Shape, Source, TypeName


class NotSelectable(TypeError):
    """A field of a record that no statement can fill: a mistake in the schema, found by a test."""


def nullable(type_: GraphQLOutputType) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


class Selector:
    """Walks the selected fields of one value, exactly as graphql-core collects them."""

    def __init__(self, executor: Any, dialect: str) -> None:
        self.executor, self.dialect, self.slots = executor, dialect, 0

    def source(self, type_: GraphQLObjectType, details: Any, *extra: str) -> Source:
        source = Source(RECORDS[type_.name])
        for path in ("id", *extra):
            source.column(path, source.record, path, self.dialect)
        source.shape = self.shape(source, source.record, type_, details, "")
        return source

    def shape(
        self, source: Source, record: type[Record], type_: GraphQLObjectType, details: Any, at: str
    ) -> Shape:
        cells = [
            self.cell(source, record, type_, key, nodes, at) for key, nodes in self.collected(type_, details)
        ]
        return Shape(type_, cells)

    def collected(self, type_: GraphQLObjectType, details: Any) -> list[tuple[str, Any]]:
        # The executor's own collecting: fragments, @skip and @include mean here what they mean when nothing is compiled.
        return list(self.executor.collect_subfields(type_, details)[0].items())

    def cell(
        self,
        source: Source,
        record: type[Record],
        type_: GraphQLObjectType,
        key: str,
        details: Any,
        at: str,
    ) -> Cell:
        name = details[0].node.name.value
        if name == "__typename":
            return Cell(key, name, GraphQLNonNull(type_), TypeName(type_.name))
        field_ = type_.fields[name]
        own = field_.extensions["strawberry-definition"]
        fill = (own.metadata or {}).get("fill")
        what: Any
        if isinstance(fill, Computed):
            make = _named(fill, type_.name)
            columns = tuple(self.at(source, record, at, column) for column in fill.columns)
            inside = element(field_.type)
            is_plain = not isinstance(inside, GraphQLObjectType)
            what = Made(make, columns) if is_plain else Laid(make, columns, self.parts(inside, details))
        elif isinstance(fill, Judged | Later):
            what = self.follow(source, record, at, "id", fill, None)
        elif isinstance(fill, Many):
            what = self.many(source, record, at, fill, field_, details)
        # A resolver would ask once for each row, which is just what compiling is there to end.
        elif own.base_resolver or field_.args:
            raise NotSelectable(f"{type_.name}.{name} says neither its columns nor its relation")
        else:
            what = self.column_or_relation(source, record, at, own.python_name, field_, details)
        return Cell(key, own.python_name, field_.type, what)

    def parts(self, type_: GraphQLObjectType, details: Any) -> tuple[tuple[str, str, GraphQLOutputType], ...]:
        found = []
        for key, nodes in self.collected(type_, details):
            name = nodes[0].node.name.value
            if name == "__typename":
                found.append((key, "", type_))
            else:
                field_ = type_.fields[name]
                found.append((key, field_.extensions["strawberry-definition"].python_name, field_.type))
        return tuple(found)

    def at(self, source: Source, record: type[Record], at: str, column: str) -> int:
        """The position of a column of the record reached by the path `at`."""
        if column == "id" and at:
            # The number of a target is on this side of the join already, one column earlier.
            return self.at_target(source, at)
        # Asked for once however often it is selected, under whatever aliases.
        position = source.column(at + column, record, column, self.dialect)
        if ends_in_traces(record, column):
            number = self.at_target(source, at) if at else 0
            source.veils.setdefault((record, number), {})[position] = column
        return position

    def at_target(self, source: Source, at: str) -> int:
        path = at.removesuffix("__") + "_id"
        if path not in source.columns:
            source.columns.append(path)
        return source.columns.index(path)

    def column_or_relation(
        self, source: Source, record: type[Record], at: str, name: str, field_: GraphQLField, details: Any
    ) -> Plain | Made | Joined | Followed:
        held = record._meta.fields_map.get(name)
        if held is None:
            raise NotSelectable(f"{record.__name__} has no column {name}")
        if not isinstance(held, ForeignKeyFieldInstance):
            return self.column(held, self.at(source, record, at, name), field_)
        target: Any = held.related_model
        type_ = nullable(field_.type)
        if name in record.opens:
            # Whoever sees the row may see its target, so that it can be joined without asking who looks.
            path = f"{at}{name}__"
            return Joined(self.at_target(source, path), self.shape(source, target, type_, details, path))
        if isinstance(field_.type, GraphQLNonNull):
            raise NotSelectable(
                f"{record.__name__}.{name} may be hidden from the viewer: it must be nullable"
            )
        # Anything else is brought by a statement of its own that begins at visible_to: a join would show what is hidden.
        return self.follow(source, record, at, f"{name}_id", None, self.source(type_, details))

    def column(self, held: Field[Any], at: int, field_: GraphQLField) -> Plain | Made:
        """An empty text is nothing, and nothing is null, wherever a field may be null."""
        may_be_null = not isinstance(field_.type, GraphQLNonNull)
        is_text = may_be_null and isinstance(held, CharField | TextField)
        return Made(none_if_empty, (at,)) if is_text else Plain(at)

    def follow(
        self, source: Source, record: type[Record], at: str, column: str, fill: Any, target: Source | None
    ) -> Followed:
        followed = Followed(self.slot(), self.at(source, record, at, column), fill, target)
        source.follows.append(followed)
        if isinstance(fill, Judged | Later):
            # A rule looks at the record of this place, which need not be the statement's own.
            followed = Followed(followed.slot, followed.at, fill, Source(record))
            source.follows[-1] = followed
        return followed

    def many(
        self, source: Source, record: type[Record], at: str, fill: Many, field_: GraphQLField, details: Any
    ) -> Followed:
        slot = self.slot()
        told = page_arguments(self.executor.schema, field_, details[0].node, self.executor.variable_values)
        fill = fill.sorted_as(told.get("order_by"))
        page, target = self.page(nullable(field_.type), details, fill.order, fill.points_by)
        followed = Followed(
            slot, self.at(source, record, at, "id"), fill, target, page, field_, details[0].node
        )
        source.follows.append(followed)
        return followed

    def page(
        self, type_: GraphQLObjectType, details: Any, order: tuple[str, ...], *extra: str
    ) -> tuple[PageShape, Source]:
        """The selected parts of a connection, and the statement that brings its rows."""
        edges: list[Any] = []
        parts: list[tuple[str, str, Any]] = []
        edge_type = nullable(nullable(nullable(type_.fields["edges"].type).of_type))
        node_type = nullable(edge_type.fields["node"].type)
        source = Source(RECORDS[node_type.name])
        # What a cursor is made of must be there, whether it was selected or not.
        columns = ["id", *(name.removeprefix("-") for name in order), *extra]
        positions = {name: source.column(name, source.record, name, self.dialect) for name in columns}
        for key, nodes in self.collected(type_, details):
            name = nodes[0].node.name.value
            if name == "edges":
                edges = [(k, n[0].node.name.value, n) for k, n in self.collected(edge_type, nodes)]
                parts.append((key, name, [self._edge(source, node_type, edge_type, *e) for e in edges]))
            elif name == "nodes":
                source.shape = self.shape(source, source.record, node_type, nodes, "")
                parts.append((key, name, source.shape))
            elif name == "__typename":
                parts.append((key, name, type_.name))
            else:
                parts.append((key, name, self._words(nullable(type_.fields[name].type), nodes)))
        ordered = tuple(positions[name.removeprefix("-")] for name in order)
        return PageShape(type_, ordered, parts, any(p[1] == "totalCount" for p in parts)), source

    def _edge(
        self, source: Source, node_type: Any, edge_type: Any, key: str, name: str, nodes: Any
    ) -> tuple[str, str, Any]:
        if name == "node":
            shape = self.shape(source, source.record, node_type, nodes, "")
            source.shape = shape
            return key, name, shape
        return key, name, edge_type.name

    def _words(self, type_: GraphQLObjectType, nodes: Any) -> list[tuple[str, str]]:
        """(response key, attribute) of a small object such as PageInfo; __typename has the type's name."""
        found = []
        for key, details in self.collected(type_, nodes):
            name = details[0].node.name.value
            own = None if name == "__typename" else type_.fields[name].extensions["strawberry-definition"]
            found.append((key, own.python_name if own else f"={type_.name}"))
        return found

    def slot(self) -> int:
        self.slots += 1
        return self.slots - 1


def _named(fill: Computed, type_name: str) -> Any:
    return partial(fill.make, type_name) if fill.knows_type else fill.make


def element(type_: GraphQLOutputType) -> Any:
    """The named type under lists and non-null marks."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    return type_
