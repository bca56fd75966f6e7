"""Objections (不属本村): a village says that a task is not its to do; others decide, never at its cost."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.tasks.records import Assignment, assignment_reach


class Objection(Record):
    """A village's objection to its assignment, decided by the township and, on appeal, by the county."""

    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", db_index=True, related_name="objections", on_delete=fields.OnDelete.RESTRICT
    )
    kind = fields.CharField(max_length=20)
    words = fields.TextField()
    state = fields.CharField(max_length=12, default="open")
    made_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="objections", on_delete=fields.OnDelete.RESTRICT
    )
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    finding = fields.TextField(default="")
    """What screening the task again gave."""
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post",
        db_index=True,
        related_name="objections_decided",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    decided_at = fields.DatetimeField(null=True)
    appeal = fields.TextField(default="")
    appealed_at = fields.DatetimeField(null=True)
    appeal_answer = fields.TextField(default="")
    appeal_decided_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post",
        db_index=True,
        related_name="appeals_decided",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )

    called = "任务异议"
    judged_with = ("assignment", "assignment__unit", "assignment__task", "assignment__task__township")
    opens = frozenset({"assignment"})
    personal = frozenset({"words", "appeal"})

    class Meta:
        table = "objection"
        indexes = (("state", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(assignment_reach(viewer, "assignment__"))

    def trail_path(self) -> str:
        return self.assignment.unit.path
