"""Points through GraphQL: what was earned and for what, who was commended, and who would rather not be shown."""

from __future__ import annotations

from datetime import date, datetime

import strawberry
from strawberry import ID
from tortoise.expressions import Q

from models import evaluation, people, points, schemes
from models.base.events import Event as EventRecord
from models.points import ENTRY_KINDS, opt_out, praise
from models.points.entries import MILLI
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may
from schema.base.filters import any_of, any_row, below, days, either, filter_of, moments
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, id_of, type_for
from schema.base.numbers import hundredths
from schema.base.roots import many, pages, single
from schema.people import Person, Post
from schema.schemes.schemes import Scheme
from schema.trail import Event
from schema.units import Unit

EntryKind = enum_of("EntryKind", ENTRY_KINDS, "What an entry of points is for.")


def thousandths(milli: int) -> float:
    """Points, which are kept in thousandths."""
    return milli / MILLI


@type_for(points.PointEntry)
class PointEntry(Node):
    unit: Unit
    scheme: Scheme
    person: Person | None
    post: Post | None
    kind: str = coded(EntryKind)
    kind_label: str = computed(ENTRY_KINDS.get, "kind")
    points: float = computed(thousandths, "points", description="「工分」 exact to the thousandth.")
    possible: float = computed(
        thousandths, "possible", name="possiblePoints", description="What it would have brought at its best."
    )
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
    event: Event | None = strawberry.field(
        description="What happened that it was credited for, where the viewer may know of it."
    )
    reason: str | None
    at: datetime = created_at()
    reverses: PointEntry | None
    may_reverse: bool = may(evaluation.reverse)


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
    by: Post | None = created_by()
    made_at: datetime = created_at()
    told: bool = strawberry.field(name="isTold", description="Whether everybody reads it.")
    commended = many(Commended, "commendation_id")
    result_id: ID | None = computed(
        id_of,
        "subject_type",
        "subject_id",
        description="The result that was praised, an assignment or an award: `node` shows it to whoever may know of it.",
    )


@type_for(points.OptOut)
class OptOut(Node):
    since: datetime = strawberry.field(name="startedAt", description="From when on.")
    ended_at: datetime | None


PointEntryFilter = filter_of(
    "PointEntryFilter",
    "What to look for among entries of points.",
    within=below("unit__path", "Entries of units at or below this one."),
    people=any_row("person_id", people.Person, "Entries of any of these people."),
    schemes=any_row("scheme_id", schemes.Scheme, "Entries under any of these schemes."),
    events=any_row("event_id", EventRecord, "Entries for any of these events."),
    kinds=any_of("kind", EntryKind, "Entries of any of these kinds."),
    reverses=any_row("reverses_id", points.PointEntry, "Entries that take back any of these."),
    counts_on=days("counts_on", "Entries that count on these days."),
    is_counted=either(Q(counts=True), "Counted, or left out."),
)


CommendationFilter = filter_of(
    "CommendationFilter",
    "What to look for among commendations.",
    within=below("unit__path", "Commendations of units at or below this one."),
    created_at=moments("made_at", "Commendations given between these instants."),
)


CommendedFilter = filter_of(
    "CommendedFilter",
    "What to look for among those who were commended.",
    commendations=any_row("commendation_id", points.Commendation, "Those named in any of these."),
)


OptOutFilter = filter_of(
    "OptOutFilter",
    "What to look for among one's own wishes not to be shown.",
    is_over=either(Q(ended_at__isnull=False), "Taken back, or still holding."),
)


@strawberry.type
class Queries:
    opt_outs = pages(OptOut, wanted=OptOutFilter)
    point_entries = pages(PointEntry, wanted=PointEntryFilter)
    point_entry = single(PointEntry)
    commendations = pages(Commendation, wanted=CommendationFilter)
    commendation = single(Commendation)
    commended = pages(Commended, wanted=CommendedFilter)


@mutations
class Mutations:
    praise_village = mutation(praise, Commendation, "assignment")
    praise_delivery = mutation(points.praise_delivery, Commendation, "award")
    stay_off_boards = mutation(opt_out, OptOut, "person")
    reverse_points = mutation(evaluation.reverse, PointEntry, "entry")
