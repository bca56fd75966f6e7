"""What stands in no event's words, and is held to the trail by a digest: whoever keeps it apart says how it is compared.

    @compared(Bid)
    async def exchanged_bids() -> AsyncIterator[str]: ...

`xingcun verify` runs all of them after it has walked the chain, and each tells in a sentence what does not agree.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from models.base.records import Record

Comparison = Callable[[], AsyncIterator[str]]

comparisons: dict[type[Record], Comparison] = {}


def compared(record: type[Record]) -> Callable[[Comparison], Comparison]:
    """Register how the rows of a record are compared with what the trail holds of them."""

    def register(comparison: Comparison) -> Comparison:
        comparisons[record] = comparison
        return comparison

    return register
