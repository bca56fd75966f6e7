"""The requests behind the askers' figures, each figure defined once."""

from __future__ import annotations

from typing import Any

from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from models.base.viewer import subtree
from models.burden.rows import LATER, REFUSED
from models.ledger import Period
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import TaskSource, WaivedRequest
from models.units import Unit

BEHIND: dict[str, tuple[type[Any], str]] = {
    "asked": (WorkRequest, ""),
    "refused": (Screening, "request__"),
    "forbidden": (Screening, "request__"),
    "not_listed": (Screening, "request__"),
    "too_often": (Screening, "request__"),
    "rejected": (Screening, "request__"),
    "exception": (Screening, "request__"),
    "waived": (WorkRequest, ""),
    "duplicate": (TaskSource, "request__"),
    "short": (WorkRequest, ""),
    "anew": (WaivedRequest, "request__"),
}
"""Each figure: the record that counts one for every row, and the way from it to its request."""


def behind(figure: str, rows: QuerySet[Any], region: Unit, period: Period) -> QuerySet[Any]:
    """Of these rows (all of them for a published total, a viewer's own to be opened) those that make up a figure."""
    record, request = BEHIND[figure]
    rows = rows.filter(subtree(f"{request}township__path", region.path))
    if record is Screening:
        verdicts = REFUSED if figure == "refused" else (figure,)
        return rows.filter(period.holding("at"), verdict__in=verdicts)
    if record is WaivedRequest:
        return rows.filter(period.holding("waiver__at"))
    rows = rows.filter(period.holding(f"{request}submitted_at"))
    if figure == "waived":
        return rows.filter(waived__gt=0)
    if figure == "short":
        return rows.filter(Q(notice_days__lt=F("notice_due")))
    if figure == "duplicate":
        return rows.filter(task__series_id=None).annotate(later=LATER).filter(later=1)
    return rows
