"""What villages are asked field by field, and what their reports say to it, through GraphQL."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import registry, tasks
from schema.base.enums import coded
from schema.base.fills import created_at, later
from schema.base.filters import any_of, any_row, below, filter_of
from schema.base.nodes import Node, also, type_for
from schema.base.roots import many, pages, single
from schema.registry.elements import CorrectionReason, Element
from schema.tasks import values
from schema.tasks.tasks import Assignment, Report
from schema.tasks.words import FieldHow, FieldOutcome


@type_for(tasks.ReportValue)
class ReportValue(Node):
    report: Report = strawberry.field(description="「反馈」 The report that says it.")
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
    asked_at: datetime = created_at()
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


ReportValueFilter = filter_of(
    "ReportValueFilter",
    "What to look for among what reports say field by field.",
    reports=any_row("report_id", tasks.Report, "What any of these reports says."),
    elements=any_row("element_id", registry.Element, "What is said for any of these elements."),
    within=below("report__assignment__unit__path", "Of units at or below this one."),
)
AskedFieldFilter = filter_of(
    "AskedFieldFilter",
    "What to look for among what villages are asked field by field.",
    assignments=any_row("assignment_id", tasks.Assignment, "Asked by any of these assignments."),
    elements=any_row("element_id", registry.Element, "Fields of any of these elements."),
    how=any_of("how", FieldHow, "Fields of which this much was on file."),
    within=below("assignment__unit__path", "Of units at or below this one."),
)


@strawberry.type
class Queries:
    report_values = pages(ReportValue, wanted=ReportValueFilter)
    report_value = single(ReportValue)
    asked_fields = pages(AskedField, wanted=AskedFieldFilter)
    asked_field = single(AskedField)
