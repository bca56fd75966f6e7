"""Concerns through GraphQL: what villages raise, who has it until when, and what was answered."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import concerns
from models.base.clock import today
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may, versioned
from schema.base.filters import any_of, any_unit, below, days, either, filter_of, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.people import Post
from schema.units import Unit

ConcernState = enum_of(
    "ConcernState", concerns.CONCERN_STATES, "How far a concern has come.", names={"declined": "RETURNED"}
)


def _is_late(state: str, due_on: date) -> bool:
    return state in concerns.AWAITS_ANSWER and due_on < today()


@type_for(concerns.Concern)
class Concern(Node):
    title: str
    body: str
    place: str | None
    state: str = coded(ConcernState)
    state_label: str = computed(concerns.CONCERN_STATES.get, "state")
    raised_at: datetime = created_at()
    due_on: date
    is_overdue: bool = computed(_is_late, "state", "due_on")
    answer: str | None
    answered_at: datetime | None
    unit: Unit
    township: Unit
    handled_by: Unit | None
    raised_by: Post | None = created_by()
    answered_by: Post | None
    version: str = versioned()
    may_handle: bool = may(concerns.handle)
    may_pass_on: bool = may(concerns.pass_on)
    may_send_back: bool = may(concerns.send_back)
    may_answer: bool = may(concerns.answer)
    may_confirm: bool = may(concerns.confirm)
    may_withdraw: bool = may(concerns.withdraw)


ConcernFilter = filter_of(
    "ConcernFilter",
    "What to look for among concerns.",
    text=text(concerns.ConcernFilter, "Part of the title."),
    states=any_of("state", ConcernState, "Concerns in any of these states."),
    handled_by=any_unit("handled_by_id", "Concerns that any of these departments has."),
    within=below("unit__path", "Concerns of units at or below this one."),
    due_on=days("due_on", "「答复期限」 within these days."),
    is_open=either(concerns.WAITING, "Waiting for an answer."),
    is_overdue=either(concerns.waiting_late, "「逾期」 Waiting for an answer, and late."),
)


@strawberry.type
class Queries:
    concerns = pages(Concern, wanted=ConcernFilter)
    concern = single(Concern)


@mutations
class Mutations:
    raise_concern = mutation(concerns.raise_concern, Concern, "unit")
    handle_concern = mutation(concerns.handle, Concern, "concern")
    pass_concern_on = mutation(concerns.pass_on, Concern, "concern")
    send_concern_back = mutation(concerns.send_back, Concern, "concern")
    answer_concern = mutation(concerns.answer, Concern, "concern")
    confirm_concern_answer = mutation(concerns.confirm, Concern, "concern")
    withdraw_concern = mutation(concerns.withdraw, Concern, "concern")
