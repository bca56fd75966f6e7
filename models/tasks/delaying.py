"""Extensions: a village asks for more time, and the township answers."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.tasks.records import Assignment, assignment_reach


class Extension(Record):
    """A village's request for a later day, with the township's answer."""

    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", db_index=True, related_name="extensions", on_delete=fields.OnDelete.RESTRICT
    )
    until = fields.DateField()
    reason = fields.TextField()
    state = fields.CharField(max_length=12, default="asked")
    asked_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="extensions", on_delete=fields.OnDelete.RESTRICT
    )
    asked_at = fields.DatetimeField()
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post",
        db_index=True,
        related_name="extensions_decided",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    decided_at = fields.DatetimeField(null=True)

    called = "延期申请"
    judged_with = ("assignment", "assignment__unit", "assignment__task", "assignment__task__township")
    opens = frozenset({"assignment"})

    class Meta:
        table = "extension"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(assignment_reach(viewer, "assignment__"))

    def trail_path(self) -> str:
        return self.assignment.unit.path
