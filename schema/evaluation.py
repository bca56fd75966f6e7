"""The evaluation through GraphQL: schemes, periods, indices with their contributions, points, praise and appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import strawberry

from models import evaluation, points, schemes
from models.points import ENTRY_KINDS, opt_out, praise
from models.points.entries import MILLI
from models.schemes import SCHEME_STATES
from models.schemes.periods import period_key, period_name
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, may, versioned
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.numbers import exact, hundredths
from schema.base.roots import many, pages, single
from schema.people import Person, Post
from schema.units import Unit

SOURCES = {name: one.label for name, one in schemes.SOURCES.items()}
VILLAGES = schemes.KINDS_OF_VILLAGE
PERIODS = {"month": "月", "quarter": "季", "year": "年"}
SchemeState = enum_of("SchemeState", SCHEME_STATES, "How far a scheme has come.")
IndicatorSource = enum_of("IndicatorSource", SOURCES, "What an indicator is reckoned from.")
VillageKind = enum_of("VillageKind", VILLAGES, "What kind of villages a group takes.")
PeriodKind = enum_of("PeriodKind", PERIODS, "How long a period is.")
AppealState = enum_of("AppealState", evaluation.APPEAL_STATES, "What became of an appeal.")
EntryKind = enum_of("EntryKind", ENTRY_KINDS, "What an entry of points is for.")


def _points(milli: int) -> float:
    return milli / MILLI


def _score(exact: str, hundredths: int) -> float | None:
    """Points as they are shown, where there are any."""
    return hundredths / 100 if exact else None


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


@type_for(schemes.Indicator)
class Indicator(Node):
    dimension: Dimension
    position: int
    source: str = coded(IndicatorSource)
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
    kind: str | None = coded(VillageKind, or_none=True)
    households: int


@type_for(schemes.Scheme)
class Scheme(Node):
    city: Unit
    number: int
    title: str
    state: str = coded(SchemeState)
    state_label: str = computed(SCHEME_STATES.get, "state")
    points: str = computed(
        _json, "points", description="What results are worth, as a JSON object of whole numbers."
    )
    from_on: date | None
    reason: str | None
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    simulated_at: datetime | None
    adopted_at: datetime | None
    drafted_by: Post | None = strawberry.field(
        name="createdBy", description="Who made it, where the viewer may know."
    )
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
    key: str = computed(period_key, "kind", "since", description="2026-11, 2026-Q4 or 2026.")
    name: str = computed(period_name, "kind", "since")
    since: date
    until: date
    closed_at: datetime | None


@type_for(evaluation.Adjustment)
class Adjustment(Node):
    score: VillageIndex = strawberry.field(name="index", description="The index that was put right.")
    exact_score: str = exact("exact", "The points it stood at before, exactly.")
    shown_score: float = computed(hundredths, "shown", description="The same as it was shown, of 100.")
    reason: str
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")


@type_for(evaluation.Appeal)
class Appeal(Node):
    score: VillageIndex | None = strawberry.field(name="index", description="The index it is about.")
    entry: PointEntry | None
    words: str
    state: str = coded(AppealState)
    state_label: str = computed(evaluation.APPEAL_STATES.get, "state")
    made_by: Post | None = strawberry.field(
        name="createdBy", description="Who made it, where the viewer may know."
    )
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    due_on: date
    answer: str | None
    answered_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(evaluation.answer_appeal)


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
    kind: str = coded(EntryKind)
    kind_label: str = computed(ENTRY_KINDS.get, "kind")
    points: float = computed(_points, "points", description="「工分」 exact to the thousandth.")
    possible: float = computed(_points, "possible", description="What it would have brought at its best.")
    share_percent: float = computed(hundredths, "share", description="Of what was possible, 0 to 100.")
    timely: bool | None = strawberry.field(
        name="isTimely", description="Whether it was in time; null where that is not asked."
    )
    first_time: bool | None = strawberry.field(
        name="isFirstTime", description="Whether it passed at the first report; null where that is not asked."
    )
    counts: bool = strawberry.field(name="isCounted", description="Whether it counts.")
    why: list[str]
    counts_on: date
    done_on: date
    reason: str | None
    at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    reverses: PointEntry | None
    may_reverse: bool = may(evaluation.reverse)


@type_for(evaluation.PersonScore)
class PersonScore(Node):
    period: Period
    person: Person | None
    unit: Unit
    points: float = computed(_points, "points", description="Points earned at this place in the period.")


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
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    told: bool = strawberry.field(name="isTold", description="Whether everybody reads it.")
    commended = many(Commended, "commendation_id")


@type_for(points.OptOut)
class OptOut(Node):
    since: datetime = strawberry.field(name="startedAt", description="From when on.")
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
