"""Templates of tables, who has them told when, what programs deliver, and reading what is masked, through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import strawberry
from strawberry.utils.str_converters import to_camel_case

from models import registry
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by
from schema.base.filters import any_row, below, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.base.together import Together
from schema.people import Post
from schema.registry.elements import ElementPeriod
from schema.units import Unit as UnitShown

RevealPurpose = enum_of("RevealPurpose", registry.PURPOSES, "What masked values are read for.")


@type_for(registry.ReportTemplate)
class ReportTemplate(Node):
    code: str
    name: str
    owner: str | None = strawberry.field(description="The kind of department whose table it is.")
    period: str = coded(ElementPeriod)
    elements: list[str] = strawberry.field(
        name="elementCodes", description="Codes of its elements, in their order."
    )
    source: str | None = strawberry.field(name="seenIn", description="The form it was taken from.")
    region: UnitShown | None
    made_at: datetime = created_at()
    ended_at: datetime | None


@type_for(registry.ReportSchedule)
class ReportSchedule(Node):
    template: ReportTemplate = strawberry.field(description="Which table.")
    unit: UnitShown
    by: Post | None = created_by()
    made_at: datetime = created_at()
    told_until: date = strawberry.field(name="toldUntil", description="The last day of which it was told.")
    ended_at: datetime | None


@type_for(registry.Reveal)
class Reveal(Node):
    unit: UnitShown
    elements: list[str] = strawberry.field(
        name="elementCodes", description="Codes of the elements that were read."
    )
    purpose: str = coded(RevealPurpose)
    by: Post | None = created_by()
    at: datetime = created_at()
    until: date = strawberry.field(name="validUntil", description="The day at whose end it is over.")


def rejected_values(refused: Any) -> list[dict[str, Any]]:
    """What is wrong of each, in the words of the API."""
    held = orjson.loads(refused) if isinstance(refused, str | bytes) else refused or []
    return [one | {"field": to_camel_case(one["field"] or "value")} for one in held]


@strawberry.input(description="One value, as a program delivers it.")
class ValueInput:
    village: str = strawberry.field(description="Official code of the village.")
    element: str = strawberry.field(description="Code of the element.")
    value: str = strawberry.field(
        description="As its kind is written: 812.5, 2026-03-05, one of the options."
    )


PARTS = {"village": "villages", "element": "elements", "value": "values"}


@strawberry.type(description="Of the values that were sent one that was not taken.")
class RejectedValue:
    index: int = strawberry.field(description="Its place in what was sent, from 0.")
    field: str = strawberry.field(description="The part of it that does not fit.")
    message: str = strawberry.field(description="Why, in a sentence.")


@type_for(registry.ValueDelivery)
class ValueDelivery(Node):
    unit: UnitShown
    by: Post | None = created_by()
    at: datetime = created_at()
    accepted: int = strawberry.field(description="Values that were put on file.")
    same: int = strawberry.field(description="Values that stood there already with the same day.")
    rejected: list[RejectedValue] = computed(
        rejected_values, "refused", description="Those that were not taken: at most 1,000."
    )


AT_OR_BELOW = "Of places at or below this one."
TemplateFilter = filter_of(
    "ReportTemplateFilter",
    "What to look for among templates.",
    within=below("region__path", "Of regions at or below this one, and none that hold everywhere."),
)
ScheduleFilter = filter_of(
    "ReportScheduleFilter",
    "What to look for among tables that are told of.",
    templates=any_row("template_id", registry.ReportTemplate, "By any of these templates."),
    within=below("unit__path", AT_OR_BELOW),
)
RevealFilter = filter_of(
    "RevealFilter", "What to look for among reveals.", within=below("unit__path", AT_OR_BELOW)
)
DeliveryFilter = filter_of(
    "ValueDeliveryFilter", "What to look for among deliveries.", within=below("unit__path", AT_OR_BELOW)
)


@strawberry.type
class Queries:
    report_templates = pages(ReportTemplate, order=("id",), wanted=TemplateFilter)
    report_template = single(ReportTemplate, code=True)
    report_schedules = pages(ReportSchedule, wanted=ScheduleFilter)
    report_schedule = single(ReportSchedule)
    value_deliveries = pages(ValueDelivery, wanted=DeliveryFilter)
    value_delivery = single(ValueDelivery)
    reveals = pages(Reveal, wanted=RevealFilter)
    reveal = single(Reveal)


@mutations
class Mutations:
    add_report_template = mutation(registry.add_template, ReportTemplate, "region", period=ElementPeriod)
    end_report_template = mutation(registry.end_template, ReportTemplate, "template")
    schedule_report = mutation(registry.schedule_report, ReportSchedule, "unit")
    end_report_schedule = mutation(registry.end_schedule, ReportSchedule, "schedule")
    put_values = mutation(
        registry.put_values, ValueDelivery, "unit", together={"values": Together(ValueInput, PARTS)}
    )
    reveal_data = mutation(registry.reveal, Reveal, "unit", purpose=RevealPurpose)
