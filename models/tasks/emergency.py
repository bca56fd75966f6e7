"""Emergencies: under a declared response, flagged matters go out at once and are approved afterwards."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.units import Unit


class EmergencyResponse(Record):
    """A declared response (防汛, 森林火灾 …) in an area, from its declaration until its end."""

    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", db_index=True, related_name="responses", on_delete=fields.OnDelete.RESTRICT
    )
    name = fields.CharField(max_length=80)
    level = fields.CharField(max_length=20)
    reason = fields.TextField()
    declared_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="responses", on_delete=fields.OnDelete.RESTRICT
    )
    declared_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    called = "应急响应"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "emergency_response"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
