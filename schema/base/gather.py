"""Rows that one field wants beside many values, such as the unit of each figure: fetched by one statement for all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Load = Callable[[tuple[int, ...]], Awaitable[tuple[list[Any], list[Any]]]]
"""From row numbers to the rows, each with its number first, and to what followed them."""


class Gathering:
    """Waits until all values of an answer have said which row they want, then fetches these rows at once."""

    def __init__(self, load: Load) -> None:
        self.load, self.wanted = load, dict[int, None]()
        self.fetching: asyncio.Task[tuple[dict[int, Any], list[Any]]] | None = None

    async def row(self, pk: int) -> tuple[Any, list[Any]]:
        """The row, or None where the viewer may not know of it, with what followed all of them."""
        self.wanted[pk] = None
        if self.fetching is None:
            self.fetching = asyncio.ensure_future(self._fetched())
        rows, found = await self.fetching
        return rows.get(pk), found

    async def _fetched(self) -> tuple[dict[int, Any], list[Any]]:
        # Values of one list are completed side by side: by the next turn of the loop each of them has spoken.
        await asyncio.sleep(0)
        pks, self.wanted, self.fetching = tuple(self.wanted), {}, None
        rows, found = await self.load(pks)
        return {row[0]: row for row in rows}, found
