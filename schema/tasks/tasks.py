"""Tasks, their copies at the villages, and what comes back, through GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

import strawberry
from tortoise.expressions import Q

from models import matters, tasks
from models.base.clock import now, town_day
from models.base.viewer import NOTHING, Viewer, subtree
from models.tasks.states import WITH_THE_VILLAGE
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, later, may, versioned, void_signatures
from schema.base.filters import any_code, any_of, below, days, either, filter_of, moments, only, related, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, also, type_for
from schema.base.orders import By, order_of
from schema.base.roots import many, pages, single
from schema.base.statements import padded
from schema.files import Attachment
from schema.intake.requests import WorkRequest
from schema.matters.matters import Matter
from schema.people import Post
from schema.screening import Screening
from schema.units import Unit, UnitRef

TaskState = enum_of("TaskState", tasks.TASK_STATES, "How far a task has come.")
AssignmentState = enum_of(
    "AssignmentState", tasks.ASSIGNMENT_STATES, "How far a task has come at one village."
)
TaskVersionState = enum_of("TaskVersionState", tasks.VERSION_STATES, "What became of a change.")
Repetition = enum_of(
    "Repetition",
    tasks.REPEATS,
    "How often a task comes again.",
    names={"week": "WEEKLY", "month": "MONTHLY", "quarter": "QUARTERLY"},
)


def _task_is_late(state: str, due_at: datetime) -> bool:
    return state == "dispatched" and due_at < now()


def _of_late_tasks() -> Q:
    return Q(state="dispatched", due_at__lt=now())


def _assignment_is_late(state: str, due_at: datetime) -> bool:
    return state in WITH_THE_VILLAGE and due_at < now()


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
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    decided_at: datetime | None
    drafted_by: Post | None = strawberry.field(
        name="createdBy", description="Who made it, where the viewer may know."
    )
    decided_by: Post | None
    task: Task


@type_for(tasks.ReportFile)
class ReportAttachment(Attachment):
    report: Report = strawberry.field(description="The report it came with.")


@type_for(tasks.Report)
class Report(Node):
    words: str
    round: int
    at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    taken_back_at: datetime | None
    by: Post | None = strawberry.field(
        name="createdBy", description="Who made it, where the viewer may know."
    )
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


AssignmentFilter = filter_of(
    "AssignmentFilter",
    "What to look for among assignments.",
    text=text(tasks.AssignmentFilter, "Part of the task's title."),
    states=any_of("state", AssignmentState, "Assignments in any of these states."),
    within=below("unit__path", "Assignments of units at or below this one."),
    matter_codes=any_code(
        "task__matter__code",
        "Assignments of tasks of matters with any of these codes.",
        (matters.Matter, "code"),
    ),
    dispatched_at=moments("task__dispatched_at", "Assignments of tasks sent out between these instants."),
    decided_at=moments("decided_at", "Assignments accepted or returned between these instants."),
    task_codes=any_code("task__code", "Assignments of tasks with any of these codes.", (tasks.Task, "code")),
    due_on=days("due_at", "「办理期限」 within these days.", of_moments=True),
    is_open=only(partial(tasks.AssignmentFilter, state="open"), "Still the village's to do."),
    is_overdue=only(
        partial(tasks.AssignmentFilter, overdue=True), "「逾期」 Still the village's to do, and late."
    ),
)


AssignmentOrder = order_of(
    "AssignmentOrder",
    CREATED_AT=By("id", "In the order in which they were sent."),
    DUE_ON=By("due_at", "「办理期限」 By when they are due, to the moment."),
    UNIT=By("unit_id", "By unit: those of one stand together."),
)


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
    approval_note: str | None
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")
    dispatched_at: datetime | None
    due_at: datetime
    release_on: date | None
    repeats: str | None = coded(Repetition, or_none=True)
    repeats_until: date | None
    overload_reason: str | None
    township: Unit
    matter: Matter
    lead_office: Unit | None
    drafted_by: Post | None = strawberry.field(
        name="createdBy", description="Who made it, where the viewer may know."
    )
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
    may_approve_change: bool = may(tasks.approve_change)
    may_approve_afterwards: bool = may(tasks.approve_afterwards)


TaskFilter = filter_of(
    "TaskFilter",
    "What to look for among tasks.",
    text=text(tasks.TaskFilter, "Part of the title, or the beginning of the code."),
    codes=any_code("code", "Tasks with any of these codes.", (tasks.Task, "code")),
    states=any_of("state", TaskState, "Tasks in any of these states."),
    within=below("township__path", "Tasks of townships at or below this unit."),
    matter_codes=any_code(
        "matter__code", "Tasks of matters with any of these codes.", (matters.Matter, "code")
    ),
    departments=related(
        list[UnitRef],
        tasks.TaskSource,
        "task_id",
        lambda rows, units: (
            rows.filter(request__department_id__in=padded([one.pk for one in units]))
            if units
            else rows.filter(NOTHING)
        ),
        "Tasks that answer a request of any of these departments.",
    ),
    village=related(
        UnitRef,
        tasks.Assignment,
        "task_id",
        lambda rows, unit: rows.filter(subtree("unit__path", unit.path)),
        "Tasks that were sent to a unit at or below this one.",
    ),
    created_at=moments("made_at", "Tasks drafted between these instants."),
    dispatched_at=moments("dispatched_at", "Tasks sent out between these instants."),
    is_overdue=either(_of_late_tasks, "「逾期」 Sent out, not closed, and late."),
    is_emergency=either(Q(response_id__isnull=False), "「应急」 Sent out under an emergency response."),
    due_on=days("due_at", "「办理期限」 within these days.", of_moments=True),
    has_reports_to_review=related(
        bool,
        tasks.Assignment,
        "task_id",
        lambda rows, _: rows.filter(state="reported"),
        "With reports that wait for review.",
    ),
)


TaskOrder = order_of(
    "TaskOrder",
    CREATED_AT=By("made_at", "By when they were made."),
    DUE_ON=By("due_at", "「办理期限」 By when they are due, to the moment."),
    CODE=By("code", "「编号」"),
)


also(
    WorkRequest,
    tasks=many(
        Task,
        "sources__request_id",
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


@strawberry.type
class Queries:
    tasks = pages(Task, wanted=TaskFilter, orders=TaskOrder)
    task = single(Task, code=True)
    assignments = pages(Assignment, wanted=AssignmentFilter, orders=AssignmentOrder)
    assignment = single(Assignment)
    reports = pages(Report)
    report = single(Report)
    task_versions = pages(TaskVersion)
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
    report_assignment = mutation(tasks.report, Report, "assignment")
    take_back_report = mutation(tasks.take_back_report, Assignment, "assignment")
    accept_assignment = mutation(tasks.accept, Assignment, "assignment")
    return_assignment = mutation(tasks.return_report, Assignment, "assignment")
    accept_reports = mutation(tasks.accept_reports, Task, "task")
    return_reports = mutation(tasks.return_reports, Task, "task")
