"""What the forms of villages asked, and what they were spared: fields of all copies that went out in a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tortoise.expressions import Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import today, town_day
from models.base.viewer import Viewer
from models.burden.rows import sent
from models.burden.spans import MONTHS, twelve_months
from models.ledger import Period, Wanted
from models.people.roles import BIDDERS
from models.tasks import AskedField, Assignment

Read = Callable[[Viewer, Wanted], QuerySet[Assignment]]


@dataclass(frozen=True)
class AskedFields:
    """Fields times places, by what the place had on file on the day it was asked."""

    missing: int = 0
    stale: int = 0
    waived: int = 0
    """On file, and asked again by a leader's word."""
    held: int = 0
    """On file and fresh: left out of the form."""

    @property
    def asked(self) -> int:
        return self.missing + self.stale + self.waived

    @property
    def prefilled(self) -> int:
        """Asked with the earlier answer standing there: confirmed by one tap, or corrected."""
        return self.stale + self.waived

    @property
    def typed(self) -> int:
        return self.missing

    @property
    def before(self) -> int:
        """What would have been filled in without the registry."""
        return self.asked + self.held

    @property
    def prefill_rate(self) -> int | None:
        """Of a hundred fields that were reported before, how many did not have to be typed again; None where there are none."""
        repeated = self.stale + self.waived + self.held
        return 100 * (self.held + self.stale) // repeated if repeated else None


def told(by_how: Iterable[tuple[str, int]]) -> AskedFields:
    return AskedFields(**{how: int(many) for how, many in by_how})


def fields_sent(copies: QuerySet[Assignment]) -> QuerySet[AskedField]:
    """The fields of these copies; what a later version left out was asked all the same."""
    return AskedField.filter(assignment_id__in=Subquery(copies.values("id")))


async def asked_fields(viewer: Viewer, wanted: Wanted, read: Read = sent) -> AskedFields:
    """One statement, over the copies that this viewer may see."""
    rows = fields_sent(read(viewer, wanted)).annotate(many=Count("id")).group_by("how")
    return told([(str(how), int(many)) for how, many in await rows.values_list("how", "many")])


async def fields_by_month(
    viewer: Viewer, wanted: Wanted, read: Read = sent
) -> list[tuple[Period, AskedFields]]:
    """The twelve months that end with the last one of the period, oldest first; one statement."""
    spans = twelve_months(wanted.period.until)
    whole = replace(wanted, period=Period(spans[0].since, spans[-1].until))
    at = "assignment__task__dispatched_at"
    rows = fields_sent(read(viewer, whole)).annotate(many=Count("id")).group_by(at, "how")
    counted: list[dict[str, int]] = [{} for _ in range(MONTHS)]
    for moment, how, many in await rows.values_list(at, "how", "many"):
        month = counted[_place(moment, spans)]
        month[str(how)] = month.get(str(how), 0) + int(many)
    return [(span, told(one.items())) for span, one in zip(spans, counted, strict=True)]


def _place(moment: Any, spans: Sequence[Period]) -> int:
    on = town_day(moment)
    return next(n for n, span in enumerate(spans) if span.since <= on <= span.until)


async def spared_this_year(viewer: Viewer) -> int:
    """How many fields the villages of this secretary were not asked this year, since they were on file; one statement."""
    here = viewer.area("unit__path", *BIDDERS)
    if not viewer.hats_as(*BIDDERS):
        return 0
    year = Period(today().replace(month=1, day=1), today())
    sent_here = Assignment.filter(here, year.holding("task__dispatched_at"))
    return await fields_sent(sent_here).filter(how="held").count()
