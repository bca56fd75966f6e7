"""Waivers of asking once: who had villages fill in again what they had on file, which of it, and why."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.requests.records import WorkRequest, reach
from models.tasks.records import Task
from models.tasks.visibility import of_the_township, over_townships


class Waiver(Record):
    """A leader's word that villages are asked again for what they have on file, with every cell it was given for."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "waivers", indexed=True)
    task_id: int
    cells: dict[str, list[int]] = column("重新要的数据和村社", fields.JSONField(default=dict))
    """By the code of an element the numbers of the villages that had it on file."""
    reason = column("重新填报的理由", fields.TextField())
    by: fields.ForeignKeyRelation[Post] = link("Post", "waivers_signed", said="签批人", indexed=True)
    by_id: int
    at = column("签批时间", fields.DatetimeField(db_index=True))

    called = "重新填报的签批"
    judged_with = ("task__township",)
    opens = frozenset({"task"})

    class Meta:
        table = "waiver"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The township's own people and those who watch over it."""
        return cls.filter(of_the_township(viewer, "task__") | over_townships(viewer, "task__"))

    def trail_path(self) -> str:
        return self.task.township.path

    @property
    def codes(self) -> list[str]:
        return list(self.cells)

    @property
    def fields_asked(self) -> int:
        """How many answers that were on file were asked for again."""
        return sum(len(villages) for villages in self.cells.values())


class WaivedRequest(Record):
    """A request for whose data a waiver was signed: counted against whoever asked."""

    waiver: fields.ForeignKeyRelation[Waiver] = link("Waiver", "requests", said="签批")
    waiver_id: int
    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "waivers", indexed=True)
    request_id: int

    called = "重新要数据的申请"
    opens = frozenset({"request"})

    class Meta:
        table = "waived_request"
        unique_together = (("waiver", "request"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))
