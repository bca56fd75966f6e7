"""Schemes of evaluation through GraphQL: what is reckoned, by which weights, among whom, and in which periods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry
from tortoise.expressions import Q

from models import schemes
from models.schemes import SCHEME_STATES
from models.schemes.periods import period_key, period_name
from schema.base.enums import coded
from schema.base.fills import computed, created_at, created_by, may, versioned
from schema.base.filters import any_of, any_row, below, either, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.numbers import PeriodKey
from schema.base.roots import many, pages, single
from schema.people import Post
from schema.schemes.inputs import SHEET
from schema.schemes.words import IndicatorSource, PeriodKind, SchemeState, VillageKind, WorthCode
from schema.units import Unit


@strawberry.type(description="What one kind of result is worth under a scheme, or one limit on it.")
class Worth:
    code: str | None = coded(
        WorthCode, or_none=True, description="Which; null for what no scheme of today has."
    )
    label: str | None = strawberry.field(description="As pages say it; null for what no scheme of today has.")
    value: int = strawberry.field(description="How much, in its unit.")
    measure: str | None = strawberry.field(description="「单位」 分, %, 次 or 天.")


def _worths(points: Mapping[str, int]) -> list[dict[str, Any]]:
    return [_worth(name, value, schemes.POINTS.get(name)) for name, value in points.items()]


def _worth(name: str, value: int, known: Any) -> dict[str, Any]:
    label, measure = (known.label, known.counted_in) if known else (None, None)
    return {"code": name if known else None, "label": label, "value": value, "measure": measure}


@type_for(schemes.Indicator)
class Indicator(Node):
    dimension: Dimension
    position: int
    source: str = coded(IndicatorSource)
    weight: int = strawberry.field(name="weightPercent", description="「权重」 of its dimension.")
    least: int


@type_for(schemes.Dimension)
class Dimension(Node):
    scheme: Scheme
    position: int
    name: str
    weight: int = strawberry.field(name="weightPercent", description="「权重」 of the index.")
    indicators = many(Indicator, "dimension_id", order=("position", "id"))


@type_for(schemes.PeerGroup)
class PeerGroup(Node):
    scheme: Scheme
    position: int
    name: str
    kind: str | None = coded(VillageKind, or_none=True)
    households: int


@type_for(schemes.Scheme)
class Scheme(Node):
    city: Unit
    number: int
    title: str
    state: str = coded(SchemeState)
    state_label: str = computed(SCHEME_STATES.get, "state")
    points: Any = computed(
        _worths,
        "points",
        description="「计分表」 What results are worth: at most 60.",
        graphql_type=list[Worth],
    )
    from_on: date | None
    reason: str | None
    made_at: datetime = created_at()
    simulated_at: datetime | None
    adopted_at: datetime | None
    drafted_by: Post | None = created_by()
    adopted_by: Post | None
    dimensions = many(Dimension, "scheme_id", order=("position", "id"))
    groups = many(PeerGroup, "scheme_id", order=("position", "id"))
    version: str = versioned()
    may_change: bool = may(schemes.change_scheme)
    may_adopt: bool = may(schemes.adopt_scheme)


@type_for(schemes.Period)
class Period(Node):
    city: Unit
    scheme: Scheme
    kind: str = coded(PeriodKind)
    key: str = computed(
        period_key, "kind", "since", description="How people and addresses name it.", graphql_type=PeriodKey
    )
    name: str = computed(period_name, "kind", "since")
    since: date
    until: date
    closed_at: datetime | None


SchemeFilter = filter_of(
    "SchemeFilter",
    "What to look for among schemes.",
    states=any_of("state", SchemeState, "Schemes in any of these states."),
    within=below("city__path", "Schemes of places at or below this unit."),
)


DimensionFilter = filter_of(
    "DimensionFilter",
    "What to look for among dimensions.",
    schemes=any_row("scheme_id", schemes.Scheme, "Dimensions of any of these schemes."),
)


IndicatorFilter = filter_of(
    "IndicatorFilter",
    "What to look for among indicators.",
    dimensions=any_row("dimension_id", schemes.Dimension, "Indicators of any of these dimensions."),
    sources=any_of("source", IndicatorSource, "Indicators reckoned from any of these."),
)


PeerGroupFilter = filter_of(
    "PeerGroupFilter",
    "What to look for among peer groups.",
    schemes=any_row("scheme_id", schemes.Scheme, "Groups of any of these schemes."),
)


PeriodFilter = filter_of(
    "PeriodFilter",
    "What to look for among periods.",
    kinds=any_of("kind", PeriodKind, "Months, quarters or years."),
    schemes=any_row("scheme_id", schemes.Scheme, "Periods that any of these schemes rules."),
    within=below("city__path", "Periods of places at or below this unit."),
    is_closed=either(Q(closed_at__isnull=False), "Closed, or still running."),
)


@strawberry.type
class Queries:
    schemes = pages(Scheme, wanted=SchemeFilter)
    scheme = single(Scheme)
    dimensions = pages(Dimension, wanted=DimensionFilter)
    dimension = single(Dimension)
    indicators = pages(Indicator, wanted=IndicatorFilter)
    indicator = single(Indicator)
    peer_groups = pages(PeerGroup, wanted=PeerGroupFilter)
    peer_group = single(PeerGroup)
    periods = pages(Period, order=("-since", "-id"), wanted=PeriodFilter)
    period = single(Period)


@mutations
class Mutations:
    draft_scheme = mutation(schemes.draft_scheme, Scheme, "city")
    change_scheme = mutation(schemes.change_scheme, Scheme, "scheme", together=SHEET)
    adopt_scheme = mutation(schemes.adopt_scheme, Scheme, "scheme")
    drop_scheme = mutation(schemes.drop_scheme, Scheme, "scheme")
