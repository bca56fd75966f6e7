"""The ledger through GraphQL: the figures that the pages show, counted afresh on every query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import strawberry
from strawberry import Info, Parent
from tortoise.queryset import QuerySet

from models import ledger
from models.base.viewer import Viewer
from models.ledger import Figures, Line, Load, VillageLoad, Wanted
from models.units import Unit
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
    total_of,
)
from schema.base.listed import page_info
from schema.base.numbers import number
from schema.base.roots import beside
from schema.units import Unit as UnitShown
from schema.units import Within, place_named

CALLED = {"rejected": "refused", "rejected_on_reading": "rejected"}
"""What callers read, by what the figures of the town call it: one word for one thing all over the API."""


@strawberry.type(description="Stored screenings by verdict; each counts once, in the period it was given in.")
class LedgerFigures:
    screened: int = strawberry.field(description="Automatic screenings, one for every request and township.")
    rejected: int = strawberry.field(
        description="All rejections: forbidden, not listed, too often and on reading."
    )
    forbidden: int
    not_listed: int
    too_often: int
    rejected_on_reading: int = strawberry.field(description="Rejected by whoever read it.")
    answered: int = strawberry.field(description="Answered from data on file.")
    pending_review: int = strawberry.field(description="Passed on to a person to read.")
    admitted: int
    exception: int


@strawberry.type(description="The figures of one department, office or township that asked.")
class LedgerLine:
    department_id: strawberry.Private[int]
    department: Any = beside(UnitShown, "department_id", "Who asked.")
    figures: LedgerFigures


@strawberry.type(description="What went out to one village and its grids in the period.")
class VillageTasks:
    village_id: strawberry.Private[int]
    unit: Any = beside(UnitShown, "village_id", "The village.")
    sent: int


@strawberry.type(
    description="What reached the villages, against a stated baseline and the same period a year before."
)
class LedgerLoad:
    villages: int
    sent: int
    per_village: float | None = strawberry.field(
        description="Sent, for each village; null where there is none."
    )
    sent_a_year_before: int = strawberry.field(description="In the same days of the year before.")
    over_year_before_percent: float | None = strawberry.field(
        description="More than then, or below zero less."
    )
    baseline: int | None = strawberry.field(
        description="Stated assignments per village and year; null where nobody has stated any."
    )
    expected_per_village: float | None = strawberry.field(description="The baseline for so many days.")
    over_baseline_percent: float | None = strawberry.field(
        description="More than expected, or below zero less."
    )


@dataclass(frozen=True)
class Asked:
    """One reading of the ledger by one viewer."""

    viewer: Viewer
    wanted: Wanted


async def _departments(
    asked: Parent[Asked], first: First = None, last: Last = None, after: After = None, before: Before = None
) -> Any:
    async def lines(page: Sequence[Unit]) -> list[LedgerLine]:
        return [_line(one) for one in await ledger.lines(asked.viewer, asked.wanted, page)]

    return await connected(
        ledger.departments(asked.viewer, asked.wanted), lines, in_tree(first, last, after, before)
    )


async def _villages(
    asked: Parent[Asked], first: First = None, last: Last = None, after: After = None, before: Before = None
) -> Any:
    async def lines(page: Sequence[Unit]) -> list[VillageTasks]:
        return [_village(one) for one in await ledger.by_village(asked.viewer, asked.wanted, page)]

    return await connected(
        ledger.villages(asked.viewer, asked.wanted), lines, in_tree(first, last, after, before)
    )


async def _total(asked: Parent[Asked]) -> Any:
    return figures_told(await ledger.total(asked.viewer, asked.wanted))


async def _load(asked: Parent[Asked]) -> Any:
    watches = ledger.oversees_villages(asked.viewer)
    return load_told(await ledger.load(asked.viewer, asked.wanted)) if watches else None


@strawberry.type(description="Rejections and screenings of a period, and what reached the villages in it.")
class Ledger:
    total: Any = strawberry.field(resolver=_total, graphql_type=LedgerFigures)
    departments: Any = strawberry.field(resolver=_departments, graphql_type=Connection[LedgerLine])
    load: Any = strawberry.field(resolver=_load, graphql_type=LedgerLoad | None)
    villages: Any = strawberry.field(resolver=_villages, graphql_type=Connection[VillageTasks])


async def _ledger(info: Info, since: date, until: date, within: Within = None) -> Any:
    viewer = info.context.viewer
    if not ledger.reads_the_ledger(viewer):
        return None
    place = await place_named(viewer, within)
    return Asked(viewer, Wanted(ledger.period_of(since, until), place))


@strawberry.type
class Queries:
    ledger: Any = strawberry.field(
        resolver=_ledger,
        graphql_type=Ledger | None,
        description="The ledger from one day to another, both included; null for those it is not kept for.",
    )


def _line(line: Line) -> LedgerLine:
    unit = line.department
    return LedgerLine(
        department_id=unit.pk,
        figures=figures_told(line.figures),
    )


def figures_told(told: Figures) -> LedgerFigures:
    names = [field.name for field in fields(LedgerFigures)]
    return LedgerFigures(**{name: getattr(told, CALLED.get(name, name)) for name in names})


def load_told(told: Load) -> LedgerLoad:
    return LedgerLoad(
        villages=told.villages,
        sent=told.tasks,
        per_village=float(told.per_village) if told.villages else None,
        sent_a_year_before=told.a_year_before,
        over_year_before_percent=number(told.against_a_year_before),
        baseline=told.baseline or None,
        expected_per_village=number(told.expected),
        over_baseline_percent=number(told.against_baseline),
    )


def _village(one: VillageLoad) -> VillageTasks:
    unit = one.village
    return VillageTasks(
        village_id=unit.pk,
        sent=one.tasks,
    )


@dataclass(frozen=True)
class Listed:
    """One page of a list that no table holds; it is counted only where the count is asked for."""

    rows: QuerySet[Unit]
    edges: list[Any]
    page_info: PageInfo

    @property
    def total_count(self) -> Awaitable[Total]:
        return total_of(self.rows)


def in_tree(first: int | None, last: int | None, after: str | None, before: str | None) -> Window:
    """The part of a list of units in the order of the tree that was asked for."""
    return Window.asked(("path",), first, last, after, before)


async def connected(
    rows: QuerySet[Unit], lines: Callable[[Sequence[Unit]], Awaitable[Sequence[Any]]], window: Window
) -> Listed:
    """A page of units, each with the line that `lines` tells of it."""
    found = await window.over(rows).limit(window.size + 1)
    page = found[: window.size][:: -1 if window.backwards else 1]
    told = zip(page, await lines(page), strict=True)
    edges = [Edge(cursor=cursor_of([unit.path]), node=line) for unit, line in told]
    more, stray = len(found) > window.size, window.beyond is not None
    return Listed(rows, edges, page_info(edges, *((stray, more) if window.backwards else (more, stray))))
