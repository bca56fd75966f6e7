"""Objections (不属本村): a village says that a task is not its to do; others decide, never at its cost."""

from __future__ import annotations

from datetime import date
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.commands import FromAbove, Personal, command, rule
from models.base.records import Record
from models.base.refusals import Invalid, NotNow
from models.base.signatures import WHOLE, whole_but
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import DOERS, OBJECTION_JUDGES, REVIEWERS
from models.policies import policy
from models.tasks.deadlines import begin_rest, end_rest
from models.tasks.execution import close_if_done
from models.tasks.expiry import lapses, let_lapse
from models.tasks.records import Assignment
from models.tasks.rescreening import found_today
from models.tasks.states import OBJECTION, OBJECTION_STATES
from models.tasks.trail_facts import tell_excused
from models.tasks.versions import TaskVersion
from models.tasks.visibility import talk_reach
from models.workdays import workdays_of

OBJECTION_KINDS = {
    "not_ours": "不属于本村职责",
    "elsewhere": "对象不在本村",
    "done": "已经办过或已经报过",
    "not_listed": "超出清单范围",
    "overloaded": "负担过重，办不了",
}


class Objection(Record):
    """A village's objection to its assignment, decided by the township and, on appeal, by the county."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "objections", indexed=True)
    assignment_id: int
    kind = fields.CharField(max_length=20)
    words = fields.TextField()
    state = fields.CharField(max_length=16, default="open")
    made_by: fields.ForeignKeyRelation[Post] = link("Post", "objections", indexed=True)
    made_by_id: int
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    finding = column("调查情况", fields.TextField(default=""))
    """What screening the task again gave, by the list in force on the day it was last judged."""
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "objections_decided", indexed=True, null=True
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)
    appeal_until = column("上诉的最后一天", fields.DateField(null=True))
    """The last day on which a refusal may be taken to the county."""
    appeal = column("上诉的话", fields.TextField(default=""))
    appealed_at = column("上诉时间", fields.DatetimeField(null=True))
    appeal_answer = column("上诉的答复", fields.TextField(default=""))
    appeal_decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "appeals_decided", said="上诉的答复人", indexed=True, null=True
    )
    appeal_decided_by_id: int | None

    called = "任务异议"
    states = OBJECTION
    part_of = "assignment"
    judged_with = (
        "assignment",
        "assignment__unit",
        "assignment__task",
        "assignment__task__township",
        "assignment__task__matter",
        "decided_by__person",
    )
    opens = frozenset({"assignment"})
    personal = frozenset({"words", "appeal"})
    villages_wrote = (
        "words",
        "appeal",
    )

    class Meta:
        table = "objection"
        indexes = (("state", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(talk_reach(viewer, "assignment__"))

    def trail_path(self) -> str:
        return self.assignment.unit.path

    @property
    def state_label(self) -> str:
        return OBJECTION_STATES[self.state]

    @property
    def kind_label(self) -> str:
        return OBJECTION_KINDS[self.kind]


lapses(Objection, "open", "appealed")


@rule("只有本村社的干部可以提出异议。")
def speaks_for_the_village(actor: Viewer, assignment: Assignment) -> bool:
    return actor.oversees(assignment.unit.path, *DOERS)


@command(said="提出异议", who=speaks_for_the_village)
async def object_to(actor: Viewer, assignment: Assignment, *, kind: str, words: Personal[str]) -> Objection:
    """Say that a task is not the village's to do; its clock stands still until the township answers."""
    if kind not in OBJECTION_KINDS:
        raise Invalid("请选择异议的理由。", field="kind")
    if not 1 <= len(words.strip()) <= 2000:
        raise Invalid("请写明具体情况（不超过 2000 个字）。", field="words")
    if not await is_worded_anew(assignment):
        raise NotNow("这个任务已经提过异议。不服答复可以上诉；任务内容变了，才能再提。")
    path = assignment.unit.path
    days = await workdays_of(path)
    await begin_rest(assignment, "objected")
    return await Objection.create(
        assignment=assignment,
        kind=kind,
        words=words.strip(),
        made_by_id=actor.post_id,
        made_at=now(),
        due_on=days.after(today(), await policy(path, "objection_days")),
        finding=await found_today(assignment),
    )


async def is_worded_anew(assignment: Assignment) -> bool:
    """Whether it was never objected to as the task reads now: otherwise its clock could stand still for ever."""
    before = await Objection.filter(assignment=assignment).order_by("-id").first()
    if before is None:
        return True
    changed = TaskVersion.filter(task_id=assignment.task_id, number__gt=1, decided_at__gte=before.made_at)
    return await changed.exists()


@rule("只有本镇街的统筹员或领导可以答复异议。")
def answers_for_the_township(actor: Viewer, objection: Objection) -> bool:
    return actor.is_a(*REVIEWERS, at=objection.assignment.task.township.path)


@rule(
    "只能由县里的清单管理员答复上诉，而且不能是答复过这个异议的本人。",
    apart_from=lambda objection: [objection.decided_by.person] if objection.decided_by else [],
)
def judges_appeals(actor: Viewer, objection: Objection) -> bool:
    return actor.oversees(objection.assignment.task.township.path, *OBJECTION_JUDGES)


@rule("只有提出异议的村社可以上诉。")
def objected(actor: Viewer, objection: Objection) -> bool:
    return actor.oversees(objection.assignment.unit.path, *DOERS)


@rule("上诉的期限已过。")
def may_still_appeal(objection: Objection) -> bool:
    """Those refused before there was a last day have none."""
    return objection.appeal_until is None or today() <= objection.appeal_until


@command(said="答复异议", who=answers_for_the_township, binds=whole_but("appeal"))
async def answer_objection(
    actor: Viewer, objection: Objection, *, upheld: bool, answer: FromAbove[str]
) -> Objection:
    """Take the task away from the village, or say why it is the village's all the same."""
    objection.answer = _said(answer)
    objection.state = "upheld" if upheld else "refused"
    objection.decided_by_id, objection.decided_at = actor.post_id, now()
    objection.finding = await found_today(objection.assignment)
    objection.appeal_until = None if upheld else await _last_day_to_appeal(objection)
    await objection.save(
        update_fields=["answer", "state", "decided_by_id", "decided_at", "finding", "appeal_until"]
    )
    await _settle(objection.assignment, upheld)
    return objection


async def _last_day_to_appeal(objection: Objection) -> date:
    path = objection.assignment.unit.path
    return (await workdays_of(path)).after(today(), await policy(path, "objection_appeal_days"))


@command(said="向县里上诉", who=objected, when=may_still_appeal)
async def appeal(actor: Viewer, objection: Objection, *, words: Personal[str]) -> Objection:
    """Ask the county to look at a refused objection; the clock stands still again."""
    objection.appeal, objection.state, objection.appealed_at = _said(words), "appealed", now()
    await objection.save(update_fields=["appeal", "state", "appealed_at"])
    assignment = objection.assignment
    await begin_rest(assignment, "objected")
    return objection


@command(said="答复上诉", who=judges_appeals, binds=WHOLE)
async def answer_appeal(
    actor: Viewer, objection: Objection, *, upheld: bool, answer: FromAbove[str]
) -> Objection:
    """The county's last word."""
    objection.appeal_answer = _said(answer)
    objection.state = "appeal_upheld" if upheld else "appeal_refused"
    objection.appeal_decided_by_id = actor.post_id
    objection.finding = await found_today(objection.assignment)
    await objection.save(update_fields=["appeal_answer", "state", "appeal_decided_by_id", "finding"])
    await _settle(objection.assignment, upheld)
    return objection


async def _settle(assignment: Assignment, upheld: bool) -> None:
    """Upheld, the village is rid of the task; otherwise it has it back with the days the question took."""
    if upheld:
        assignment.state, assignment.decided_at = "withdrawn", now()
        await assignment.save(update_fields=["state", "decided_at"])
        await let_lapse([assignment.pk])
        await tell_excused([assignment], "异议成立，不属于本村社")
        await close_if_done(assignment)
    else:
        await end_rest(assignment)


def _said(words: str) -> str:
    if not 1 <= len(words.strip()) <= 2000:
        raise Invalid("请写明理由（不超过 2000 个字）。", field="answer")
    return words.strip()
