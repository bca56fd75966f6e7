"""What a request costs by its own terms, counted once when it is asked and again when it is amended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.matters import Matter
from models.policies import policy
from models.units import Unit
from models.workdays import workdays_of

LONG_ENOUGH = timedelta(days=200)
"""Beyond this nobody's rule calls a notice short, so days are not counted any further."""


@dataclass(frozen=True)
class Notice:
    """How many working days villages are left, and below how many the rule of the day calls it short."""

    days: int
    due: int

    def columns(self, matter: Matter | None) -> dict[str, int]:
        """As the request keeps it: an emergency may be as short as it must."""
        return {"notice_days": self.days, "notice_due": 0 if matter and matter.emergency else self.due}


async def notice_of(department: Unit, asked_on: date, deadline: date) -> Notice:
    """The notice of a deadline by the working days and the rule that hold where the asker sits."""
    days = await workdays_of(department.path)
    due = await policy(department.path, "short_notice_days", asked_on)
    return Notice(days.between(asked_on, min(deadline, asked_on + LONG_ENOUGH)), due)


def fields_in(inputs: Mapping[str, Any]) -> dict[str, int]:
    """How many values a request wants, and how many of them its screening found on file."""
    elements = inputs.get("elements", [])
    return {
        "fields_wanted": len(elements) * inputs.get("villages", 0),
        "fields_held": sum(element["held"] for element in elements),
    }
