"""Points through GraphQL: what was earned and for what, who was commended, and who would rather not be shown."""

from __future__ import annotations

from datetime import date, datetime

import strawberry
from strawberry import ID

from models import evaluation, points
from models.points import ENTRY_KINDS, opt_out, praise
from models.points.entries import MILLI
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, may
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
    at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
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
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
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


@strawberry.type
class Queries:
    opt_outs = pages(OptOut)
    point_entries = pages(PointEntry)
    point_entry = single(PointEntry)
    commendations = pages(Commendation)
    commendation = single(Commendation)
    commended = pages(Commended)


@mutations
class Mutations:
    praise_village = mutation(praise, Commendation, "assignment")
    praise_delivery = mutation(points.praise_delivery, Commendation, "award")
    stay_off_boards = mutation(opt_out, OptOut, "person")
    reverse_points = mutation(evaluation.reverse, PointEntry, "entry")
