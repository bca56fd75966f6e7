"""Rows by the thousand in small batches: what is held, and for how long nobody else is served, does not grow with a table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

from tortoise.queryset import QuerySet

from models.base.records import Record

Row = TypeVar("Row", bound=Record)
AT_ONCE = 200


async def page_by_page(rows: QuerySet[Row], at_once: int = AT_ONCE) -> AsyncIterator[list[Row]]:
    """All rows in the order of their numbers, so many at a time."""
    after: int = 0
    while page := await rows.filter(id__gt=after).order_by("id").limit(at_once):
        yield page
        after = page[-1].pk
