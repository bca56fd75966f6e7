"""Red-line phrases (指标, 排名, 打卡 …): words that betray a demand, marked for the reader and pre-ticked."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.units import Unit


class RedLine(Record):
    """A phrase that betrays a demand, as the list keeper has it."""

    region: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="red_lines", on_delete=fields.OnDelete.RESTRICT
    )
    region_id: int
    phrase = fields.CharField(max_length=40)
    demand_code = fields.CharField(max_length=30)
    ended_on = fields.DateField(null=True)

    called = "红线词"
    judged_with = ("region",)
    opens = frozenset({"region"})

    class Meta:
        table = "red_line"
        unique_together = (("region", "phrase"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.region.path
