"""Complaints through GraphQL: one's own and those to answer, the published answers, and the figures of a county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import Info

from models import complaints, tasks
from models.base.clock import today
from models.base.viewer import Viewer
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_by, later, may, versioned
from schema.base.filters import any_of, any_row, any_unit, below, days, either, filter_of, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.numbers import PeriodKey
from schema.base.roots import pages, single
from schema.people import Post
from schema.tasks.tasks import Task
from schema.units import Unit, Within, place_named

ComplaintKind = enum_of("ComplaintKind", complaints.KINDS, "What it is.")
ComplaintTopic = enum_of("ComplaintTopic", complaints.TOPICS, "What it is about.")
ComplaintOutcome = enum_of("ComplaintOutcome", complaints.OUTCOMES, "What came of it.")
ComplaintState = enum_of("ComplaintState", complaints.COMPLAINT_STATES, "How far it has come.")


def _is_late(state: str, due_on: date) -> bool:
    return state in complaints.AWAITS_ANSWER and due_on < today()


async def _townships(_: Viewer, rows: list[Any]) -> Mapping[int, str]:
    return await complaints.nameable(rows)


async def _days(_: Viewer, rows: list[Any]) -> Mapping[int, int]:
    named = await complaints.nameable(rows)
    return {row.pk: row.took_days for row in rows if row.pk in named}


@type_for(complaints.Complaint)
class Complaint(Node):
    kind: str = coded(ComplaintKind)
    kind_label: str = computed(complaints.KINDS.get, "kind")
    topic: str = coded(ComplaintTopic)
    topic_label: str = computed(complaints.TOPICS.get, "topic")
    words: str
    page: str | None
    state: str = coded(ComplaintState)
    state_label: str = computed(complaints.COMPLAINT_STATES.get, "state")
    made_on: date = strawberry.field(name="createdOn", description="The day it was made.")
    due_on: date
    is_overdue: bool = computed(_is_late, "state", "due_on")
    answer: str | None
    outcome: str | None = coded(ComplaintOutcome, or_none=True)
    answered_at: datetime | None
    took_days: int | None
    in_time: bool | None = strawberry.field(
        name="isInTime", description="Whether every answer came in time; null before any has."
    )
    objection: str | None
    unit: Unit
    township: Unit | None
    county: Unit
    addressee: Unit
    task: Task | None
    made_by: Post | None = created_by()
    answered_by: Post | None
    version: str = versioned()
    may_answer: bool = may(complaints.answer)
    may_settle: bool = may(complaints.settle)
    may_reopen: bool = may(complaints.reopen)
    may_withdraw: bool = may(complaints.withdraw)


@type_for(complaints.PublishedAnswer)
class PublishedAnswer(Node):
    kind: str = coded(ComplaintKind)
    kind_label: str = computed(complaints.KINDS.get, "kind")
    topic: str = coded(ComplaintTopic)
    topic_label: str = computed(complaints.TOPICS.get, "topic")
    outcome: str = coded(ComplaintOutcome)
    outcome_label: str = computed(complaints.OUTCOMES.get, "outcome")
    summary: str
    took_days: int | None = later(_days, "Working days until the first answer, told where the township is.")
    month: PeriodKey
    county: Unit
    township_name: str | None = later(
        _townships, "Its township, where so many were answered that nobody is recognised by it."
    )


ComplaintFilter = filter_of(
    "ComplaintFilter",
    "What to look for among complaints.",
    text=text(complaints.ComplaintFilter, "Part of the words."),
    states=any_of("state", ComplaintState, "Complaints in any of these states."),
    topics=any_of("topic", ComplaintTopic, "Complaints about any of these."),
    tasks=any_row("task_id", tasks.Task, "Complaints about any of these tasks."),
    addressees=any_unit("addressee_id", "Complaints that any of these have to answer."),
    within=below("unit__path", "Complaints of units at or below this one."),
    due_on=days("due_on", "「答复期限」 within these days."),
    is_open=either(complaints.WAITING, "Waiting for an answer."),
    is_overdue=either(complaints.waiting_late, "「逾期」 Waiting for an answer, and late."),
)


PublishedFilter = filter_of(
    "PublishedFilter",
    "What to look for among published answers.",
    text=text(complaints.PublishedFilter, "Part of the summary."),
    topics=any_of("topic", ComplaintTopic, "Answers about any of these."),
    outcomes=any_of("outcome", ComplaintOutcome, "Answers with any of these outcomes."),
    within=below("county__path", "Answers in counties at or below this unit."),
)


@strawberry.type(description="How many complaints came in, and how they were answered.")
class ComplaintFigures:
    received: int
    answered: int
    in_time: int = strawberry.field(description="Answered by the day that was set, every time it was asked.")
    overdue: int = strawberry.field(description="Still without an answer that is late.")
    withdrawn: int
    median_days: float | None = strawberry.field(description="Working days until the first answer.")


@strawberry.type(description="The complaints made in one month.")
class ComplaintMonth:
    month: PeriodKey
    figures: ComplaintFigures


@strawberry.type(description="How many complaints were about a topic.")
class TopicCount:
    topic: str = coded(ComplaintTopic, description="The topic.")
    label: str
    count: int


@strawberry.type(description="How many complaints came to an outcome.")
class OutcomeCount:
    outcome: str = coded(ComplaintOutcome, description="The outcome.")
    label: str
    count: int


@strawberry.type(description="The complaints of a county, or of all counties of a city, counted by month.")
class ComplaintStatistics:
    total: ComplaintFigures
    months: list[ComplaintMonth] = strawberry.field(
        description=f"At most {complaints.MOST_MONTHS}: one by one, also those in which nothing came in."
    )
    topics: list[TopicCount] = strawberry.field(description="Every topic: at most 20.")
    outcomes: list[OutcomeCount] = strawberry.field(description="Every outcome: at most 20.")


async def _statistics(
    info: Info, first_month: PeriodKey, last_month: PeriodKey, within: Within = None
) -> Any:
    viewer = info.context.viewer
    if not viewer.signed_in:
        return None
    county = await place_named(viewer, within)
    months = complaints.months_between(first_month, last_month)
    told = await complaints.statistics(viewer, months, county)
    return ComplaintStatistics(
        total=_figures(told.total),
        months=[
            ComplaintMonth(month=PeriodKey(month), figures=_figures(one))
            for month, one in told.months.items()
        ],
        topics=[
            TopicCount(topic=name, label=label, count=told.topics.get(name, 0))
            for name, label in complaints.TOPICS.items()
        ],
        outcomes=[
            OutcomeCount(outcome=name, label=label, count=told.outcomes.get(name, 0))
            for name, label in complaints.OUTCOMES.items()
        ],
    )


def _figures(told: complaints.Figures) -> ComplaintFigures:
    return ComplaintFigures(**{field.name: getattr(told, field.name) for field in fields(ComplaintFigures)})


@strawberry.type
class Queries:
    complaints = pages(Complaint, wanted=ComplaintFilter)
    complaint = single(Complaint)
    published_answers = pages(PublishedAnswer, wanted=PublishedFilter)
    published_answer = single(PublishedAnswer)
    complaint_statistics: Any = strawberry.field(
        resolver=_statistics,
        graphql_type=ComplaintStatistics | None,
        description="From one month to another, such as 2026-03; the running month is told to whoever answers.",
    )


@mutations
class Mutations:
    complain = mutation(complaints.complain, Complaint, "unit", kind=ComplaintKind, topic=ComplaintTopic)
    answer_complaint = mutation(complaints.answer, Complaint, "complaint", outcome=ComplaintOutcome)
    settle_complaint = mutation(complaints.settle, Complaint, "complaint")
    reopen_complaint = mutation(complaints.reopen, Complaint, "complaint")
    withdraw_complaint = mutation(complaints.withdraw, Complaint, "complaint")
