"""Collective discussion (集体讨论): what a major matter needs before a leader may approve it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.aggregates import digest, wholes
from models.base.clock import now, today
from models.base.columns import column, link
from models.base.commands import command, rule
from models.base.days import Happened
from models.base.derived_figures import WorkedOut
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.signatures import WHOLE, must_hold, whole_but
from models.base.text import Line
from models.base.viewer import Viewer
from models.files import File, Hung, Stored, filed
from models.people import Post
from models.people.roles import COORDINATORS, DISCUSSANTS
from models.tasks.records import Task
from models.tasks.states import UNDECIDED
from models.tasks.versions import TaskVersion, must_wait_for_a_word
from models.tasks.visibility import of_the_township, over_townships


class Discussion(Record):
    """The record of one discussion of a task: when, with what outcome, under which number of the minutes."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "discussions", indexed=True)
    task_id: int
    held_on = column("开会日期", fields.DateField())
    agreed = column("是否同意", fields.BooleanField())
    outcome = fields.TextField()
    minutes_number = column("会议纪要编号", fields.CharField(max_length=80))
    page: fields.ForeignKeyNullableRelation[File] = link(
        "File", "discussions", said="会议纪要的照片", indexed=True, null=True
    )
    page_id: int | None
    """The photographed page of the minutes, where participants do not confirm one by one."""
    recorded_by: fields.ForeignKeyRelation[Post] = link(
        "Post", "discussions_recorded", said="记录人", indexed=True
    )
    recorded_by_id: int
    recorded_at = column("记录时间", fields.DatetimeField())

    called = "集体讨论记录"
    part_of = "task"
    judged_with = ("task", "task__township")
    opens = frozenset({"task"})

    class Meta:
        table = "discussion"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(of_the_township(viewer, "task__") | over_townships(viewer, "task__"))

    def trail_path(self) -> str:
        return self.task.township.path


File.hung_on[Discussion] = Hung("page_id")


class Participant(Record):
    """Somebody who took part in a discussion, and their own word that they did."""

    discussion: fields.ForeignKeyRelation[Discussion] = link("Discussion", "participants", said="集体讨论")
    discussion_id: int
    post: fields.ForeignKeyRelation[Post] = link("Post", "discussions", indexed=True)
    post_id: int
    confirmed_at = column("确认时间", fields.DatetimeField(null=True))

    called = "参加人"
    versioned = True
    part_of = "discussion"
    judged_with = ("discussion__task__township", "discussion__recorded_by__person", "post")
    opens = frozenset({"discussion", "post"})

    class Meta:
        table = "discussion_participant"
        unique_together = (("discussion", "post"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        here = "discussion__task__"
        return cls.filter(of_the_township(viewer, here) | over_townships(viewer, here))

    def trail_path(self) -> str:
        return self.discussion.task.township.path


def seats_awaiting(viewer: Viewer, posts: Sequence[int]) -> QuerySet[Participant]:
    """Seats of these posts that no page vouches for and nobody has confirmed, while task or change is undecided."""
    changing = Subquery(TaskVersion.filter(state="proposed").values("task_id"))
    undecided = Q(discussion__task__state__in=UNDECIDED) | Q(discussion__task_id__in=changing)
    seats = Participant.visible_to(viewer).filter(undecided, post_id__in=posts)
    return seats.filter(confirmed_at=None, discussion__page=None)


async def _as_discussed(rows: Sequence[Participant]) -> dict[int, str]:
    """What a participant vouches for: the task, whose words may change after them."""
    there = Participant.filter(id__in=[row.pk for row in rows]).select_related("discussion__task")
    tasks = {row.pk: row.discussion.task for row in await there}
    told = await wholes(list({task.pk: task for task in tasks.values()}.values()))
    return {pk: digest(LEFT.kept(task, told[task.pk])) for pk, task in tasks.items()}


LEFT = whole_but("overload_reason", "overload_by_id", "asked_anew", "load", "title", "body", "due_at")
"""A meeting decides on the thing; for the burden, and for what is asked twice, leaders answer after it."""
Participant.parts_called = {"task": "讨论的任务"}
Participant.works_out = {"task": WorkedOut(_as_discussed)}
FEWEST = 3


@rule("只有本镇街的统筹员可以记录集体讨论。")
def keeps_the_minutes(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*COORDINATORS, at=task.township.path)


@command(said="记录集体讨论", who=keeps_the_minutes, binds=LEFT)
async def record_discussion(
    actor: Viewer,
    task: Task,
    *,
    held_on: Happened[date],
    participants: list[Post],
    agreed: bool,
    outcome: str,
    minutes_number: Line[str],
    files: list[Stored] | None = None,
) -> Discussion:
    """Record a discussion of a major matter, or of a change to it; without the photographed page each participant confirms."""
    _must_be_whole(task, held_on, participants, outcome, minutes_number)
    await must_wait_for_a_word(task)
    if len(files or []) > 1:
        raise Invalid("会议记录照片只能附一张，请只选一张。", field="files")
    pages = await filed(actor, files or [])
    made = await Discussion.create(
        task=task,
        held_on=held_on,
        agreed=agreed,
        outcome=outcome.strip(),
        minutes_number=minutes_number.strip(),
        page=pages[0] if pages else None,
        recorded_by_id=actor.post_id,
        recorded_at=now(),
    )
    await Participant.bulk_create(
        Participant(discussion_id=made.pk, post_id=post.pk) for post in participants
    )
    return made


def _must_be_whole(
    task: Task, held_on: date, participants: list[Post], outcome: str, minutes_number: str
) -> None:
    if held_on > today():
        raise Invalid("讨论日期不能在今天之后。", field="held_on")
    if len({post.person_id for post in participants}) < FEWEST:
        raise Invalid(f"集体讨论至少要有 {FEWEST} 人参加。", field="participants")
    if any(post.unit_id != task.township.pk or post.role not in DISCUSSANTS for post in participants):
        raise Invalid("参加人应是本镇街的领导和统筹员。", field="participants")
    if not all(post.holds_on(held_on) for post in participants):
        raise Invalid("参加人应是讨论那天在任的人。", field="participants")
    if not outcome.strip():
        raise Invalid("请写明讨论结果。", field="outcome")
    if not minutes_number.strip():
        raise Invalid("请写明会议记录编号。", field="minutes_number")


@rule("只能由参加人本人确认。", untied_from=lambda seat: [seat.discussion.recorded_by.person])
def took_part(actor: Viewer, participant: Participant) -> bool:
    return participant.post.person_id == actor.person_id


@rule("已经确认过。")
def not_confirmed(participant: Participant) -> bool:
    return participant.confirmed_at is None


@command(said="确认集体讨论", who=took_part, when=not_confirmed, binds=WHOLE)
async def confirm_discussion(actor: Viewer, participant: Participant) -> Participant:
    """Say oneself that one took part and that the record is right, of the task as it was discussed."""
    task = participant.discussion.task
    await must_hold(task, record_discussion.name, what="集体讨论", then="不用再确认，须重新讨论。")
    participant.confirmed_at = now()
    await participant.save(update_fields=["confirmed_at"])
    return participant
