"""Connections over values that no table holds: all of them are known already, and each has a text it stands by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry import Parent

from schema.base.connections import (
    After,
    Before,
    Connection,
    Edge,
    First,
    Last,
    PageInfo,
    Total,
    Window,
    cursor_of,
)

Key = Callable[[Any], str]
"""By what a value stands where it does: no two of a list have the same."""


def listed(shown: Any, values: Callable[[Any], Sequence[Any]], key: Key, description: str) -> Any:
    """A connection over what `values` finds in the value it stands below, in the order of `key`."""

    def read(
        parent: Parent[Any],
        first: First = None,
        last: Last = None,
        after: After = None,
        before: Before = None,
    ) -> Any:
        return page_of(values(parent), key, Window.asked(("key",), first, last, after, before))

    return strawberry.field(resolver=read, graphql_type=Connection[shown], description=description)


def page_of(values: Sequence[Any], key: Key, window: Window) -> Connection[Any]:
    """The part of a whole list that a window shows."""
    standing = sorted(values, key=key)
    there = standing
    if window.beyond is not None:
        edge, backwards = str(window.beyond[0]), window.backwards
        there = [one for one in standing if (key(one) < edge if backwards else key(one) > edge)]
    more, stray = len(there) > window.size, window.beyond is not None
    page = there[-window.size :] if window.backwards else there[: window.size]
    edges = [Edge(cursor=cursor_of([key(one)]), node=one) for one in page]
    return Connection(
        edges=edges,
        page_info=page_info(edges, *((stray, more) if window.backwards else (more, stray))),
        total_count=Total(count=len(standing), is_exact=True),
    )


def page_info(edges: Sequence[Edge[Any]], has_next: bool, has_previous: bool) -> PageInfo:
    """Where a page of these rows lies."""
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
