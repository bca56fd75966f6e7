"""What stands in no event's words, and is held to the trail by a digest: whoever keeps it apart says how it is compared.

    @compared(Bid)
    async def exchanged_bids() -> AsyncIterator[str]: ...

`xingcun verify` runs all of them after it has walked the chain, and each tells in a sentence what does not agree.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from tortoise.queryset import QuerySet

from models.base.records import Record

Row = TypeVar("Row", bound=Record)
Comparison = Callable[[], AsyncIterator[str]]

AT_ONCE = 200
"""Rows that lie in memory together."""
comparisons: dict[type[Record], Comparison] = {}


def compared(record: type[Record]) -> Callable[[Comparison], Comparison]:
    """Register how the rows of a record are compared with what the trail holds of them."""

    def register(comparison: Comparison) -> Comparison:
        comparisons[record] = comparison
        return comparison

    return register


async def page_by_page(rows: QuerySet[Row]) -> AsyncIterator[list[Row]]:
    """All rows in the order of their numbers, a few at a time, so that no table need fit into memory."""
    after: int = 0
    while page := await rows.filter(id__gt=after).order_by("id").limit(AT_ONCE):
        yield page
        after = page[-1].pk
