"""What a resolver hands to the executor instead of rows: which rows are wanted, and how they are fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.statement_cache import Frame, run
from models.base.traces import read_among, read_for
from models.base.viewer import Viewer
from schema.base.connections import EMPTY, Page, Window, pages_of, total_of, totals_of
from schema.base.fills import Judged, Later, Many
from schema.base.filters import narrowing
from schema.base.page_arguments import page_arguments
from schema.base.shapes import Followed, PageShape, Source
from schema.base.statements import Ranked, padded

Rows = QuerySet[Any]
Narrow = Callable[[Rows], Rows]


@dataclass(frozen=True)
class Reading:
    """Rows of one record as the viewer may see them: one, some by number, the one that is left, or a page."""

    record: type[Record]
    pks: tuple[int, ...] = ()
    window: Window | None = None
    narrow: Narrow | None = None
    alone: bool = False
    beside: bool = False
    """One of many rows that a field wants beside values of another kind: all of them are fetched together."""


def one(record: type[Record], pk: int) -> Reading:
    return Reading(record, (pk,), alone=True)


def one_beside(record: type[Record], pk: int) -> Reading:
    return Reading(record, (pk,), alone=True, beside=True)


def found(record: type[Record], narrow: Narrow) -> Reading:
    """The one row that is left, if any is."""
    return Reading(record, narrow=narrow, alone=True)


@dataclass(frozen=True)
class Assorted:
    """Rows of several records by number, in the order asked for; nothing stands for what is nowhere."""

    named: tuple[tuple[type[Record], int] | None, ...]

    def readings(self) -> Iterator[Reading]:
        """One for each record, so that there is one statement for each."""
        for record in dict.fromkeys(one[0] for one in self.named if one is not None):
            numbers = (one[1] for one in self.named if one is not None and one[0] is record)
            yield some(record, dict.fromkeys(numbers))


def some(record: type[Record], pks: Iterable[int]) -> Reading:
    return Reading(record, tuple(pks))


@dataclass(slots=True)
class Plan:
    """All statements of one selected value, and the function that lays their rows out as the response."""

    source: Source
    page: PageShape | None
    slots: int
    complete: Callable[[Any, list[Any]], Any]


@dataclass(slots=True)
class Fetcher:
    """Runs the statements of a plan for one viewer, each once whatever the number of rows."""

    viewer: Viewer
    schema: GraphQLSchema
    variables: Any
    found: list[Any]

    async def rows(self, plan: Plan, reading: Reading) -> Any:
        """A row, a list of rows or a page, with what follows in `found`."""
        # The one place where the API begins to read: no plan reaches a row around it.
        seen = reading.record.visible_to(self.viewer)
        if reading.narrow is not None:
            seen = reading.narrow(seen)
        if reading.window is not None:
            assert plan.page is not None
            page = await self.page(seen, plan.source, plan.page, reading.window)
            await self.follow(plan.source, page.rows)
            return page
        # Padded to a few lengths, so that lists of any length share the remembered statements.
        asked = seen.filter(id__in=padded(reading.pks)) if reading.narrow is None else seen.limit(1)
        # Followed before they are sorted: what hangs on the rows is brought for all of them by one statement each.
        rows = await self.read(asked, plan.source)
        await self.follow(plan.source, rows)
        by_pk = {row[0]: row for row in rows}
        # In the order asked for, and without those that are hidden or gone, which look alike.
        there = [by_pk[pk] for pk in reading.pks or by_pk if pk in by_pk]
        return (there[0] if there else None) if reading.alone else there

    async def page(self, seen: Rows, source: Source, shape: PageShape, window: Window) -> Page:
        # One more than asked for tells whether there is a next page, without counting.
        rows = await self.read(window.over(seen).limit(window.size + 1), source)
        total = await total_of(seen) if shape.counts else None
        return window.page(rows, shape.order, total)

    async def read(self, seen: Rows, source: Source, frame: Frame | None = None) -> list[Any]:
        """The rows of a source, and of reading only what is the viewer's to know."""
        rows = await run(seen, tuple(source.columns), frame)
        for (record, number), columns in source.veils.items():
            numbers = [row[number] for row in rows if row[number] is not None]
            read = await read_among(self.viewer, record, numbers)
            rows = [row if row[number] in read else _veiled(record, row, columns) for row in rows]
        return rows

    async def follow(self, source: Source, rows: list[Any]) -> None:
        for followed in source.follows:
            keys = list({row[followed.at]: None for row in rows if row[followed.at] is not None})
            self.found[followed.slot] = await self._following(followed, keys) if keys else {}

    async def _following(self, followed: Followed, keys: list[Any]) -> dict[Any, Any]:
        assert followed.source is not None
        if isinstance(followed.fill, Judged):
            return await self._judged(followed.fill, followed.source.record, keys)
        if isinstance(followed.fill, Later):
            return await self._later(followed.fill, followed.source.record, keys)
        if isinstance(followed.fill, Many):
            return await self._many(followed, followed.fill, keys)
        seen = followed.source.record.met_by(self.viewer).filter(id__in=padded(keys))
        rows = await self.read(seen, followed.source)
        await self.follow(followed.source, rows)
        return {row[0]: row for row in rows}

    async def _judged(self, fill: Judged, record: type[Record], keys: list[Any]) -> dict[Any, bool]:
        rows = await record.filter(id__in=keys).prefetch_related(*record.judged_with)
        return {row.pk: fill.command.allows(self.viewer, row) for row in rows}

    async def _later(self, fill: Later, record: type[Record], keys: list[Any]) -> dict[Any, Any]:
        there = read_for(self.viewer, record.filter(id__in=keys))
        rows = await there.prefetch_related(*record.judged_with)
        told = await fill.load(self.viewer, rows)
        return {key: told.get(key) for key in keys}

    async def _many(self, followed: Followed, fill: Many, keys: list[Any]) -> dict[Any, Page]:
        source, shape = followed.source, followed.page
        assert source and shape and followed.field and followed.node
        told = page_arguments(self.schema, followed.field, followed.node, self.variables)
        told.pop("order_by", None)
        wanted = told.pop("filter", None)
        window = Window.asked(fill.order, **told, named=fill.named)
        seen = fill.record.visible_to(self.viewer)
        seen = seen.filter(**{f"{fill.points_by}__in": padded(keys), **fill.only})
        if wanted is not None:
            seen = (await narrowing(self.viewer, wanted))(seen)
        parent = source.columns.index(fill.points_by)
        order = tuple(zip(shape.order, window.directions, strict=True))
        ranked = Ranked(parent, order, window.size + 1)
        rows = await self.read(window.over(seen), source, ranked)
        totals = await totals_of(seen, fill.points_by) if shape.counts else None
        pages = pages_of(rows, parent, window, shape.order, totals)
        await self.follow(source, [row for page in pages.values() for row in page.rows])
        if totals is not None:
            pages = {key: pages.get(key) or EMPTY.counted() for key in keys}
        return pages


def _veiled(record: type[Record], row: Any, columns: Mapping[int, str]) -> list[Any]:
    assert record.traces is not None
    veiled = list(row)
    for at, column in columns.items():
        veiled[at] = record.traces.for_others(column, row[at])
    return veiled
