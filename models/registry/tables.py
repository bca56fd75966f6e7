"""Tables of elements by places: every village's newest values, township by township, with sums and coverage level by level.

async for row in table.rows(): ...
table.totals["3306/330624/"].columns[0].sum

No more than one township's values are ever held. Whatever the reader may not read is masked here, and counted as being
there; a sum is of what its reader may read, so that nothing masked follows from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tortoise.queryset import QuerySet

from models.base.areas import end_of
from models.base.refusals import Invalid
from models.base.viewer import Viewer, subtree
from models.registry.masking import FEW, Reading, reading_of
from models.registry.newest import newest
from models.registry.records import Element
from models.units import Unit

MOST_ELEMENTS = 200
WIDE = ("city", "county", "township")
"""Levels of the places that a table has sums of."""
TOLD_FEW = frozenset(str(one) for one in FEW)


class Cell(NamedTuple):
    """What a table shows of one village and element."""

    number: int
    """Of the value, which opens to who put it on file, when and by what."""
    text: str | None
    """None where it is masked."""
    as_of: str
    is_fresh: bool
    origin: str


class Row(NamedTuple):
    """A village with a cell for each element of the table; None where nothing is on file."""

    unit: Unit
    cells: list[Cell | None]


@dataclass(slots=True)
class Column:
    """What there is of one element within one place."""

    covered: int = 0
    """Villages with a value that is still good."""
    stale: int = 0
    masked: int = 0
    """Of both, those that the reader does not read: they are in no sum."""
    counted: int = 0
    """Villages whose number is in the sum."""
    sum: Decimal = Decimal(0)
    oldest: str = ""
    """Day of the oldest value that is in the table."""

    def add(self, other: Column) -> None:
        self.covered += other.covered
        self.stale += other.stale
        self.masked += other.masked
        self.counted += other.counted
        self.sum += other.sum
        self.oldest = min(filter(None, (self.oldest, other.oldest)), default="")


@dataclass
class Total:
    """The sums of one place, with how many villages it has."""

    unit: Unit
    columns: list[Column]
    villages: int = 0

    @property
    def covered(self) -> int:
        return sum(one.covered for one in self.columns)

    @property
    def asked(self) -> int:
        """Cells there are: covered and missing ones."""
        return self.villages * len(self.columns)

    @property
    def share(self) -> Decimal | None:
        """Percent of the cells that are covered."""
        return (Decimal(100 * self.covered) / self.asked).quantize(Decimal("0.1")) if self.asked else None


@dataclass
class ValueTable:
    """A table being read: its rows come once, and its sums are whole when they have."""

    elements: Sequence[Element]
    region: Unit
    on: date
    reading: Reading
    totals: dict[str, Total] = field(default_factory=dict)
    """By path, of every place from the region down to its townships, in the order of the tree."""

    async def chunks(self) -> AsyncIterator[tuple[Unit, list[Row]]]:
        """Township by township, each with its villages."""
        totals, places = await self._places()
        # While a township is laid out the database looks for the next one.
        ahead = asyncio.ensure_future(self._found(places[0]))
        try:
            for number, place in enumerate(places):
                villages, found = await ahead
                if number + 1 < len(places):
                    ahead = asyncio.ensure_future(self._found(places[number + 1]))
                    await asyncio.sleep(0)
                rows = self._laid(villages, found)
                self._add(totals, place.path, rows)
                yield place, rows
            # All at once: who reads the same table at the same time never counts into the sums of another.
            self.totals = totals
        finally:
            ahead.cancel()

    async def _found(self, place: Unit) -> tuple[list[Unit], Sequence[Any]]:
        """The villages of a place, and what is on file there."""
        within = place.path, end_of(place.path)
        return await _villages(place.path).order_by("path"), await newest(self._numbers, within, self.on)

    @property
    def _numbers(self) -> list[int]:
        return [one.pk for one in self.elements]

    async def rows(self) -> AsyncIterator[Row]:
        """Village by village, in the order of the tree."""
        async for _, rows in self.chunks():
            for row in rows:
                yield row

    async def read(self) -> ValueTable:
        """All of it, for its sums."""
        async for _ in self.chunks():
            pass
        return self

    async def between(self, villages: Sequence[Unit]) -> list[Row]:
        """The rows of villages that stand one after the other; in no sum."""
        if not villages:
            return []
        within = villages[0].path, end_of(villages[-1].path)
        return self._laid(villages, await newest(self._numbers, within, self.on))

    @property
    def villages(self) -> QuerySet[Unit]:
        """All that have a row."""
        return _villages(self.region.path)

    def _laid(self, villages: Sequence[Unit], values: Sequence[Any]) -> list[Row]:
        """The villages, in this order, with what is on file."""
        rows = {unit.pk: Row(unit, [None] * len(self.elements)) for unit in villages}
        eyes = {unit.pk: self._eyes(unit.path) for unit in villages}
        at = {element.pk: number for number, element in enumerate(self.elements)}
        for found in values:
            if (row := rows.get(found[0])) is not None:
                column = at[found[1]]
                row.cells[column] = self._cell(found, column, eyes[found[0]][column])
        return list(rows.values())

    def _eyes(self, path: str) -> list[tuple[bool, bool]]:
        """For each element, whether the reader reads its values of a place at all, and also where they count one or two.

        Elements that nobody named by their code are read alike where they are of one kind, owner and sensitivity.
        """
        known: dict[tuple[str, ...], tuple[bool, bool]] = {}
        for one, alike in zip(self.elements, self._alike, strict=True):
            if alike not in known:
                known[alike] = self.reading.reads(one, path), self.reading.reads(one, path, FEW[0])
        return [known[alike] for alike in self._alike]

    @cached_property
    def _alike(self) -> list[tuple[str, ...]]:
        named = self.reading.named
        return [
            (one.sensitivity, one.owner, one.kind, one.code if one.code in named else "")
            for one in self.elements
        ]

    def _cell(self, found: Sequence[Any], column: int, reads: tuple[bool, bool]) -> Cell:
        _, _, number, value, as_of, origin = found
        day = as_of if isinstance(as_of, str) else as_of.isoformat()
        is_read = reads[0] and (reads[1] or value not in TOLD_FEW)
        return Cell(number, value if is_read else None, day, day >= self._since[column], origin)

    @cached_property
    def _since(self) -> list[str]:
        """For each element, of which day a value must be at least, to be still good."""
        return [(self.on - timedelta(days=one.freshness_days)).isoformat() for one in self.elements]

    @cached_property
    def _is_summed(self) -> list[bool]:
        return [one.is_number for one in self.elements]

    async def _places(self) -> tuple[dict[str, Total], list[Unit]]:
        """Sums that are still empty, and what it is read by: its townships, or itself where it is no more than one."""
        wide = Unit.filter(subtree("path", self.region.path), level__in=WIDE, ended_on=None)
        places = await wide.order_by("path") or [self.region]
        totals = {unit.path: Total(unit, [Column() for _ in self.elements]) for unit in places}
        return totals, [one for one in places if one.level == "township"] or [self.region]

    def _add(self, totals: dict[str, Total], path: str, rows: list[Row]) -> None:
        """Count the rows of a place, for it and for all that it lies in."""
        counted = [self._counted(number, rows) for number in range(len(self.elements))]
        for place, total in totals.items():
            if path.startswith(place):
                total.villages += len(rows)
                for column, more in zip(total.columns, counted, strict=True):
                    column.add(more)

    def _counted(self, number: int, rows: list[Row]) -> Column:
        cells = [cell for row in rows if (cell := row.cells[number]) is not None]
        good = [cell for cell in cells if cell.is_fresh]
        told = (
            [Decimal(cell.text) for cell in good if cell.text is not None] if self._is_summed[number] else []
        )
        return Column(
            covered=len(good),
            stale=len(cells) - len(good),
            masked=sum(cell.text is None for cell in cells),
            counted=len(told),
            sum=sum(told, Decimal(0)),
            oldest=min((cell.as_of for cell in cells), default=""),
        )


async def value_table(viewer: Viewer, elements: Sequence[Element], region: Unit, on: date) -> ValueTable:
    """The table of these elements at the villages of a place, as this viewer reads it; raises Invalid for too many."""
    if not elements:
        raise Invalid("请选择数据项。", field="elements")
    if len(elements) > MOST_ELEMENTS:
        raise Invalid(f"一张表最多 {MOST_ELEMENTS} 个数据项。", field="elements")
    return ValueTable(elements, region, on, await reading_of(viewer))


def _villages(path: str) -> QuerySet[Unit]:
    return Unit.filter(subtree("path", path), level="village", ended_on=None)
