"""Twelve months side by side: what went out to the villages of a place in each, from one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from tortoise.expressions import RawSQL
from tortoise.functions import Count, Sum
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.burden.figures import HUNDREDTHS, exact
from models.burden.rows import sent
from models.burden.spans import MONTHS, twelve_months
from models.ledger import Period, Wanted
from models.tasks import Assignment

Read = Callable[[Viewer, Wanted], QuerySet[Assignment]]


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
        return each(self.assignments, villages)


def each(assignments: int, villages: int) -> Decimal:
    """In hundredths: of a whole city a month is little for each village."""
    if not villages:
        return Decimal(0)
    return (Decimal(assignments) / villages).quantize(HUNDREDTHS, ROUND_HALF_UP)


async def months(viewer: Viewer, wanted: Wanted, read: Read = sent) -> list[Month]:
    """The twelve months that end with the last one of the period, oldest first."""
    spans = twelve_months(wanted.period.until)
    whole = replace(wanted, period=Period(spans[0].since, spans[-1].until))
    rows = read(viewer, whole).annotate(
        month=_month(spans), count=Count("id"), hours=Sum("task__matter__effort_hours")
    )
    grouped = await rows.group_by("month").values_list("month", "count", "hours")
    told = {int(n): (int(count), hours) for n, count, hours in grouped}
    nothing = (0, None)
    return [
        Month(span, told.get(n, nothing)[0], exact(told.get(n, nothing)[1])) for n, span in enumerate(spans)
    ]


def _month(spans: Sequence[Period]) -> RawSQL:
    """Which of the months it is, written out: with parameters PostgreSQL takes the same words for two expressions."""
    cases = " ".join(
        f"WHEN assignment__task.dispatched_at < '{span.ends.isoformat(' ')}' THEN {n}"
        for n, span in enumerate(spans[:-1])
    )
    return RawSQL(f"(CASE {cases} ELSE {MONTHS - 1} END)")
