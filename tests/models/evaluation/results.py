"""Results as the trail tells them, and what they are credited with, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.evaluation.crediting import Credit, History, Result, credits
from models.evaluation.sources import usual_points

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
ME, COLLEAGUE, TOWNSHIP = 7, 8, 90


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
    given = {name: changes.pop(name) for name in list(changes) if name in facts or name == "emergency"}
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
