"""The township's desk through GraphQL: discussions, emergencies, objections, extensions, talk."""

from __future__ import annotations

from datetime import date, datetime

import strawberry
from tortoise.expressions import Q

from models import tasks
from models.base.clock import town_day
from models.tasks.emergency import LEVELS
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may, versioned
from schema.base.filters import any_of, any_row, below, days, either, filter_of, moments
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, also, type_for
from schema.base.roots import many, pages, single
from schema.people import Post
from schema.tasks.tasks import Assignment, Task
from schema.tasks.waivers import Waiver
from schema.tasks.words import TaskFilter, TaskOrder
from schema.units import Unit

DISMISSED = {"refused": "DISMISSED", "appeal_refused": "APPEAL_DISMISSED"}
ObjectionKind = enum_of("ObjectionKind", tasks.OBJECTION_KINDS, "Why a village objects.")
ObjectionState = enum_of(
    "ObjectionState", tasks.OBJECTION_STATES, "What became of an objection.", names=DISMISSED
)
ExtensionState = enum_of(
    "ExtensionState",
    tasks.EXTENSION_STATES,
    "What became of a request for more time.",
    names={"refused": "REJECTED"},
)
EmergencyLevel = enum_of(
    "EmergencyLevel",
    {one: one for one in LEVELS},
    "How grave an emergency is, the first the gravest.",
    names=dict(zip(LEVELS, ("LEVEL_4", "LEVEL_3", "LEVEL_2", "LEVEL_1"), strict=True)),
)


@type_for(tasks.Participant)
class Participant(Node):
    version: str = versioned()
    discussion: Discussion
    post: Post
    confirmed_at: datetime | None
    may_confirm: bool = may(tasks.confirm_discussion)


@type_for(tasks.Discussion)
class Discussion(Node):
    task: Task
    held_on: date
    agreed: bool = strawberry.field(name="isAgreed", description="Whether they agreed.")
    outcome: str
    minutes_number: str
    recorded_at: datetime = created_at()
    recorded_by: Post | None = created_by()
    participants = many(Participant, "discussion_id")


@type_for(tasks.EmergencyResponse)
class EmergencyResponse(Node):
    unit: Unit
    name: str
    level: str = coded(EmergencyLevel)
    reason: str
    declared_at: datetime = created_at()
    ended_at: datetime | None
    declared_by: Post | None = created_by()
    may_end: bool = may(tasks.end_response)


@type_for(tasks.Objection)
class Objection(Node):
    assignment: Assignment
    kind: str = coded(ObjectionKind)
    kind_label: str = computed(tasks.OBJECTION_KINDS.get, "kind")
    words: str
    state: str = coded(ObjectionState)
    state_label: str = computed(tasks.OBJECTION_STATES.get, "state")
    made_at: datetime = created_at()
    due_on: date
    finding: str | None
    answer: str | None
    decided_at: datetime | None
    made_by: Post | None = created_by()
    appeal: str | None
    appeal_answer: str | None
    version: str = versioned()
    may_answer: bool = may(tasks.answer_objection)
    may_appeal: bool = may(tasks.appeal)
    may_answer_appeal: bool = may(tasks.answer_appeal)


@type_for(tasks.Extension)
class Extension(Node):
    assignment: Assignment
    until_on: date = computed(
        town_day, "until_at", description="The new day, of which `untilAt` is the moment."
    )
    until_at: datetime
    reason: str
    state: str = coded(ExtensionState)
    state_label: str = computed(tasks.EXTENSION_STATES.get, "state")
    asked_at: datetime = created_at()
    asked_by: Post | None = created_by()
    answer: str | None
    decided_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(tasks.answer_extension)
    may_take_back: bool = may(tasks.take_back_extension)


@type_for(tasks.Message)
class Message(Node):
    assignment: Assignment
    by: Post = strawberry.field(name="createdBy", description="Who said it.")
    words: str
    at: datetime = created_at()


also(Task, discussions=many(Discussion, "task_id"))
also(
    EmergencyResponse,
    tasks=many(
        Task,
        "response_id",
        wanted=TaskFilter,
        orders=TaskOrder,
        description="「任务」 Those that went out under it.",
    ),
)
also(
    Assignment,
    objections=many(Objection, "assignment_id"),
    extensions=many(Extension, "assignment_id"),
    messages=many(Message, "assignment_id"),
)


DiscussionFilter = filter_of(
    "DiscussionFilter",
    "What to look for among discussions.",
    tasks=any_row("task_id", tasks.Task, "Discussions of any of these tasks."),
    within=below("task__township__path", "Discussions at townships at or below this unit."),
    held_on=days("held_on", "「研判日期」 within these days."),
)


EmergencyFilter = filter_of(
    "EmergencyFilter",
    "What to look for among emergency responses.",
    within=below("unit__path", "Responses of units at or below this one."),
    levels=any_of("level", EmergencyLevel, "Responses of any of these levels."),
    is_over=either(Q(ended_at__isnull=False), "Ended, or still going on."),
)


ObjectionFilter = filter_of(
    "ObjectionFilter",
    "What to look for among objections.",
    assignments=any_row("assignment_id", tasks.Assignment, "Objections to any of these assignments."),
    states=any_of("state", ObjectionState, "Objections in any of these states."),
    kinds=any_of("kind", ObjectionKind, "Objections of any of these kinds."),
    within=below("assignment__unit__path", "Objections of units at or below this one."),
    due_on=days("due_on", "「答复期限」 within these days."),
)


ExtensionFilter = filter_of(
    "ExtensionFilter",
    "What to look for among requests for more time.",
    assignments=any_row("assignment_id", tasks.Assignment, "Requests for any of these assignments."),
    states=any_of("state", ExtensionState, "Requests in any of these states."),
    within=below("assignment__unit__path", "Requests of units at or below this one."),
)


MessageFilter = filter_of(
    "MessageFilter",
    "What to look for among messages.",
    assignments=any_row("assignment_id", tasks.Assignment, "What was said on any of these assignments."),
    within=below("assignment__unit__path", "What was said on assignments of units at or below this one."),
    created_at=moments("at", "What was said between these instants."),
)


@strawberry.type
class Queries:
    discussions = pages(Discussion, wanted=DiscussionFilter)
    discussion = single(Discussion)
    emergency_responses = pages(EmergencyResponse, wanted=EmergencyFilter)
    emergency_response = single(EmergencyResponse)
    objections = pages(Objection, wanted=ObjectionFilter)
    objection = single(Objection)
    extensions = pages(Extension, wanted=ExtensionFilter)
    extension = single(Extension)
    messages = pages(Message, wanted=MessageFilter)
    message = single(Message)


@mutations
class Mutations:
    carry_over_amendment = mutation(tasks.carry_over, Task, "task")
    approve_change = mutation(tasks.approve_change, Task, "task")
    drop_change = mutation(tasks.drop_change, Task, "task")
    merge_requests = mutation(tasks.merge, Task, "task")
    unmerge_request = mutation(tasks.unmerge, Task, "task")
    sign_overload = mutation(tasks.sign_overload, Task, "task")
    ask_anew = mutation(tasks.ask_anew, Waiver, "task")
    spare_villages = mutation(tasks.spare_villages, Task, "task")
    record_discussion = mutation(tasks.record_discussion, Discussion, "task")
    confirm_discussion = mutation(tasks.confirm_discussion, Participant, "participant")
    declare_response = mutation(tasks.declare_response, EmergencyResponse, "unit", level=EmergencyLevel)
    end_response = mutation(tasks.end_response, EmergencyResponse, "response")
    dispatch_at_once = mutation(tasks.dispatch_at_once, Task, "township")
    approve_afterwards = mutation(tasks.approve_afterwards, Task, "task")
    object_to_assignment = mutation(tasks.object_to, Objection, "assignment", kind=ObjectionKind)
    answer_objection = mutation(tasks.answer_objection, Objection, "objection")
    appeal_objection = mutation(tasks.appeal, Objection, "objection")
    answer_appeal = mutation(tasks.answer_appeal, Objection, "objection")
    ask_for_time = mutation(tasks.ask_for_time, Extension, "assignment")
    answer_extension = mutation(tasks.answer_extension, Extension, "extension")
    take_back_extension = mutation(tasks.take_back_extension, Extension, "extension")
    take_back_objection = mutation(tasks.take_back_objection, Objection, "objection")
    suspend_assignment = mutation(tasks.suspend, Assignment, "assignment")
    resume_assignment = mutation(tasks.resume, Assignment, "assignment")
    hand_assignment_to = mutation(tasks.hand_to, Assignment, "assignment")
    say_on_assignment = mutation(tasks.say, Message, "assignment")
    urge_assignment = mutation(tasks.urge, Assignment, "assignment")
    urge_all = mutation(tasks.urge_all, Task, "task")
