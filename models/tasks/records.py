"""A task, the admitted requests it answers, its copy at each village, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import is_end_of_day, now, today, town_day
from models.base.columns import column, link
from models.base.records import Record
from models.base.search import Sought
from models.base.viewer import NOTHING, Viewer
from models.matters import Matter
from models.people import Post
from models.people.roles import ASKERS, VILLAGE_READERS
from models.requests.records import WorkRequest
from models.screening import Screening
from models.tasks.emergency import EmergencyResponse
from models.tasks.receipts import RECEIPT
from models.tasks.states import ASSIGNMENT, ASSIGNMENT_STATES, TASK, TASK_STATES, WITH_THE_VILLAGE
from models.tasks.visibility import of_the_township, over_townships, talk_reach, village_reach, where_asked
from models.units import Unit


class Task(Record):
    """What a township asks of villages, made from admitted requests under one matter."""

    township: fields.ForeignKeyRelation[Unit] = link("Unit", "tasks")
    township_id: int
    matter: fields.ForeignKeyRelation[Matter] = link("Matter", "tasks", indexed=True)
    matter_id: int
    code = fields.CharField(max_length=80, unique=True)
    title = fields.CharField(max_length=200)
    body = fields.TextField()
    due_at = fields.DatetimeField()
    """The one moment it is due: of an emergency by the clock, else the end of a day."""
    state = fields.CharField(max_length=12, default="draft")
    lead_office: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "tasks_led", said="牵头办线", indexed=True, null=True
    )
    lead_office_id: int | None
    drafted_by: fields.ForeignKeyRelation[Post] = link("Post", "tasks_drafted", indexed=True)
    drafted_by_id: int
    approved_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "tasks_approved", said="审批人", indexed=True, null=True
    )
    approved_by_id: int | None
    approval_note = column("审批意见", fields.TextField(default=""))
    approved_at = column("审批时间", fields.DatetimeField(null=True))
    made_at = fields.DatetimeField()
    dispatched_at = column("下派时间", fields.DatetimeField(null=True))
    release_on = column("定时下派日", fields.DateField(null=True))
    """Approved work waits for this day and then goes out by itself."""
    repeats = column("重复", fields.CharField(max_length=10, default=""))
    repeats_until = column("重复到哪天", fields.DateField(null=True))
    series: fields.ForeignKeyNullableRelation[Task] = link(
        "Task", "rounds", said="同一系列的任务", indexed=True, null=True
    )
    series_id: int | None
    overload_reason = column("超负荷理由", fields.TextField(default=""))
    overload_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "overloads", said="签批超负荷的人", indexed=True, null=True
    )
    overload_by_id: int | None
    asked_anew: list[str] = column("签批后重新要的数据", fields.JSONField(default=list, db_default=[]))
    """The codes of data that villages have on file and are asked for all the same: by a waiver, while it holds."""
    response: fields.ForeignKeyNullableRelation[EmergencyResponse] = link(
        "EmergencyResponse", "tasks", said="应急响应", indexed=True, null=True
    )
    response_id: int | None
    sought = Sought("title", "code")
    loads: Sequence[Any] = ()
    """What each village it is planned for would carry with it (`loads.Load`), once its version was noted while it is not out."""

    called = "任务"
    states = TASK
    judged_with = ("township", "matter", "drafted_by__person")
    opens = frozenset({"township", "matter", "lead_office", "response"})
    versioned = True

    class Meta:
        table = "task"
        indexes = (
            ("township_id", "state", "id"),
            ("township_id", "dispatched_at"),
            ("made_at", "id"),
            ("due_at", "id"),
        )

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The township's people, overseers, departments that asked, and villages once it reached them."""
        return cls.filter(task_reach(viewer))

    def trail_path(self) -> str:
        return self.township.path

    async def cleared(self) -> frozenset[str]:
        """What the askers of its requests have explained."""
        sources = await TaskSource.filter(task_id=self.pk).select_related("request")
        return frozenset().union(*[await source.request.cleared() for source in sources])

    @property
    def state_label(self) -> str:
        return TASK_STATES[self.state]

    @property
    def due_on(self) -> date:
        return town_day(self.due_at)

    @property
    def is_overdue(self) -> bool:
        return self.state == "dispatched" and self.due_at < now()


class TaskSource(Record):
    """One admitted request that a task answers, since the database accepts no other kind."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "sources")
    task_id: int
    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "task_sources", indexed=True)
    request_id: int
    screening: fields.ForeignKeyRelation[Screening] = link(
        "Screening", "task_sources", said="过筛结论", indexed=True
    )
    screening_id: int
    stands_for = column("生效的下派申请", fields.BigIntField(null=True, unique=True))
    """The request's number until the task is withdrawn: unique, so that no request is answered by two tasks."""

    called = "任务来源"
    opens = frozenset({"request", "screening"})

    class Meta:
        table = "task_source"
        unique_together = (("task", "request"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whoever sees the request sees what became of it; villages never see requests."""
        return cls.filter(request_id__in=Subquery(WorkRequest.visible_to(viewer).values("id")))


class TaskUnit(Record):
    """A village or grid that a task is planned for, before it is dispatched."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "planned_units")
    task_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "planned_tasks", indexed=True)
    unit_id: int

    called = "计划村社"
    opens = frozenset({"task", "unit"})

    class Meta:
        table = "task_unit"
        unique_together = (("task", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(of_the_township(viewer, "task__") | over_townships(viewer, "task__"))


class Assignment(Record):
    """A task's copy at one village or grid."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "assignments")
    task_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "assignments")
    unit_id: int
    state = fields.CharField(max_length=12, default="dispatched")
    due_at = fields.DatetimeField()
    """The one moment from which all is told: lateness, days left, order, reminders, points."""
    granted_until = column("同意延到什么时候", fields.DatetimeField(null=True))
    """What this village alone was given: no later word to all makes its end sooner than this."""
    extended = column("是否延过期", fields.BooleanField(default=False))
    rested_days = column("中止过几个工作日", fields.IntField(default=0, db_default=0))
    """Working days that were given back for its rests."""
    suspended_at = column("什么时候中止", fields.DatetimeField(null=True))
    suspended_from = column("中止以前的状态", fields.CharField(max_length=12, default="", db_default=""))
    """The state it rests from, and goes back to."""
    unanswered_on = column("哪天记为逾期没有反馈", fields.DateField(null=True))
    """The day on which it was noted that its end had passed without a report."""
    handed_to: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "assignments_handed", said="交给谁办", indexed=True, null=True
    )
    handed_to_id: int | None
    received_at = column("签收时间", fields.DatetimeField(null=True))
    reported_at = column("反馈时间", fields.DatetimeField(null=True))
    decided_at = fields.DatetimeField(null=True)
    return_note = fields.TextField(default="")

    called = "任务单"
    follows = frozenset({"extended", "rested_days", "suspended_from", "unanswered_on"})
    states = ASSIGNMENT
    part_of = "task"
    judged_with = ("unit", "task", "task__township", "task__matter")
    opens = frozenset({"unit", "task"})
    heard_in = ("reports", "messages", "extensions", "objections")
    traces = RECEIPT

    class Meta:
        table = "assignment"
        unique_together = (("task", "unit"),)
        indexes = (("unit_id", "state", "due_at"), ("due_at", "id"), ("unit_id", "id"), ("decided_at", "id"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(assignment_reach(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    async def cleared(self) -> frozenset[str]:
        return await self.task.cleared()

    @property
    def state_label(self) -> str:
        return ASSIGNMENT_STATES[self.state]

    @property
    def due_on(self) -> date:
        return town_day(self.due_at)

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it is due at an hour, as emergencies are, and not on a day."""
        return not is_end_of_day(self.due_at)

    @property
    def is_overdue(self) -> bool:
        return self.state in WITH_THE_VILLAGE and self.due_at < now()

    @property
    def days_left(self) -> int:
        """Calendar days until it is due; negative when it is late."""
        return (self.due_on - today()).days

    @property
    def wants_evidence(self) -> bool:
        return bool(self.task.matter.evidence.get("kinds"))


def asked_by(viewer: Viewer, task_id: str) -> Q:
    """Tasks that answer a request of one's own department or office."""
    units = [hat.unit_id for hat in viewer.hats_as(*ASKERS)]
    if not units:
        return NOTHING
    own = TaskSource.filter(request__department_id__in=units).values("task_id")
    asked: dict[str, Any] = {f"{task_id}__in": Subquery(own)}
    return Q(**asked)


def task_reach(viewer: Viewer, task: str = "") -> Q:
    """Tasks (or rows of them, by the prefix) this viewer may know of."""
    own_id = f"{task}id"
    at_villages = Assignment.filter(village_reach(viewer)).values("task_id")
    reached: dict[str, Any] = {f"{own_id}__in": Subquery(at_villages)}
    return (
        of_the_township(viewer, task)
        | over_townships(viewer, task)
        | asked_by(viewer, own_id)
        | (Q(**reached) if viewer.hats_as(*VILLAGE_READERS) else NOTHING)
    )


def asked_there(viewer: Viewer, assignment: str = "") -> Q:
    """Copies that answer a standing request of one's own, where it asked."""
    return where_asked(viewer, TaskSource.all(), Assignment.all(), assignment)


def assignment_reach(viewer: Viewer, assignment: str = "") -> Q:
    """Those between whom the work goes, and whoever asked for it there, who reads state and answer."""
    return talk_reach(viewer, assignment) | asked_there(viewer, assignment)
