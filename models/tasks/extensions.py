"""Extensions: a village asks for more time, and the township answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import end_of, now, today, town_day
from models.base.columns import column, link
from models.base.commands import FromAbove, command, rule
from models.base.days import Planned
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.text import says_something
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import REVIEWERS
from models.tasks.deadlines import begin_rest, end_rest, grant, must_be_a_later_end
from models.tasks.execution import reviews_for_the_township, works_there
from models.tasks.expiry import lapses
from models.tasks.records import Assignment
from models.tasks.states import EXTENSION, EXTENSION_STATES, OPEN
from models.tasks.trail_facts import tell_of_rest
from models.tasks.visibility import talk_reach


class Extension(Record):
    """A village's request for a later day, with the township's answer."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "extensions", indexed=True)
    assignment_id: int
    until_at = column("申请延到的时间", fields.DatetimeField())
    reason = fields.TextField()
    state = fields.CharField(max_length=12, default="asked")
    asked_by: fields.ForeignKeyRelation[Post] = link("Post", "extensions", said="提出人", indexed=True)
    asked_by_id: int
    asked_at = column("提出时间", fields.DatetimeField())
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "extensions_decided", indexed=True, null=True
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)

    called = "延期申请"
    states = EXTENSION
    part_of = "assignment"
    judged_with = ("assignment", "assignment__unit", "assignment__task", "assignment__task__township")
    opens = frozenset({"assignment"})
    villages_wrote = ("reason",)

    class Meta:
        table = "extension"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(talk_reach(viewer, "assignment__"))

    def trail_path(self) -> str:
        return self.assignment.unit.path

    @property
    def state_label(self) -> str:
        return EXTENSION_STATES[self.state]

    @property
    def until(self) -> date:
        return town_day(self.until_at)


lapses(Extension, "asked")


@command(said="申请延期", who=works_there)
async def ask_for_time(
    actor: Viewer,
    assignment: Assignment,
    *,
    reason: str,
    until: Planned[date | None] = None,
    until_at: Planned[datetime | None] = None,
) -> Extension:
    """Ask for a later day, or in an emergency a later hour, saying why."""
    moment = await _later(assignment, until, until_at)
    if not 1 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明延期的原因（不超过 1000 个字）。", field="reason")
    if await Extension.filter(assignment=assignment, state="asked").exists():
        raise Invalid("已经申请过延期，正在等镇街答复。", field="until")
    return await Extension.create(
        assignment=assignment,
        until_at=moment,
        reason=reason.strip(),
        asked_by_id=actor.post_id,
        asked_at=now(),
    )


async def _later(assignment: Assignment, until: date | None, until_at: datetime | None) -> datetime:
    """The moment that is asked for: after the present end, and within what the place allows."""
    field = "until" if until_at is None else "until_at"
    if (until is None) == (until_at is None):
        raise Invalid("请填写延到哪一天。", field="until")
    if until_at is not None and not assignment.is_by_the_clock:
        raise Invalid("这个任务按天计期限，请填写延到哪一天。", field="until_at")
    moment = until_at or end_of(until or today())
    await must_be_a_later_end(
        moment,
        assignment.due_at,
        assignment.unit.path,
        field=field,
        by_the_clock=assignment.is_by_the_clock,
    )
    return moment


@rule("只有本镇街的统筹员或领导可以答复延期。")
def answers_for_the_township(actor: Viewer, extension: Extension) -> bool:
    return actor.is_a(*REVIEWERS, at=extension.assignment.task.township.path)


@command(said="答复延期", who=answers_for_the_township, binds=WHOLE)
async def answer_extension(
    actor: Viewer, extension: Extension, *, granted: bool, answer: FromAbove[str] = ""
) -> Extension:
    """Give the village the later day, or say why not."""
    if not granted and not says_something(answer):
        raise Invalid("请写明不同意的原因。", field="answer")
    extension.state, extension.answer = "granted" if granted else "refused", answer.strip()
    extension.decided_by_id, extension.decided_at = actor.post_id, now()
    await extension.save(update_fields=["state", "answer", "decided_by_id", "decided_at"])
    if granted and extension.assignment.state in OPEN:
        await grant(extension.assignment, extension.until_at)
    return extension


@command(said="中止", who=reviews_for_the_township)
async def suspend(actor: Viewer, assignment: Assignment, *, reason: FromAbove[str]) -> Assignment:
    """Let a task rest at one village; its clock stands still."""
    if not reason.strip():
        raise Invalid("请写明中止的原因。", field="reason")
    await begin_rest(assignment, "suspended")
    return assignment


@command(said="恢复办理", who=reviews_for_the_township)
async def resume(actor: Viewer, assignment: Assignment) -> Assignment:
    """Let the task go on, its end put off by the working days it rested."""
    await tell_of_rest(assignment.suspended_at, assignment.due_at, assignment.unit.path)
    await end_rest(assignment)
    return assignment
