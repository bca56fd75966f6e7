"""The rows in which figures by place, time and side are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from models import burden
from schema.base.connections import PageInfo
from schema.base.enums import enum_of
from schema.base.numbers import PeriodKey
from schema.base.roots import beside
from schema.matters.matters import Matter, Verdict
from schema.units import Unit

AssignmentPhase = enum_of(
    "AssignmentPhase",
    burden.PHASES,
    "How far copies of tasks have come. Read and unread are one phase: nobody but the dispatcher learns who has not looked.",
)


@strawberry.type(description="One demand of the fixed list.")
class Demand:
    code: str = strawberry.field(description="As requests tick it.")
    label: str = strawberry.field(description="As pages say it.")


NOT_ALL = (
    "Told to the township itself and to evaluators; to others by whole calendar months alone, of all there is in a region or "
    "their own place, and only where three villages or more were reached."
)


@strawberry.type(description="Copies of tasks that went out: one row, with the sides that were asked for.")
class AssignmentFigure:
    unit_id: strawberry.Private[int | None]
    matter_id: strawberry.Private[int | None]
    department_id: strawberry.Private[int | None]
    unit: Any = beside(
        Unit, "unit_id", "The place; null where the whole is counted and none was named.", or_none=True
    )
    period_key: PeriodKey | None = strawberry.field(
        description="The week, month, quarter or year; null for the whole."
    )
    since: date
    until: date
    phase: AssignmentPhase | None = strawberry.field(description="Null where not asked for.")  # type: ignore[valid-type]
    matter: Any = beside(Matter, "matter_id", "Null where not asked for.", or_none=True)
    department: Any = beside(
        Unit, "department_id", "Who asked; null where nobody did, or not asked for.", or_none=True
    )
    villages: int = strawberry.field(description="Villages that were there, the divisor of `perVillage`.")
    sent: int = strawberry.field(
        description="Copies that went out, withdrawn ones and those to grids included."
    )
    accepted: int = strawberry.field(description="Of them those accepted by now.")
    accepted_late: int | None = strawberry.field(
        description=f"Of them those reported after their day. {NOT_ALL}"
    )
    overdue_now: int | None = strawberry.field(description=f"Still the village's to do, and late. {NOT_ALL}")
    open_now: int = strawberry.field(description="Still the village's to do.")
    effort_hours: float = strawberry.field(description="Estimated hours.")
    per_village: float | None = strawberry.field(
        description="Sent, for each village; null where there is none."
    )


@strawberry.type(description="One page of figures.")
class AssignmentFigurePage:
    nodes: list[AssignmentFigure] = strawberry.field(description="The rows: at most 1,000.")
    page_info: PageInfo


@strawberry.type(description="Verdicts on requests: one row, with the sides that were asked for.")
class ScreeningFigure:
    unit_id: strawberry.Private[int | None]
    matter_id: strawberry.Private[int | None]
    department_id: strawberry.Private[int | None]
    unit: Any = beside(
        Unit, "unit_id", "The place; null where the whole is counted and none was named.", or_none=True
    )
    period_key: PeriodKey | None = strawberry.field(
        description="The week, month, quarter or year; null for the whole."
    )
    since: date
    until: date
    verdict: Verdict | None = strawberry.field(description="Null where not asked for.")  # type: ignore[valid-type]
    matter: Any = beside(Matter, "matter_id", "Null where none was listed, or not asked for.", or_none=True)
    department: Any = beside(Unit, "department_id", "Who asked; null where not asked for.", or_none=True)
    demand: Demand | None = strawberry.field(description="Null where not asked for.")
    requests: int = strawberry.field(
        description="Requests screened, once for every township and every amendment; by verdict, how often it was given."
    )
    rejected: int = strawberry.field(description="Rejections, by the list or by whoever read it.")
    rejected_percent: float | None = strawberry.field(
        description="Of requests; null by verdict, or where there are none."
    )


@strawberry.type(description="One page of figures.")
class ScreeningFigurePage:
    nodes: list[ScreeningFigure] = strawberry.field(description="The rows: at most 1,000.")
    page_info: PageInfo
