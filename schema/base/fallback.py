"""The same rows as plain nested values, for graphql-core to complete where the compiled function will not."""

from __future__ import annotations

from typing import Any

from schema.base.connections import EMPTY, Page
from schema.base.fetch import Plan
from schema.base.nodes import Filled
from schema.base.shapes import Cell, Followed, Joined, Laid, Made, PageShape, Plain, Shape, Source, TypeName


def as_values(source: Source, shape: Shape, row: Any, found: list[Any]) -> Filled:
    filled = Filled()
    filled.shows = shape.type.name
    for cell in shape.cells:
        if not isinstance(cell.what, TypeName):
            # Connections take arguments: two selections of one are told apart by their nodes.
            own: Any = cell.name
            if isinstance(cell.what, Followed) and cell.what.page:
                own = id(cell.what.node)
            filled[own] = _merged(filled.get(own), _value(source, cell, row, found))
    return filled


def _merged(one: Any, other: Any) -> Any:
    """One object selected twice under different aliases shows the fields of both selections."""
    if isinstance(one, Filled) and isinstance(other, Filled):
        for name, value in other.items():
            one[name] = _merged(one.get(name), value)
        return one
    return other


def _value(source: Source, cell: Cell, row: Any, found: list[Any]) -> Any:
    try:
        return _read(source, cell, row, found)
    except Exception as mistake:
        # graphql-core reports an exception found in place of a value, at its path.
        return mistake


def _read(source: Source, cell: Cell, row: Any, found: list[Any]) -> Any:
    what = cell.what
    if isinstance(what, Plain):
        return _column(source, row, what.at)
    if isinstance(what, Made | Laid):
        return what.make(*(_column(source, row, at) for at in what.at))
    if isinstance(what, Joined):
        return None if row[what.at] is None else as_values(source, what.shape, row, found)
    assert isinstance(what, Followed)
    return _followed(what, row, found)


def _column(source: Source, row: Any, at: int) -> Any:
    value, reader = row[at], source.readers.get(at)
    return value if value is None or reader is None else reader(value)


def _followed(what: Followed, row: Any, found: list[Any]) -> Any:
    there = found[what.slot]
    if what.page is not None:
        assert what.source is not None
        return page_as_values(what.source, what.page, there.get(row[what.at], EMPTY), found)
    if what.fill is not None:
        return there[row[what.at]]
    assert what.source is not None and what.source.shape is not None
    other = there.get(row[what.at])
    return None if other is None else as_values(what.source, what.source.shape, other, found)


def page_as_values(source: Source, shape: PageShape, page: Page, found: list[Any]) -> dict[str, Any]:
    """A page with every part of it that was selected; an edge shows the node as all its selections see it."""
    edges = [edge for _, name, part in shape.parts if name == "edges" for edge in part]
    return {
        "page_info": page,
        "total_count": page.total,
        "edges": [_edge(source, edges, page, row, found) for row in page.rows],
        "nodes": [_node(source, shape, row, found) for row in page.rows],
    }


def _node(source: Source, shape: PageShape, row: Any, found: list[Any]) -> Any:
    node: Any = None
    for _, name, what in shape.parts:
        if name == "nodes":
            node = _merged(node, as_values(source, what, row, found))
    return node


def _edge(source: Source, edges: list[Any], page: Page, row: Any, found: list[Any]) -> dict[str, Any]:
    edge: dict[str, Any] = {"cursor": page.cursor(row)}
    for _, name, what in edges:
        if name == "node":
            edge["node"] = _merged(edge.get("node"), as_values(source, what, row, found))
    return edge


def values_of(plan: Plan, rows: Any, found: list[Any]) -> Any:
    """Fetched rows as plain nested values, for graphql-core to complete."""
    if rows is None:
        return None
    if plan.page is not None:
        return page_as_values(plan.source, plan.page, rows, found)
    shape = plan.source.shape
    assert shape is not None
    if isinstance(rows, list):
        return [as_values(plan.source, shape, row, found) for row in rows]
    return as_values(plan.source, shape, rows, found)
