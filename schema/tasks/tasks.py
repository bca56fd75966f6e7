"""Tasks, their copies at the villages, and what comes back, through GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry

from models import tasks
from models.base.clock import now, town_day
from models.base.viewer import Viewer
from models.tasks.states import WITH_THE_VILLAGE
from schema.base.enums import coded
from schema.base.fills import computed, created_at, created_by, later, may, versioned, void_signatures
from schema.base.filters import any_of, any_row, below, filter_of, moments
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, above, also, type_for
from schema.base.roots import many, pages, single
from schema.files import Attachment
from schema.intake.requests import WorkRequest
from schema.matters.matters import Matter
from schema.people import Post
from schema.screening import Screening
from schema.tasks.inputs import ANSWERS
from schema.tasks.words import (
    AssignmentFilter,
    AssignmentOrder,
    AssignmentState,
    Repetition,
    TaskFilter,
    TaskOrder,
    TaskState,
    TaskVersionState,
)
from schema.units import Unit


def _task_is_late(state: str, due_at: datetime) -> bool:
    return state == "dispatched" and due_at < now()


def _assignment_is_late(state: str, due_at: datetime) -> bool:
    return state in WITH_THE_VILLAGE and due_at < now()


def _summary(number: int, dispatched_at: datetime | None) -> str | None:
    return f"/tasks/{number}/summary.xlsx" if dispatched_at else None


def _day(at: datetime | None) -> date | None:
    return at and town_day(at)


async def _changes(_: Viewer, versions: list[tasks.TaskVersion]) -> Mapping[int, list[str]]:
    return await tasks.changes_by(versions)


@type_for(tasks.TaskSource)
class TaskSource(Node):
    task: Task | None = strawberry.field(
        description="The task that answers the request, where the viewer may know of it."
    )
    request: WorkRequest
    screening: Screening


@type_for(tasks.TaskUnit)
class TaskUnit(Node):
    task: Task
    unit: Unit


@type_for(tasks.TaskVersion)
class TaskVersion(Node):
    number: int | None
    state: str = coded(TaskVersionState)
    state_label: str = computed(tasks.VERSION_STATES.get, "state")
    title: str
    body: str
    due_at: datetime
    elements: list[str]
    changes: list[str] = later(
        _changes,
        "What it changes against the version before it, in the words villages read; empty for the first.",
    )
    reason: str | None
    note: str | None
    made_at: datetime = created_at()
    decided_at: datetime | None
    drafted_by: Post | None = created_by()
    decided_by: Post | None
    task: Task


@type_for(tasks.ReportFile)
class ReportAttachment(Attachment):
    report: Report = strawberry.field(description="The report it came with.")


@type_for(tasks.Report)
class Report(Node):
    words: str
    round: int
    at: datetime = created_at()
    taken_back_at: datetime | None
    by: Post | None = created_by()
    assignment: Assignment
    attachments = many(ReportAttachment, "report_id")


@type_for(tasks.Assignment)
class Assignment(Node):
    state: str = coded(AssignmentState)
    state_label: str = computed(tasks.ASSIGNMENT_STATES.get, "state")
    due_on: date = computed(town_day, "due_at", description="The day of `dueAt`, as the town counts days.")
    is_overdue: bool = computed(_assignment_is_late, "state", "due_at")
    received_at: datetime | None = strawberry.field(
        description="「签收时间」 For the village and the desk that sent it; to all others a task is under way, read or not."
    )
    reported_at: datetime | None
    decided_at: datetime | None
    return_note: str | None
    due_at: datetime
    extended: bool = strawberry.field(name="isExtended", description="Whether it was given more time.")
    suspended_on: date | None = computed(_day, "suspended_at")
    version: str = versioned()
    unanswered_on: date | None
    unit: Unit
    task: Task
    reports = many(Report, "assignment_id", order=("round", "id"))
    may_receive: bool = may(tasks.receive)
    may_report: bool = may(tasks.report)
    may_accept: bool = may(tasks.accept)
    may_return: bool = may(tasks.return_report)
    may_object: bool = may(tasks.object_to)
    may_take_back_report: bool = may(tasks.take_back_report)
    may_ask_for_time: bool = may(tasks.ask_for_time)
    may_hand: bool = may(tasks.hand_to)


@type_for(tasks.Task)
class Task(Node):
    code: str
    title: str
    body: str
    due_on: date = computed(town_day, "due_at", description="The day of `dueAt`, as the town counts days.")
    state: str = coded(TaskState)
    state_label: str = computed(tasks.TASK_STATES.get, "state")
    version: str = versioned()
    is_overdue: bool = computed(_task_is_late, "state", "due_at")
    void_signatures: list[str] = void_signatures()
    summary_url: str | None = computed(
        _summary,
        "id",
        "dispatched_at",
        description="「汇总表」 Where to GET it with the same token: to each what they may see; null before it is sent out.",
    )
    approval_note: str | None
    made_at: datetime = created_at()
    dispatched_at: datetime | None
    due_at: datetime
    release_on: date | None
    repeats: str | None = coded(Repetition, or_none=True)
    repeats_until: date | None
    overload_reason: str | None
    asked_anew: list[str] = strawberry.field(
        description="The codes of data that villages have on file and are asked for all the same, by a waiver."
    )
    township: Unit
    matter: Matter
    response: Any = strawberry.field(
        graphql_type=above("EmergencyResponse") | None,
        description="「应急」 The response under which it went out.",
    )
    series: Task | None = strawberry.field(description="The task that it repeats, the first of its series.")
    lead_office: Unit | None
    drafted_by: Post | None = created_by()
    approved_by: Post | None
    sources = many(TaskSource, "task_id")
    planned_units = many(TaskUnit, "task_id")
    assignments = many(Assignment, "task_id", wanted=AssignmentFilter, orders=AssignmentOrder)
    versions = many(TaskVersion, "task_id")
    may_revise: bool = may(tasks.revise)
    may_submit_for_approval: bool = may(tasks.submit_for_approval)
    may_approve: bool = may(tasks.approve)
    may_send_back: bool = may(tasks.send_back)
    may_dispatch: bool = may(tasks.dispatch)
    may_withdraw: bool = may(tasks.withdraw)
    may_merge: bool = may(tasks.merge)
    may_sign_overload: bool = may(tasks.sign_overload)
    may_ask_anew: bool = may(tasks.ask_anew)
    may_spare_villages: bool = may(tasks.spare_villages)
    may_approve_change: bool = may(tasks.approve_change)
    may_approve_afterwards: bool = may(tasks.approve_afterwards)


also(
    WorkRequest,
    tasks=many(
        Task,
        "sources__request_id",
        wanted=TaskFilter,
        orders=TaskOrder,
        description="The tasks that answer it, merged or not: none before one is drafted.",
    ),
    answers=many(
        Assignment,
        "task__sources__request_id",
        wanted=AssignmentFilter,
        orders=AssignmentOrder,
        description="The copies of these tasks, each with its village, state, reports and files: to the asker those "
        "where it asked.",
    ),
)
also(Screening, task_sources=many(TaskSource, "screening_id"))
also(
    Unit,
    tasks=many(
        Task,
        "township_id",
        wanted=TaskFilter,
        orders=TaskOrder,
        description="「任务」 Those of the township.",
    ),
    assignments=many(
        Assignment,
        "unit_id",
        wanted=AssignmentFilter,
        orders=AssignmentOrder,
        description="「任务单」 Those of just this unit, without what lies below it.",
    ),
)


ReportFilter = filter_of(
    "ReportFilter",
    "What to look for among reports.",
    assignments=any_row("assignment_id", tasks.Assignment, "Reports on any of these assignments."),
    within=below("assignment__unit__path", "Reports of units at or below this one."),
    created_at=moments("at", "Reports given between these instants."),
)


TaskVersionFilter = filter_of(
    "TaskVersionFilter",
    "What to look for among versions of tasks.",
    tasks=any_row("task_id", tasks.Task, "Versions of any of these tasks."),
    states=any_of("state", TaskVersionState, "Versions in any of these states."),
)


@strawberry.type
class Queries:
    tasks = pages(Task, wanted=TaskFilter, orders=TaskOrder)
    task = single(Task, code=True)
    assignments = pages(Assignment, wanted=AssignmentFilter, orders=AssignmentOrder)
    assignment = single(Assignment)
    reports = pages(Report, wanted=ReportFilter)
    report = single(Report)
    task_versions = pages(TaskVersion, wanted=TaskVersionFilter)
    task_version = single(TaskVersion)


@mutations
class Mutations:
    draft_task = mutation(tasks.draft, Task, "township", repeats=Repetition)
    revise_task = mutation(tasks.revise, Task, "task", repeats=Repetition)
    submit_task_for_approval = mutation(tasks.submit_for_approval, Task, "task")
    approve_task = mutation(tasks.approve, Task, "task")
    send_back_task = mutation(tasks.send_back, Task, "task")
    dispatch_task = mutation(tasks.dispatch, Task, "task")
    withdraw_task = mutation(tasks.withdraw, Task, "task")
    receive_assignment = mutation(tasks.receive, Assignment, "assignment")
    report_assignment = mutation(tasks.report, Report, "assignment", together=ANSWERS)
    take_back_report = mutation(tasks.take_back_report, Assignment, "assignment")
    accept_assignment = mutation(tasks.accept, Assignment, "assignment")
    return_assignment = mutation(tasks.return_report, Assignment, "assignment")
    accept_reports = mutation(tasks.accept_reports, Task, "task")
    return_reports = mutation(tasks.return_reports, Task, "task")
