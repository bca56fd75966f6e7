"""What villages are asked field by field, and what their reports say to it, through GraphQL."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import tasks
from schema.base.enums import coded
from schema.base.fills import later
from schema.base.nodes import Node, also, type_for
from schema.base.roots import many, pages, single
from schema.registry.elements import CorrectionReason, Element
from schema.tasks import values
from schema.tasks.tasks import Assignment, Report
from schema.tasks.words import FieldHow, FieldOutcome


@type_for(tasks.ReportValue)
class ReportValue(Node):
    report: Report
    element: Element
    how: str = coded(FieldOutcome)
    reason: str | None = coded(CorrectionReason, or_none=True)
    text: str | None = later(values.text, "What it says, of an element that is words.")
    number: float | None = later(values.number, "What it says, of an element that is a figure.")
    day: date | None = later(values.day, "What it says, of an element that is a day.", name="date")
    choice: str | None = later(values.choice, "Which option it says, of an element that offers some.")


@type_for(tasks.AskedField)
class AskedField(Node):
    assignment: Assignment
    element: Element
    how: str = coded(FieldHow)
    outcome: str | None = coded(FieldOutcome, or_none=True)
    asked_at: datetime
    dropped_at: datetime | None


also(
    Report,
    values=many(
        ReportValue,
        "report_id",
        description="「填报的数据」 On file once the report is accepted, not before.",
    ),
)
also(
    Assignment,
    form=many(
        AskedField,
        "assignment_id",
        only={"dropped_at": None},
        description="「要填的数据」 Every field that is asked, those that are on file already and need no answer among them.",
    ),
)


@strawberry.type
class Queries:
    report_values = pages(ReportValue)
    report_value = single(ReportValue)
    asked_fields = pages(AskedField)
    asked_field = single(AskedField)
