"""How long the names on a board stay up: while its period runs, and for a while after, like any public posting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tortoise.expressions import Q

from models.base.clock import today
from models.schemes.periods import Period

STAYS = {"month": timedelta(days=31), "quarter": timedelta(days=92), "year": timedelta(days=92)}
"""How long after the last day of a period its boards go on naming anybody to everybody."""


def on_show(period: str = "") -> Q:
    """Periods whose boards name somebody: the running ones, and those that ended not long ago."""
    told: list[dict[str, Any]] = [
        {f"{period}kind": kind, f"{period}until__gte": today() - stays} for kind, stays in STAYS.items()
    ]
    return Q(*(Q(**one) for one in told), join_type="OR")


def is_on_show(period: Period) -> bool:
    return period.until >= today() - STAYS[period.kind]
