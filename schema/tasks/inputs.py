"""What a report says field by field: details that run in step, as a list of objects."""

from __future__ import annotations

from datetime import date as Day
from decimal import Decimal
from typing import Any, ClassVar

import strawberry
from strawberry import UNSET

from models.base.refusals import Invalid
from schema.base.enums import code_in
from schema.base.together import Together
from schema.registry.elements import CorrectionReason

KINDS = ("text", "number", "date", "choice")


@strawberry.input(description="What is reported for one field: exactly one of text, number, date and choice.")
class FieldValueInput:
    element: str = strawberry.field(description="The code of the element.")
    text: str | None = strawberry.field(default=UNSET, description="For an element that is words.")
    number: float | None = strawberry.field(default=UNSET, description="For an element that is a figure.")
    date: Day | None = strawberry.field(default=UNSET, description="For an element that is a day.")
    choice: str | None = strawberry.field(
        default=UNSET, description="For an element that offers options, one of them as it is written there."
    )
    reason: CorrectionReason | None = strawberry.field(  # type: ignore[valid-type]
        default=UNSET, description="Why it is not what was last reported, where it is not."
    )


class Answers(Together):
    """The values of a report; the command takes them as they would be typed."""

    details = ("elements", "figures", "reasons")
    PARTS: ClassVar = {"elements": "element", "reasons": "reason"}

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        given = rows or []
        return {
            "elements": [row.element for row in given],
            "figures": [_figure(row, place) for place, row in enumerate(given)],
            "reasons": [code_in(row.reason or None) or "" for row in given],
        }

    def path(self, detail: str, place: list[str]) -> list[str] | None:
        if detail not in self.details:
            return None
        return [*place, self.PARTS[detail]] if place and detail in self.PARTS else place


def _figure(row: FieldValueInput, place: int) -> str:
    """The one value that is given, as it would be typed."""
    said = [value for name in KINDS if (value := getattr(row, name)) not in (None, UNSET)]
    if len(said) > 1:
        raise Invalid("text、number、date、choice 只写一种。", field=f"figures.{place}")
    value = said[0] if said else ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{Decimal(repr(value)):f}"
    return str(value)


ANSWERS = {"values": Answers(FieldValueInput, {})}
