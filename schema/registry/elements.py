"""The registry through GraphQL: what may be put on file, and what is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from models import registry, tasks
from models.base.days import day_of
from schema.base.enums import coded, enum_of
from schema.base.fills import column, computed, created_at, created_by, may, versioned
from schema.base.filters import any_code, any_of, any_row, below, days, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, above, type_for
from schema.base.numbers import number
from schema.base.roots import pages, single
from schema.people import Post
from schema.units import Unit

ElementKind = enum_of("ElementKind", registry.KINDS, "What may be typed for an element.")
ElementPeriod = enum_of("ElementPeriod", registry.PERIODS, "How often an element is told anew.")
Sensitivity = enum_of("Sensitivity", registry.SENSITIVITIES, "Who reads the values of an element.")
ElementState = enum_of("ElementState", registry.STATES, "Whether an element may be asked for.")
CorrectionReason = enum_of("CorrectionReason", registry.REASONS, "Why a value is not what was last reported.")
ValueState = enum_of("ValueState", registry.STANDINGS, "Whether a value answers, or is in dispute.")
DisputeOutcome = enum_of("DisputeOutcome", registry.OUTCOMES, "What became of a dispute.")
ValueOrigin = enum_of("ValueOrigin", registry.ORIGINS, "By which way a value came on file.")


def _options(kind: str, measure: str) -> list[str]:
    return registry.Element(kind=kind, measure=measure).options


def _is_masked(value: str | None) -> bool:
    return value is None


def _is_disputed(state: str) -> bool:
    return state == "disputed"


def _is_sensitive(sensitivity: str) -> bool:
    return sensitivity == "sensitive"


@type_for(registry.Element)
class Element(Node):
    code: str
    name: str
    definition: str | None = strawberry.field(description="What is counted, in plain words.")
    owner: str | None = strawberry.field(description="The kind of department that answers for it.")
    kind: str = coded(ElementKind)
    measure: str | None = strawberry.field(description="The word behind its number, or what may be chosen.")
    period: str = coded(ElementPeriod)
    freshness_days: int = strawberry.field(description="For how many days a value is fresh.")
    sensitivity: str = coded(Sensitivity, description="Who reads its values.")
    state: str = coded(ElementState)
    options: list[str] = computed(
        _options, "kind", "measure", description="What may be chosen; none where a value is typed."
    )
    period_days: int = column("freshness_days", "For how many days a value is fresh.")
    is_sensitive: bool = computed(
        _is_sensitive,
        "sensitivity",
        description="Whether only the township may know where it is held.",
    )


def _told(value: str | None) -> str:
    return registry.MASK if value is None else value


def _of_kind(*kinds: str) -> Any:
    """The value where the element is of one of these kinds and its reader may read it."""
    return lambda value, kind: value if kind in kinds else None


def _day(value: str | None, kind: str) -> date | None:
    return day_of(value) if kind == "day" and value is not None else None


@type_for(registry.DataValue)
class DataValue(Node):
    element: Element
    unit: Unit
    value: str = computed(_told, "value", description="As it is written, or that it is masked.")
    number: float | None = computed(number, "number", description="Of counts, fractions and amounts.")
    text: str | None = computed(_of_kind("text"), "value", "element__kind", description="Of texts.")
    choice: str | None = computed(_of_kind("choice"), "value", "element__kind", description="Of choices.")
    day: date | None = computed(_day, "value", "element__kind", name="dateOn", description="Of days.")
    is_masked: bool = computed(
        _is_masked, "value", description="Whether what it says is not for its reader: then all of it is null."
    )
    as_of: date
    period: str | None = strawberry.field(description="The year, quarter, month or day it belongs to.")
    at: datetime = created_at()
    by: Post | None = created_by()
    task: Any = strawberry.field(
        graphql_type=above("Task") | None,
        description="「任务」 For which it was reported, where the viewer may know of it.",
    )
    report: Any = strawberry.field(
        graphql_type=above("Report") | None,
        description="「反馈」 That brought it, where the viewer may know of it.",
    )
    origin: str = coded(ValueOrigin, description="By which way it came on file.")
    state: str = coded(ValueState, description="Whether it answers, or is in dispute.")
    is_disputed: bool = computed(
        _is_disputed,
        "state",
        description="Whether somebody says it is wrong, and nobody has judged that yet.",
    )
    dispute: str | None = strawberry.field(description="What is wrong with it; null where that is masked.")
    disputed_at: datetime | None
    settlement: str | None = strawberry.field(
        description="What the township found; null where that is masked."
    )
    settled_at: datetime | None
    version: str = versioned()
    may_correct_value: bool = may(registry.correct_value)
    may_dispute_value: bool = may(registry.dispute_value)
    may_settle_dispute: bool = may(registry.settle_dispute)


ElementFilter = filter_of(
    "ElementFilter",
    "What to look for among elements.",
    codes=any_code("code", "Elements with any of these codes.", (registry.Element, "code")),
    states=any_of("state", ElementState, "Elements in any of these states."),
    periods=any_of("period", ElementPeriod, "Elements that are told anew so often."),
)
DataValueFilter = filter_of(
    "DataValueFilter",
    "What to look for among what is on file.",
    elements=any_row("element_id", registry.Element, "Values of any of these elements."),
    tasks=any_row("task_id", tasks.Task, "Values that were reported for any of these tasks."),
    reports=any_row("report_id", tasks.Report, "Values that any of these reports brought."),
    within=below("unit__path", "Values of units at or below this one."),
    origins=any_of("origin", ValueOrigin, "Values that came by any of these ways."),
    as_of=days("as_of", "Values as of these days."),
    states=any_of("state", ValueState, "Values in any of these states."),
)


@strawberry.type
class Queries:
    elements = pages(Element, wanted=ElementFilter)
    element = single(Element, code=True)
    data_values = pages(DataValue, wanted=DataValueFilter)
    data_value = single(DataValue)


@mutations
class Mutations:
    record_data = mutation(registry.record, DataValue, "unit")
    correct_value = mutation(registry.correct_value, DataValue, "value", reason=CorrectionReason)
    dispute_value = mutation(registry.dispute_value, DataValue, "value")
    settle_dispute = mutation(registry.settle_dispute, DataValue, "value", outcome=DisputeOutcome)
