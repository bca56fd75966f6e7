"""A table of values taken away: with every cell's origin in the same place of its second sheet, and never held whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from models.base.pools import PACKING
from models.registry.table_file import WideFile
from models.registry.tables import ValueTable


async def table_file(table: ValueTable, title: str) -> AsyncIterator[bytes]:
    """The XLSX file, piece by piece: every village, then the sums of all places from the widest down."""
    made = WideFile(title, table.elements)
    async for place, rows in table.chunks():
        await PACKING.run(made.add, rows, place.name)
    for total in table.totals.values():
        if total.unit.level != "village":
            made.add_total(total)
    pieces = made.pieces()
    while piece := await PACKING.run(next, pieces, b""):
        yield piece
