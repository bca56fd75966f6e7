"""The ledger through GraphQL: the figures that the pages show, counted afresh on every query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import ID, Info, Parent
from tortoise.queryset import QuerySet

from models import ledger
from models.base.viewer import Viewer
from models.ledger import Figures, Line, VillageLoad, Wanted
from models.units import Unit
from schema.base.connections import (
    LARGEST_PAGE,
    After,
    Connection,
    Edge,
    PageInfo,
    Total,
    Window,
    cursor_of,
    total_of,
)
from schema.base.nodes import global_id
from schema.units import Within, place_named

First = Annotated[int, strawberry.argument(description=f"At most this many (1..{LARGEST_PAGE}).")]
IN_TREE_ORDER = ("path",)


@strawberry.type(description="Stored screenings by verdict; each counts once, in the period it was given in.")
class LedgerFigures:
    screened: int = strawberry.field(description="Automatic screenings, one for every request and township.")
    refused: int = strawberry.field(description="Forbidden, not listed, too often and rejected together.")
    forbidden: int
    not_listed: int
    too_often: int
    rejected: int = strawberry.field(description="Rejected by whoever read it.")
    answered: int = strawberry.field(description="Answered from data on file.")
    pending_review: int = strawberry.field(description="Passed on to a person to read.")
    admitted: int
    exception: int


@strawberry.type(description="The figures of one department, office or township that asked.")
class LedgerLine:
    department_id: ID
    department_code: str
    department_name: str
    figures: LedgerFigures


@strawberry.type(description="What went out to one village and its grids in the period.")
class VillageTasks:
    village_id: ID
    village_code: str
    village_name: str
    tasks: int


@strawberry.type(
    description="What reached the villages, against a stated baseline and the same period a year before."
)
class LedgerLoad:
    villages: int
    tasks: int
    per_village: float
    a_year_before: int
    against_a_year_before: float | None = strawberry.field(description="Percent more, or below zero less.")
    baseline: int = strawberry.field(description="Stated tasks per village and year; 0 where nobody has.")
    expected: float | None = strawberry.field(description="The baseline for a village in so many days.")
    against_baseline: float | None = strawberry.field(description="Percent more, or below zero less.")


@dataclass(frozen=True)
class Asked:
    """One reading of the ledger by one viewer."""

    viewer: Viewer
    wanted: Wanted


async def _departments(asked: Parent[Asked], first: First, after: After = None) -> Any:
    async def lines(page: Sequence[Unit]) -> list[LedgerLine]:
        return [_line(one) for one in await ledger.lines(asked.viewer, asked.wanted, page)]

    return await connected(ledger.departments(asked.viewer, asked.wanted), lines, first, after)


async def _villages(asked: Parent[Asked], first: First, after: After = None) -> Any:
    async def lines(page: Sequence[Unit]) -> list[VillageTasks]:
        return [_village(one) for one in await ledger.by_village(asked.viewer, asked.wanted, page)]

    return await connected(ledger.villages(asked.viewer, asked.wanted), lines, first, after)


async def _total(asked: Parent[Asked]) -> Any:
    return await ledger.total(asked.viewer, asked.wanted)


async def _load(asked: Parent[Asked]) -> Any:
    watches = ledger.oversees_villages(asked.viewer)
    return await ledger.load(asked.viewer, asked.wanted) if watches else None


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
        department_id=ID(global_id("Unit", unit.pk)),
        department_code=unit.code,
        department_name=unit.name,
        figures=figures_told(line.figures),
    )


def figures_told(told: Figures) -> LedgerFigures:
    return LedgerFigures(**{field.name: getattr(told, field.name) for field in fields(LedgerFigures)})


def _village(one: VillageLoad) -> VillageTasks:
    unit = one.village
    return VillageTasks(
        village_id=ID(global_id("Unit", unit.pk)),
        village_code=unit.code,
        village_name=unit.name,
        tasks=one.tasks,
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


async def connected(
    rows: QuerySet[Unit],
    lines: Callable[[Sequence[Unit]], Awaitable[Sequence[Any]]],
    first: int,
    after: str | None,
) -> Listed:
    window = Window.asked(IN_TREE_ORDER, first=first, after=after)
    found = await window.over(rows).limit(window.size + 1)
    page = found[: window.size]
    told = zip(page, await lines(page), strict=True)
    edges = [Edge(cursor=cursor_of([unit.path]), node=line) for unit, line in told]
    return Listed(
        rows,
        edges,
        PageInfo(
            has_next_page=len(found) > window.size,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
