"""Consultation on a proposed list: anybody concerned may say what they think before it is published."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.matters.records import MatterList
from models.people import Post


class Opinion(Record):
    """What somebody said about a proposed list while it was open for consultation."""

    list: fields.ForeignKeyRelation[MatterList] = fields.ForeignKeyField(
        "models.MatterList", db_index=True, related_name="opinions", on_delete=fields.OnDelete.RESTRICT
    )
    list_id: int
    matter_code = fields.CharField(max_length=40, default="")
    words = fields.TextField()
    by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="opinions", on_delete=fields.OnDelete.RESTRICT
    )
    by_id: int
    at = fields.DatetimeField()

    called = "意见"
    opens = frozenset({"list"})

    class Meta:
        table = "opinion"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)
