"""What stands before a village: the dispatched version of a task, frozen, whatever becomes of the requests behind it."""

from __future__ import annotations

from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.records import Record
from models.base.refusals import NotNow
from models.base.viewer import Viewer
from models.intake.fields import wanted_codes
from models.people import Post
from models.screening import Screening, must_cross_no_red_line
from models.tasks.merging import ADMITTING
from models.tasks.records import Task, TaskSource, task_reach
from models.tasks.states import OUT, VERSION, VERSION_STATES
from models.tasks.visibility import of_the_township, over_townships

SHOWN = ("title", "body", "due_at", "elements")
"""What a version may change for the villages."""


class TaskVersion(Record):
    """What a task says to its villages: proposed, approved by somebody else, and from then on frozen by the database."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "versions")
    task_id: int
    number = fields.IntField(null=True)
    """Counted from one as versions go out."""
    state = fields.CharField(max_length=12, default="proposed")
    title = fields.CharField(max_length=200)
    body = fields.TextField()
    due_at = fields.DatetimeField()
    elements: list[str] = column("要填的数据", fields.JSONField(default=list))
    """The codes of the data that the form asks for."""
    screenings: list[int] = column("依据的过筛结论", fields.JSONField(default=list))
    """The numbers of the admitted screenings it rests on."""
    reason = fields.TextField(default="")
    drafted_by: fields.ForeignKeyRelation[Post] = link("Post", "task_versions_drafted", indexed=True)
    drafted_by_id: int
    made_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "task_versions_decided", indexed=True, null=True
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)
    note = column("意见或说明", fields.TextField(default=""))

    called = "任务的这一版"
    states = VERSION
    part_of = "task"
    judged_with = ("task__township", "task__matter", "task__drafted_by__person", "drafted_by")
    opens = frozenset({"task"})

    class Meta:
        table = "task_version"
        unique_together = (("task", "number"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """What went out by whoever sees the task; what is proposed by the township and those over it."""
        seen = Task.filter(task_reach(viewer)).values("id")
        at_home = of_the_township(viewer, "task__") | over_townships(viewer, "task__")
        return cls.filter(Q(state="out", task_id__in=Subquery(seen)) | at_home)

    def trail_path(self) -> str:
        return self.task.township.path

    async def lock(self) -> None:
        """Its task first, as everybody takes them."""
        await Task.select_for_update().get_or_none(pk=self.task_id)
        await super().lock()

    async def cleared(self) -> frozenset[str]:
        return await self.task.cleared()

    @property
    def state_label(self) -> str:
        return VERSION_STATES[self.state]


async def words_of(task: Task) -> dict[str, Any]:
    """What a version of the task says as it stands: its words and end, the data it asks for, and what it rests on."""
    sources = TaskSource.filter(task_id=task.pk, request__state__in=ADMITTING).order_by("id")
    requests = [source.request for source in await sources.select_related("request")]
    return {
        "title": task.title,
        "body": task.body,
        "due_at": task.due_at,
        "elements": wanted_codes(requests, task.matter.form),
        "screenings": await _admitting([request.pk for request in requests]),
    }


async def _admitting(requests: list[int]) -> list[int]:
    """The latest admitting screening of each request, since an amended one was screened and read again."""
    rows = Screening.filter(request_id__in=requests, verdict__in=ADMITTING).order_by("id")
    latest = {int(str(request)): int(str(pk)) for request, pk in await rows.values_list("request_id", "id")}
    return sorted(latest.values())


async def must_bear_reading(task: Task, words: Task | TaskVersion) -> None:
    """Raise Invalid where words that go out today cross a red line, also one drawn after they were written."""
    said = {"title": words.title, "body": words.body}
    said |= {"reason": words.reason} if isinstance(words, TaskVersion) else {}
    await must_cross_no_red_line(task, said, ())


async def put_before_villages(task: Task, decided_by: int | None) -> TaskVersion:
    """Freeze what the task says as its first version: without one the database lets no task go out."""
    await must_bear_reading(task, task)
    return await TaskVersion.create(
        task=task,
        number=1,
        state="out",
        drafted_by_id=task.drafted_by_id,
        made_at=now(),
        decided_by_id=decided_by,
        decided_at=now(),
        **await words_of(task),
    )


async def leave_proposals(task_id: int) -> None:
    """A task that is over changes no more: what was proposed for it is left aside."""
    waiting = TaskVersion.filter(task_id=task_id, state="proposed")
    await waiting.update(state="dropped", decided_at=now(), note="任务已经结束。")


async def proposed_change(task: Task) -> TaskVersion | None:
    return await TaskVersion.filter(task_id=task.pk, state="proposed").first()


async def must_wait_for_a_word(task: Task) -> None:
    """Raise NotNow for what is at the villages already, unless a change of it waits."""
    if task.state == OUT and await proposed_change(task) is None:
        raise NotNow("任务已经下派，没有待批准的变更，不用再讨论和签署。")


async def latest_version(task_id: int) -> TaskVersion | None:
    """What stands before the villages now; None before the task has gone out."""
    return await TaskVersion.filter(task_id=task_id, state="out").order_by("-number").first()
