"""Tasks, their copies at the villages, and what comes back, through GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import strawberry

from models import tasks
from models.base.clock import now, town_day
from models.base.viewer import Viewer
from models.tasks.states import WITH_THE_VILLAGE
from schema.base.fills import computed, later, may, versioned, void_signatures
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.intake.requests import WorkRequest
from schema.matters.matters import Matter
from schema.people import Post
from schema.screening import Screening
from schema.units import Unit


def _task_is_late(state: str, due_at: datetime) -> bool:
    return state == "dispatched" and due_at < now()


def _assignment_is_late(state: str, due_at: datetime) -> bool:
    return state in WITH_THE_VILLAGE and due_at < now()


def _day(at: datetime | None) -> date | None:
    return at and town_day(at)


async def _changes(_: Viewer, versions: list[tasks.TaskVersion]) -> Mapping[int, list[str]]:
    return await tasks.changes_by(versions)


@type_for(tasks.TaskSource)
class TaskSource(Node):
    request: WorkRequest
    screening: Screening


@type_for(tasks.TaskUnit)
class TaskUnit(Node):
    unit: Unit


@type_for(tasks.TaskVersion)
class TaskVersion(Node):
    number: int | None
    state: str
    state_label: str = computed(tasks.VERSION_STATES.get, "state")
    title: str
    body: str
    due_at: datetime
    elements: list[str]
    changes: list[str] = later(
        _changes,
        "What it changes against the version before it, in the words villages read; empty for the first.",
    )
    reason: str
    note: str
    made_at: datetime
    decided_at: datetime | None
    drafted_by: Post | None
    decided_by: Post | None
    task: Task


@type_for(tasks.Report)
class Report(Node):
    words: str
    round: int
    at: datetime
    taken_back_at: datetime | None
    by: Post | None
    assignment: Assignment


@type_for(tasks.Assignment)
class Assignment(Node):
    state: str
    state_label: str = computed(tasks.ASSIGNMENT_STATES.get, "state")
    due_on: date = computed(town_day, "due_at", description="The day of `dueAt`, as the town counts days.")
    is_overdue: bool = computed(_assignment_is_late, "state", "due_at")
    received_at: datetime | None
    reported_at: datetime | None
    decided_at: datetime | None
    return_note: str
    due_at: datetime
    extended: bool
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
    state: str
    state_label: str = computed(tasks.TASK_STATES.get, "state")
    version: str = versioned()
    is_overdue: bool = computed(_task_is_late, "state", "due_at")
    void_signatures: list[str] = void_signatures()
    approval_note: str
    made_at: datetime
    dispatched_at: datetime | None
    due_at: datetime
    release_on: date | None
    repeats: str
    repeats_until: date | None
    overload_reason: str
    township: Unit
    matter: Matter
    lead_office: Unit | None
    drafted_by: Post | None
    approved_by: Post | None
    sources = many(TaskSource, "task_id")
    planned_units = many(TaskUnit, "task_id")
    assignments = many(Assignment, "task_id")
    versions = many(TaskVersion, "task_id")
    may_revise: bool = may(tasks.revise)
    may_submit_for_approval: bool = may(tasks.submit_for_approval)
    may_approve: bool = may(tasks.approve)
    may_send_back: bool = may(tasks.send_back)
    may_dispatch: bool = may(tasks.dispatch)
    may_withdraw: bool = may(tasks.withdraw)
    may_merge: bool = may(tasks.merge)
    may_sign_overload: bool = may(tasks.sign_overload)
    may_approve_change: bool = may(tasks.approve_change)
    may_approve_afterwards: bool = may(tasks.approve_afterwards)


@strawberry.input(description="What to look for among tasks.")
class TaskFilter(tasks.TaskFilter):
    state: str = ""
    text: str = ""


@strawberry.input(description="What to look for among assignments.")
class AssignmentFilter(tasks.AssignmentFilter):
    state: str = ""
    overdue: bool = False
    text: str = ""


@strawberry.type
class Queries:
    tasks = pages(Task, wanted=TaskFilter)
    task = single(Task)
    assignments = pages(Assignment, wanted=AssignmentFilter)
    assignment = single(Assignment)
    reports = pages(Report)
    report = single(Report)
    task_versions = pages(TaskVersion)
    task_version = single(TaskVersion)


@mutations
class Mutations:
    draft_task = mutation(tasks.draft, Task, "township")
    revise_task = mutation(tasks.revise, Task, "task")
    submit_task_for_approval = mutation(tasks.submit_for_approval, Task, "task")
    approve_task = mutation(tasks.approve, Task, "task")
    send_back_task = mutation(tasks.send_back, Task, "task")
    dispatch_task = mutation(tasks.dispatch, Task, "task")
    withdraw_task = mutation(tasks.withdraw, Task, "task")
    receive_assignment = mutation(tasks.receive, Assignment, "assignment")
    report_assignment = mutation(tasks.report, Report, "assignment")
    take_back_report = mutation(tasks.take_back_report, Assignment, "assignment")
    accept_assignment = mutation(tasks.accept, Assignment, "assignment")
    return_assignment = mutation(tasks.return_report, Assignment, "assignment")
    accept_reports = mutation(tasks.accept_reports, Task, "task")
    return_reports = mutation(tasks.return_reports, Task, "task")
