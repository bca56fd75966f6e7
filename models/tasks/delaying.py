"""Extensions: a village asks for more time, and the township answers."""

from __future__ import annotations

from datetime import date
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.commands import FromAbove, command, rule
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.people import Post
from models.tasks.doing import REVIEWERS, reviews_for_the_township, works_there
from models.tasks.objecting import give_back
from models.tasks.outcome import tell_excused
from models.tasks.reach import talk_reach
from models.tasks.records import Assignment
from models.tasks.states import ASSIGNMENT_STATES, WITH_THE_VILLAGE, only_while

EXTENSION_STATES = {"asked": "待答复", "granted": "已同意", "refused": "未同意"}


class Extension(Record):
    """A village's request for a later day, with the township's answer."""

    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", db_index=True, related_name="extensions", on_delete=fields.OnDelete.RESTRICT
    )
    assignment_id: int
    until = fields.DateField()
    reason = fields.TextField()
    state = fields.CharField(max_length=12, default="asked")
    asked_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="extensions", on_delete=fields.OnDelete.RESTRICT
    )
    asked_by_id: int
    asked_at = fields.DatetimeField()
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post",
        db_index=True,
        related_name="extensions_decided",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)

    called = "延期申请"
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

    async def lock(self) -> None:
        """Its assignment and task first, as everybody takes them."""
        await (await Assignment.get(pk=self.assignment_id)).lock()
        await super().lock()

    @property
    def state_label(self) -> str:
        return EXTENSION_STATES[self.state]


with_the_village = only_while(
    ASSIGNMENT_STATES, *WITH_THE_VILLAGE, told="这个任务现在是“{}”，不能延期或中止。"
)


@command(who=works_there, when=with_the_village)
async def ask_for_time(actor: Viewer, assignment: Assignment, *, until: date, reason: str) -> Extension:
    """Ask for a later day, saying why."""
    if until <= max(assignment.due_on, today()):
        raise Invalid("申请的日期应在现在的期限和今天之后。", field="until")
    if not 1 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明延期的原因（不超过 1000 个字）。", field="reason")
    if await Extension.filter(assignment=assignment, state="asked").exists():
        raise Invalid("已经申请过延期，正在等镇街答复。", field="until")
    return await Extension.create(
        assignment=assignment, until=until, reason=reason.strip(), asked_by_id=actor.post_id, asked_at=now()
    )


@rule("只有本镇街的统筹员或领导可以答复延期。")
def answers_for_the_township(actor: Viewer, extension: Extension) -> bool:
    return actor.is_a(*REVIEWERS, at=extension.assignment.task.township)


still_asked = only_while(EXTENSION_STATES, "asked", told="这个延期申请“{}”，不用再答复。")


@command(who=answers_for_the_township, when=still_asked)
async def answer_extension(
    actor: Viewer, extension: Extension, *, granted: bool, answer: FromAbove[str] = ""
) -> Extension:
    """Give the village the later day, or say why not."""
    if not granted and not answer.strip():
        raise Invalid("请写明不同意的原因。", field="answer")
    extension.state, extension.answer = "granted" if granted else "refused", answer.strip()
    extension.decided_by_id, extension.decided_at = actor.post_id, now()
    await extension.save(update_fields=["state", "answer", "decided_by_id", "decided_at"])
    assignment = extension.assignment
    if granted and assignment.state in WITH_THE_VILLAGE:
        await tell_excused([assignment], "镇街同意延期")
        assignment.due_on, assignment.extended, assignment.unanswered_on = extension.until, True, None
        await assignment.save(update_fields=["due_on", "extended", "unanswered_on"])
    return extension


is_suspended = only_while(ASSIGNMENT_STATES, "suspended", told="这个任务现在是“{}”，没有中止。")


@command(who=reviews_for_the_township, when=with_the_village)
async def suspend(actor: Viewer, assignment: Assignment, *, reason: FromAbove[str]) -> Assignment:
    """Let a task rest at one village; its clock stands still."""
    if not reason.strip():
        raise Invalid("请写明中止的原因。", field="reason")
    assignment.state, assignment.suspended_on = "suspended", today()
    await assignment.save(update_fields=["state", "suspended_on"])
    return assignment


@command(who=reviews_for_the_township, when=is_suspended)
async def resume(actor: Viewer, assignment: Assignment) -> Assignment:
    """Let the task go on, its end put off by the working days it rested."""
    await give_back(assignment)
    return assignment
