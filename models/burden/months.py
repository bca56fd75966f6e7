"""Twelve months side by side: what went out to the villages of a place in each, from one statement."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tortoise.expressions import Case, When
from tortoise.functions import Count, Sum

from models.base.viewer import Viewer
from models.burden.figures import exact
from models.burden.rows import sent
from models.ledger import Period, Wanted
from models.ledger.load import tenths

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One month's assignments and their estimated hours."""

    period: Period
    assignments: int
    hours: Decimal

    @property
    def label(self) -> str:
        """1月 with its year, so that twelve of them can be told apart: 2026年1月, 2月, 3月."""
        first = self.period.since
        return f"{first.year}年{first.month}月" if first.month == 1 else f"{first.month}月"

    def per_village(self, villages: int) -> Decimal:
        return tenths(Decimal(self.assignments) / villages) if villages else Decimal(0)


async def months(viewer: Viewer, wanted: Wanted) -> list[Month]:
    """The twelve months that end with the last one of the period, oldest first."""
    spans = _spans(wanted.period.until)
    whole = Wanted(Period(spans[0].since, spans[-1].until), wanted.place)
    month = Case(
        *(When(task__dispatched_at__lt=span.ends, then=str(n)) for n, span in enumerate(spans[:-1])),
        default=str(MONTHS - 1),
    )
    rows = sent(viewer, whole).annotate(
        month=month, count=Count("id"), hours=Sum("task__matter__effort_hours")
    )
    told = {int(n): (int(count), hours) for n, count, hours in await rows.group_by("month").values_list(*SHOWN)}  # type: ignore[arg-type]
    return [Month(span, told.get(n, (0, None))[0], exact(told.get(n, (0, None))[1])) for n, span in enumerate(spans)]


SHOWN = ("month", "count", "hours")


def _spans(until: date) -> list[Period]:
    last = until.year * 12 + until.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]
    return [Period(first, first.replace(day=monthrange(first.year, first.month)[1])) for first in firsts]
