"""Talking on a task: questions, answers and the one urging a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.commands import FromAbove, Personal, command, rule
from models.base.events import tell
from models.base.facts import Facts
from models.base.records import Record
from models.base.refusals import Invalid, NotNow
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.people.roles import ASKED_BY_THE_DESK, REVIEWERS
from models.tasks.execution import reviews_for_the_township
from models.tasks.records import Assignment, Task
from models.tasks.review import reviews_the_task
from models.tasks.states import OPEN, WITH_THE_VILLAGE
from models.tasks.visibility import at_the_village, talk_reach


class Message(Record):
    """A question or an answer on an assignment, from either side."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "messages", indexed=True)
    assignment_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "messages", indexed=True)
    by_id: int
    words = fields.TextField()
    at = fields.DatetimeField()
    from_village = column("是不是村社说的", fields.BooleanField(default=False, db_default=False))
    waits = column("对方还没有回答的提问", fields.BooleanField(default=False, db_default=False))
    """Whether it is a question that the other side has not answered yet."""

    called = "留言"
    opens = frozenset({"assignment", "by"})
    personal = frozenset({"words"})

    class Meta:
        table = "message"
        indexes = (("waits", "from_village"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(talk_reach(viewer, "assignment__"))

    async def heard(self) -> str:
        post = await Post.get(pk=self.by_id).select_related("unit")
        return self.words if post.unit.level in ("village", "grid") else ""


class Urging(Record):
    """One urging of one person on one day: the database holds no second."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "urgings", indexed=True)
    assignment_id: int
    person_id = fields.BigIntField()
    day = fields.DateField()
    by: fields.ForeignKeyRelation[Post] = link("Post", "urgings", indexed=True)
    by_id: int

    called = "催办"

    class Meta:
        table = "urging"
        unique_together = (("person_id", "day"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(talk_reach(viewer, "assignment__"))


@rule("只有办理的村社和下派的镇街可以在任务上问答。")
def is_concerned(actor: Viewer, assignment: Assignment) -> bool:
    return at_the_village(actor, assignment) or actor.is_a(*REVIEWERS, at=assignment.task.township.path)


@dataclass(frozen=True, kw_only=True)
class Spoken(Facts):
    """A word on a task: whether it asks, and so waits for an answer."""

    asks: bool


@command(said="问答", who=is_concerned)
async def say(actor: Viewer, assignment: Assignment, *, words: Personal[FromAbove[str]]) -> Message:
    """Ask or answer on the task: either side's first word is a question and waits, what answers it does not."""
    if not 1 <= len(words.strip()) <= 1000:
        raise Invalid("请写明要问或要答的话（不超过 1000 个字）。", field="words")
    from_village = at_the_village(actor, assignment)
    asked = Message.filter(assignment=assignment, from_village=not from_village, waits=True)
    asks = not await asked.update(waits=False)
    tell(Spoken(asks=asks))
    return await Message.create(
        assignment=assignment,
        by_id=actor.post_id,
        words=words.strip(),
        at=now(),
        from_village=from_village,
        waits=asks,
    )


async def tell_villages(actor: Viewer, task: Task, words: str) -> None:
    """The same words on every copy of a task that is still open, for commands that change it."""
    numbers = await Assignment.filter(task=task, state__in=OPEN).values_list("id", flat=True)
    told = [Message(assignment_id=pk, by_id=actor.post_id, words=words, at=now()) for pk in numbers]
    await Message.bulk_create(told, batch_size=200)


@command(said="催办", who=reviews_for_the_township)
async def urge(actor: Viewer, assignment: Assignment) -> Assignment:
    """Remind whoever does the task; nobody is urged twice on one day, whatever for."""
    if assignment.task.response_id is not None:
        return assignment
    person_id = await _whose(assignment)
    rows = [Urging(assignment_id=assignment.pk, person_id=person_id, day=today(), by_id=actor.post_id)]
    if await Urging.filter(person_id=person_id, day=today()).exists():
        raise NotNow("今天已经催办过这位同志，每人每天至多催办一次。")
    await Urging.bulk_create(rows)
    return assignment


@command(said="提醒全部未反馈的村社", who=reviews_the_task)
async def urge_all(actor: Viewer, task: Task) -> Task:
    """Remind everybody who has not answered yet, but for those who were reminded of anything today."""
    told = set[int]()
    rows = Assignment.filter(task=task, state__in=WITH_THE_VILLAGE).order_by("id")
    for assignment in await rows.prefetch_related(*Assignment.judged_with):
        person = await _person_there(assignment)
        if person is None or person in told or await _was_urged(person, assignment):
            continue
        await urge(actor, assignment)
        told.add(person)
    if not told:
        raise NotNow("没有要提醒的了：都已反馈，或者今天已经提醒过。")
    return task


async def _was_urged(person: int, assignment: Assignment) -> bool:
    """Today, of whatever; under a declared response there is no limit."""
    if assignment.task.response_id is not None:
        return False
    return await Urging.filter(person_id=person, day=today()).exists()


async def _whose(assignment: Assignment) -> int:
    """The person who is urged about a copy; raises NotNow where nobody is there."""
    person = await _person_there(assignment)
    if person is None:
        raise NotNow("这个村社现在没有可以催办的人。")
    return person


async def _person_there(assignment: Assignment) -> int | None:
    """The person the task was handed to, or the secretary of the village it is in."""
    if assignment.handed_to_id is not None:
        post = await Post.get(pk=assignment.handed_to_id)
        return int(post.person_id)
    codes = [assignment.unit_id, assignment.unit.parent_id]
    posts = Post.filter(in_force(), unit_id__in=codes, role__in=ASKED_BY_THE_DESK).order_by("id")
    found = await posts.first()
    return int(found.person_id) if found is not None else None
