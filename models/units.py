"""The one tree of the town: city, counties, townships, villages, grids and departments."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import NOTHING, Viewer


class Unit(Record):
    """A node of the tree, found by a range over its materialised path."""

    code = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=80)
    level = fields.CharField(max_length=12)
    kind = fields.CharField(max_length=20, default="")
    parent: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="children", null=True, on_delete=fields.RESTRICT
    )
    path = fields.CharField(max_length=200, unique=True)
    pinyin = fields.CharField(max_length=80, default="", db_index=True)
    ended_on = fields.DateField(null=True)

    called = "单位"
    opens = frozenset({"parent"})

    class Meta:
        table = "unit"

    def trail_path(self) -> str:
        return self.path

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)
