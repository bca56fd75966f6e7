"""More time for a step of building, and rests, through GraphQL."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import bidding
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may, versioned
from schema.base.filters import any_of, any_row, below, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.bidding.projects import Milestone
from schema.people import Post

StepTimeState = enum_of(
    "StepTimeState",
    bidding.STEP_TIME_STATES,
    "What became of a request for more time.",
    names={"refused": "REJECTED"},
)


@type_for(bidding.StepExtension)
class StepExtension(Node):
    milestone: Milestone
    until_on: date
    reason: str
    state: str = coded(StepTimeState)
    state_label: str = computed(bidding.STEP_TIME_STATES.get, "state")
    asked_at: datetime = created_at()
    asked_by: Post | None = created_by()
    answer: str | None
    decided_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(bidding.answer_step_time)
    may_take_back: bool = may(bidding.take_back_step_time)


StepExtensionFilter = filter_of(
    "StepExtensionFilter",
    "What to look for among requests for more time for a step.",
    milestones=any_row("milestone_id", bidding.Milestone, "Requests for any of these steps."),
    states=any_of("state", StepTimeState, "Requests in any of these states."),
    within=below("milestone__award__unit__path", "Requests of villages at or below this unit."),
)


@strawberry.type
class Queries:
    step_extensions = pages(StepExtension, wanted=StepExtensionFilter)
    step_extension = single(StepExtension)


@mutations
class Mutations:
    ask_for_step_time = mutation(bidding.ask_for_step_time, StepExtension, "milestone")
    take_back_step_time = mutation(bidding.take_back_step_time, StepExtension, "extension")
    answer_step_time = mutation(bidding.answer_step_time, StepExtension, "extension")
    suspend_step = mutation(bidding.suspend_step, Milestone, "milestone")
    resume_step = mutation(bidding.resume_step, Milestone, "milestone")
