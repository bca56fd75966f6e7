"""Talking on a task: questions, answers and the one urging a day."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.tasks.records import Assignment, assignment_reach


class Message(Record):
    """A question or an answer on an assignment, from either side."""

    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", db_index=True, related_name="messages", on_delete=fields.OnDelete.RESTRICT
    )
    by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="messages", on_delete=fields.OnDelete.RESTRICT
    )
    words = fields.TextField()
    at = fields.DatetimeField()

    called = "留言"
    opens = frozenset({"assignment", "by"})
    personal = frozenset({"words"})

    class Meta:
        table = "message"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(assignment_reach(viewer, "assignment__"))


class Urging(Record):
    """One urging of one person on one day: the database holds no second."""

    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", db_index=True, related_name="urgings", on_delete=fields.OnDelete.RESTRICT
    )
    person_id = fields.BigIntField()
    day = fields.DateField()
    by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="urgings", on_delete=fields.OnDelete.RESTRICT
    )

    called = "催办"

    class Meta:
        table = "urging"
        unique_together = (("person_id", "day"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(assignment_reach(viewer, "assignment__"))
