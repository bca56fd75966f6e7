"""Rows by the thousand in small batches: what is held, and for how long nobody else is served, does not grow with a table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from tortoise.queryset import QuerySet

from models.base.records import Record

Row = TypeVar("Row", bound=Record)
Item = TypeVar("Item")
AT_ONCE = 200


async def page_by_page(rows: QuerySet[Row], at_once: int = AT_ONCE) -> AsyncIterator[list[Row]]:
    """All rows in the order of their numbers, so many at a time."""
    after: int = 0
    while page := await rows.filter(id__gt=after).order_by("id").limit(at_once):
        yield page
        after = page[-1].pk


async def in_batches(items: Sequence[Item], at_once: int = AT_ONCE) -> AsyncIterator[Sequence[Item]]:
    """A long list, so much at a time, with a turn for everybody else on the event loop after each."""
    for at in range(0, len(items), at_once):
        yield items[at : at + at_once]
        await asyncio.sleep(0)


async def update_page_by_page(rows: Sequence[Row], fields: Sequence[str], at_once: int = AT_ONCE) -> None:
    """Write these columns of rows of one kind: in one call all its statements would be made before the first is sent."""
    for at in range(0, len(rows), at_once):
        page = rows[at : at + at_once]
        await type(page[0]).bulk_update(page, fields, batch_size=at_once)
