"""The evaluation through GraphQL: schemes, periods, indices with their contributions, points, praise and appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import strawberry

from models import evaluation, points, schemes
from models.points import ENTRY_KINDS, opt_out, praise, shown_points
from models.schemes import SCHEME_STATES
from models.schemes.periods import period_key, period_name
from schema.base.fills import computed, may, versioned
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.people import Person, Post
from schema.units import Unit


def _points(milli: int) -> str:
    return shown_points(milli)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


@type_for(schemes.Indicator)
class Indicator(Node):
    dimension: Dimension
    position: int
    source: str
    weight: int
    least: int


@type_for(schemes.Dimension)
class Dimension(Node):
    scheme: Scheme
    position: int
    name: str
    weight: int
    indicators = many(Indicator, "dimension_id", order=("position", "id"))


@type_for(schemes.PeerGroup)
class PeerGroup(Node):
    scheme: Scheme
    position: int
    name: str
    kind: str
    households: int


@type_for(schemes.Scheme)
class Scheme(Node):
    city: Unit
    number: int
    title: str
    state: str
    state_label: str = computed(SCHEME_STATES.get, "state")
    points: str = computed(
        _json, "points", description="What results are worth, as a JSON object of whole numbers."
    )
    from_on: date | None
    reason: str
    made_at: datetime
    simulated_at: datetime | None
    adopted_at: datetime | None
    drafted_by: Post | None
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
    kind: str
    key: str = computed(period_key, "kind", "since", description="2026-11, 2026-Q4 or 2026.")
    name: str = computed(period_name, "kind", "since")
    since: date
    until: date
    closed_at: datetime | None


@type_for(evaluation.Adjustment)
class Adjustment(Node):
    score: VillageIndex
    exact: str
    shown: int
    reason: str
    made_at: datetime


@type_for(evaluation.Appeal)
class Appeal(Node):
    score: VillageIndex | None
    entry: PointEntry | None
    words: str
    state: str
    state_label: str = computed(evaluation.APPEAL_STATES.get, "state")
    made_by: Post | None
    made_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(evaluation.answer_appeal)


@type_for(schemes.VillageIndex)
class VillageIndex(Node):
    period: Period
    unit: Unit
    group: PeerGroup
    exact: str
    shown: int
    low: int
    high: int
    contributions: str = computed(
        str, "parts", description="A JSON list of what the score is the exact sum of, indicator by indicator."
    )
    adjustments = many(Adjustment, "score_id")
    appeals = many(Appeal, "score_id")
    appeals_until: date | None
    may_appeal: bool = may(evaluation.appeal)


@type_for(points.PointEntry)
class PointEntry(Node):
    unit: Unit
    scheme: Scheme
    person: Person | None
    post: Post | None
    kind: str
    kind_label: str = computed(ENTRY_KINDS.get, "kind")
    points: str = computed(_points, "points", description="Points, exact to the thousandth.")
    possible: str = computed(_points, "possible", description="What it would have brought at its best.")
    share: int
    timely: bool | None
    first_time: bool | None
    counts: bool
    why: list[str]
    counts_on: date
    done_on: date
    reason: str
    at: datetime
    reverses: PointEntry | None
    may_reverse: bool = may(evaluation.reverse)


@type_for(evaluation.PersonScore)
class PersonScore(Node):
    period: Period
    person: Person | None
    unit: Unit
    points: str = computed(_points, "points", description="Points earned at this place in the period.")


@type_for(points.Commended)
class Commended(Node):
    commendation: Commendation
    name: str


@type_for(points.Commendation)
class Commendation(Node):
    unit: Unit
    title: str
    story: str
    by_label: str
    made_at: datetime
    told: bool
    commended = many(Commended, "commendation_id")


@type_for(points.OptOut)
class OptOut(Node):
    since: datetime
    ended_at: datetime | None


@strawberry.type
class Queries:
    schemes = pages(Scheme)
    scheme = single(Scheme)
    dimensions = pages(Dimension)
    dimension = single(Dimension)
    indicators = pages(Indicator)
    indicator = single(Indicator)
    peer_groups = pages(PeerGroup)
    peer_group = single(PeerGroup)
    periods = pages(Period, order=("-since", "-id"))
    period = single(Period)
    village_indices = pages(VillageIndex)
    village_index = single(VillageIndex)
    adjustments = pages(Adjustment)
    opt_outs = pages(OptOut)
    adjustment = single(Adjustment)
    appeals = pages(Appeal)
    appeal = single(Appeal)
    point_entries = pages(PointEntry)
    point_entry = single(PointEntry)
    person_scores = pages(PersonScore)
    person_score = single(PersonScore)
    commendations = pages(Commendation)
    commendation = single(Commendation)
    commended = pages(Commended)


@mutations
class Mutations:
    draft_scheme = mutation(schemes.draft_scheme, Scheme, "city")
    change_scheme = mutation(schemes.change_scheme, Scheme, "scheme")
    adopt_scheme = mutation(schemes.adopt_scheme, Scheme, "scheme")
    drop_scheme = mutation(schemes.drop_scheme, Scheme, "scheme")
    praise_village = mutation(praise, Commendation, "assignment")
    praise_delivery = mutation(points.praise_delivery, Commendation, "award")
    appeal_index = mutation(evaluation.appeal, Appeal, "index")
    answer_index_appeal = mutation(evaluation.answer_appeal, Appeal, "appeal")
    stay_off_boards = mutation(opt_out, OptOut, "person")
    reverse_points = mutation(evaluation.reverse, PointEntry, "entry")
