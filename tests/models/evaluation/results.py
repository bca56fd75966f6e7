"""Results as the trail tells them, and what they are credited with, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from models.evaluation.scoring import Measure
from models.evaluation.tallies import NONE, Figure, plus, tallied
from models.points.credit_rules import Credit, History, Result, credits
from models.points.entries import SPARED
from models.schemes.sources import usual_points

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
ME, COLLEAGUE, TOWNSHIP = 7, 8, 90
EMERGENCY = ("emergency", "response")


def a_result(**changes: Any) -> Result:
    """A task of difficulty one, reported in time at the first go by one person."""
    facts = {
        "task": 1,
        "matter": "XZ-NY-01",
        "weight": "1",
        "due_on": (MONDAY + 5 * DAY).isoformat(),
        "reported_on": MONDAY.isoformat(),
        "rounds": 1,
        "spared": "",
    }
    given = {name: changes.pop(name) for name in list(changes) if name in facts or name in EMERGENCY}
    usual: dict[str, Any] = {
        "event_id": 1,
        "kind": "task",
        "unit_id": 3,
        "subject": ("Assignment", 1),
        "on": MONDAY + 2 * DAY,
        "by": ((70, ME),),
        "judges": frozenset({TOWNSHIP}),
    }
    return Result(facts=facts | given, **(usual | changes))


def village(result: Result, history: History | None = None, **worth: int) -> Credit:
    return credits(result, usual_points() | worth, history or History())[0]


def kept(credit: Credit) -> Any:
    """The entry as it would be written, without a database."""
    return SimpleNamespace(
        kind=credit.result.kind,
        person_id=None,
        reverses_id=None,
        points=credit.points,
        share=credit.share,
        counts=credit.counts,
        timely=credit.timely,
        first_time=credit.first_time,
        is_spared=not SPARED.isdisjoint(credit.why),
    )


MEASURES = [
    Measure(number, number, source, 3, 25, 100)
    for number, source in enumerate(("quality", "timeliness", "first_pass", "standing"), 1)
]
"""Four indicators of equal weight, all fed by tasks."""


def evidence(ledger: Sequence[Any]) -> dict[str, Figure]:
    """What a village's results show under each source."""
    found: dict[str, Figure] = {}
    for entry in ledger:
        for source, figure in tallied(entry).items():
            found[source] = plus(found.get(source, NONE), figure)
    return found
