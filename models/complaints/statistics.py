"""What is counted of complaints for everybody: by county and month, never by township, village or person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.refusals import Invalid
from models.base.viewer import Viewer, subtree
from models.complaints.filters import answers_complaints
from models.complaints.records import AWAITS_ANSWER, Complaint, in_the_county, of_others
from models.people.roles import COMPLAINT_ANSWERERS
from models.units import Unit

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
MOST_MONTHS = 36


@dataclass
class Figures:
    """How many came in a span, and how they were answered."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    overdue: int = 0
    withdrawn: int = 0
    days: Counter[int] = field(default_factory=Counter)
    """How many took so many working days until they were answered."""

    @property
    def median_days(self) -> Decimal | None:
        """The working days that half of the answers took at most; between two in the middle, halfway."""
        ordered = sorted(self.days.elements())
        if not ordered:
            return None
        at = len(ordered)
        return Decimal(ordered[(at - 1) // 2] + ordered[at // 2]) / 2

    def add(self, other: Figures) -> None:
        for name in ("received", "answered", "in_time", "overdue", "withdrawn"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.days.update(other.days)


@dataclass(frozen=True)
class Statistics:
    """The months asked for, their sum, and what the complaints were about and came to."""

    months: Mapping[str, Figures]
    topics: Mapping[str, int]
    outcomes: Mapping[str, int]

    @property
    def total(self) -> Figures:
        told = Figures()
        for one in self.months.values():
            told.add(one)
        return told


async def statistics(viewer: Viewer, months: list[str], county: Unit | None = None) -> Statistics:
    """Counted afresh, in four statements: for one county, or for all that the viewer works in or above."""
    rows = _counted(viewer, months, county)
    told = {month: Figures() for month in months}
    await _count_states(rows, told)
    late = rows.filter(state__in=AWAITS_ANSWER, due_on__lt=today()).annotate(n=Count("id"))
    for month, n in await late.group_by("month").values_list("month", "n"):
        told[str(month)].overdue = int(n)
    return Statistics(told, await _by(rows, "topic"), await _by(rows.exclude(outcome=""), "outcome"))


def _counted(viewer: Viewer, months: list[str], county: Unit | None) -> QuerySet[Complaint]:
    """All of the county's, whoever made them: only numbers leave here.

    The month that is running would tell a township, or a county, that somebody has just complained over its
    head: until it is over it counts for those alone who answer. What speaks of their own work counts for them
    in no month: beside their list the figure would tell of it.
    """
    told = Q(month__lt=_this_month()) | viewer.area("addressee__path", *COMPLAINT_ANSWERERS)
    rows = Complaint.filter(in_the_county(viewer), told, month__in=months)
    if answers_complaints(viewer):
        rows = rows.filter(of_others(viewer))
    return rows.filter(county_id=county.pk) if county else rows


def _this_month() -> str:
    return f"{today():%Y-%m}"


async def _count_states(rows: QuerySet[Complaint], told: dict[str, Figures]) -> None:
    columns = ("month", "state", "in_time", "took_days")
    grouped = rows.annotate(n=Count("id")).group_by(*columns)
    for month, state, in_time, took, n in await grouped.values_list(*columns, "n"):
        figures, many = told[str(month)], int(n)
        figures.received += many
        figures.withdrawn += many if state == "withdrawn" else 0
        if took is not None:
            figures.answered += many
            figures.in_time += many if in_time else 0
            figures.days[int(took)] += many


async def _by(rows: QuerySet[Complaint], column: str) -> dict[str, int]:
    grouped = await rows.annotate(n=Count("id")).group_by(column).values_list(column, "n")
    return {str(name): int(n) for name, n in grouped}


async def counties_below(viewer: Viewer) -> list[Unit]:
    """The counties of which somebody at a city may look at one alone."""
    cities = [subtree("path", hat.unit_path) for hat in viewer.hats if hat.unit_level == "city"]
    if not cities:
        return []
    return await Unit.visible_to(viewer).filter(Q(*cities, join_type="OR"), level="county").order_by("path")


def months_between(first: str, last: str) -> list[str]:
    """The months from one to another, both included; raises Invalid for what are none."""
    if not (MONTH.fullmatch(first) and MONTH.fullmatch(last) and first <= last):
        raise Invalid("请填写月份，例如 2026-03。", field="first_month")
    found = [last]
    while found[0] > first:
        found.insert(0, _before(found[0]))
        if len(found) > MOST_MONTHS:
            raise Invalid(f"请选择 {MOST_MONTHS} 个月以内。", field="first_month")
    return found


def last_months(viewer: Viewer, count: int = 12) -> list[str]:
    """The last months of which there is something to tell the viewer, the oldest first."""
    month = _this_month()
    found = [month if answers_complaints(viewer) else _before(month)]
    while len(found) < count:
        found.insert(0, _before(found[0]))
    return found


def _before(month: str) -> str:
    return f"{date.fromisoformat(month + '-01') - timedelta(days=1):%Y-%m}"
