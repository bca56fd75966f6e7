"""The evaluation through GraphQL: indices with their contributions, what was put right in them, and appeals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction as Exact
from typing import Any

import orjson
import strawberry
from strawberry import ID
from tortoise.expressions import RawSQL

from models import evaluation, people, points, schemes
from models.schemes.sources import SCALE
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may, versioned
from schema.base.filters import EARLIEST, any_of, any_row, below, days, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, also, global_id, type_for
from schema.base.numbers import Fraction, exact, hundredths
from schema.base.roots import many, pages, single
from schema.people import Person, Post
from schema.points import PointEntry, PointEntryFilter, thousandths
from schema.schemes.schemes import PeerGroup, Period
from schema.schemes.words import any_period
from schema.units import Unit

AppealState = enum_of("AppealState", evaluation.APPEAL_STATES, "What became of an appeal.")


def _score(exact: str, hundredths: int) -> float | None:
    """Points as they are shown, where there are any."""
    return hundredths / 100 if exact else None


@strawberry.type(description="What one indicator adds to an index.")
class Contribution:
    dimension_id: ID
    indicator_id: ID
    is_counted: bool = strawberry.field(description="Whether anybody of the group has results to compare by.")
    has_enough: bool = strawberry.field(
        description="Whether the village has as many results as its own need to count beside the group's mean."
    )
    results: int = strawberry.field(description="Results of the period that count.")
    left_out: int = strawberry.field(description="Results that do not count.")
    value_percent: float | None = strawberry.field(description="What the village reached, of 100.")
    mean_percent: float | None = strawberry.field(description="What its group reached.")
    weight_percent: float | None = strawberry.field(description="Its weight in the index.")
    score: float | None = strawberry.field(description="What it adds, of 100.")
    exact_score: Fraction | None = strawberry.field(description="The same exactly.")


def _contributions(parts: str) -> list[dict[str, Any]]:
    return [_contribution(one) for one in orjson.loads(parts)]


def _contribution(told: Mapping[str, Any]) -> dict[str, Any]:
    value, mean = (told.get(name) for name in ("value", "mean"))
    weight, amount = (told.get(name) for name in ("weight", "amount"))
    return {
        "dimension_id": global_id("Dimension", told["dimension"]),
        "indicator_id": global_id("Indicator", told["indicator"]),
        "is_counted": told["counts"],
        "has_enough": told.get("enough", False),
        "results": told["n"],
        "left_out": told["left_out"],
        "value_percent": None if value is None else 100 * value / SCALE,
        "mean_percent": None if mean is None else 100 * mean / SCALE,
        "weight_percent": None if weight is None else float(Exact(weight)),
        "score": None if amount is None else float(Exact(amount)),
        "exact_score": amount,
    }


@type_for(evaluation.Adjustment)
class Adjustment(Node):
    score: VillageIndex = strawberry.field(name="index", description="The index that was put right.")
    exact_score: str = exact("exact", "The points it stood at before, exactly.")
    shown_score: float = computed(hundredths, "shown", description="The same as it was shown, of 100.")
    entry: PointEntry | None = strawberry.field(
        description="The entry by which it was put right, where the viewer may know of it."
    )
    reason: str
    made_at: datetime = created_at()


@type_for(evaluation.Appeal)
class Appeal(Node):
    score: VillageIndex | None = strawberry.field(name="index", description="The index it is about.")
    entry: PointEntry | None
    words: str
    state: str = coded(AppealState)
    state_label: str = computed(evaluation.APPEAL_STATES.get, "state")
    made_by: Post | None = created_by()
    made_at: datetime = created_at()
    due_on: date
    answer: str | None
    answered_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(evaluation.answer_appeal)


OF_THE_PERIOD = {
    "unit__indices__period__since__gte": EARLIEST,
    "counts_on__gte": RawSQL('"village_index__period"."since"'),
    "counts_on__lte": RawSQL('"village_index__period"."until"'),
}
"""Entries whose day lies in the period of the index they are read from."""


@type_for(schemes.VillageIndex)
class VillageIndex(Node):
    period: Period
    unit: Unit
    group: PeerGroup = strawberry.field(
        name="peerGroup", description="「分组」 The villages it is compared with."
    )
    score: float | None = computed(
        _score,
        "exact",
        "shown",
        description="「指数」 Points of 100; null while fewer results than the scheme asks for.",
    )
    score_low: float | None = computed(
        _score, "exact", "low", description="Where the score's interval begins."
    )
    score_high: float | None = computed(
        _score, "exact", "high", description="Where the score's interval ends."
    )
    exact_score: str | None = exact(
        "exact", "The score exactly, as the sum of its contributions.", or_none=True
    )
    contributions: Any = computed(
        _contributions,
        "parts",
        description="What the score is the exact sum of: one for each indicator, at most 60.",
        graphql_type=list[Contribution],
    )
    entries = many(
        PointEntry,
        "unit__indices__id",
        only=OF_THE_PERIOD,
        wanted=PointEntryFilter,
        description="「工分」 Those of its village that fall into its period, counted or not.",
    )
    adjustments = many(Adjustment, "score_id")
    appeals = many(Appeal, "score_id")
    appeals_until: date | None
    may_appeal: bool = may(evaluation.appeal)


@type_for(evaluation.PersonScore)
class PersonScore(Node):
    period: Period
    person: Person | None
    unit: Unit
    points: float = computed(thousandths, "points", description="Points earned at this place in the period.")


IndexFilter = filter_of(
    "IndexFilter",
    "What to look for among indices.",
    periods=any_row("period_id", schemes.Period, "Indices of any of these periods."),
    period_keys=any_period("period", "The same by what people call them."),
    peer_groups=any_row("group_id", schemes.PeerGroup, "Indices of villages of any of these groups."),
    within=below("unit__path", "Indices of villages at or below this unit."),
)


AdjustmentFilter = filter_of(
    "AdjustmentFilter",
    "What to look for among corrections of indices.",
    indices=any_row("score_id", schemes.VillageIndex, "Corrections of any of these indices."),
    entries=any_row("entry_id", points.PointEntry, "Corrections by any of these entries."),
)


AppealFilter = filter_of(
    "AppealFilter",
    "What to look for among appeals against an index.",
    indices=any_row("score_id", schemes.VillageIndex, "Appeals against any of these indices."),
    entries=any_row("entry_id", points.PointEntry, "Appeals about any of these entries."),
    states=any_of("state", AppealState, "Appeals in any of these states."),
    due_on=days("due_on", "「答复期限」 within these days."),
)


PersonScoreFilter = filter_of(
    "PersonScoreFilter",
    "What to look for among points of people.",
    periods=any_row("period_id", schemes.Period, "Points of any of these periods."),
    period_keys=any_period("period", "The same by what people call them."),
    people=any_row("person_id", people.Person, "Points of any of these people."),
    within=below("unit__path", "Points earned at units at or below this one."),
)


also(
    Unit,
    indices=many(
        VillageIndex,
        "unit_id",
        wanted=IndexFilter,
        description="「指数」 Its own, one for each period, where the viewer may read it.",
    ),
)


@strawberry.type
class Queries:
    village_indices = pages(VillageIndex, wanted=IndexFilter)
    village_index = single(VillageIndex)
    adjustments = pages(Adjustment, wanted=AdjustmentFilter)
    adjustment = single(Adjustment)
    appeals = pages(Appeal, wanted=AppealFilter)
    appeal = single(Appeal)
    person_scores = pages(PersonScore, wanted=PersonScoreFilter)
    person_score = single(PersonScore)


@mutations
class Mutations:
    appeal_index = mutation(evaluation.appeal, Appeal, "index")
    answer_index_appeal = mutation(evaluation.answer_appeal, Appeal, "appeal")
