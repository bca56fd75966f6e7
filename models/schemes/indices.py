"""Indices (领雁指数): the line of each village in a period, with what it comes to and every contribution it is the sum of."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.schemes.periods import Period
from models.schemes.records import PeerGroup
from models.schemes.visibility import own_or_evaluated
from models.units import Unit


class VillageIndex(Record):
    """The index of one village in one period, exact, with the contributions that make it up."""

    period: fields.ForeignKeyRelation[Period] = link("Period", "indices")
    period_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "indices", indexed=True)
    unit_id: int
    group: fields.ForeignKeyRelation[PeerGroup] = link("PeerGroup", "indices", said="分组", indexed=True)
    group_id: int
    exact = column("准确得分（分数形式）", fields.CharField(max_length=120, default=""))
    """The score as a fraction of whole numbers; empty while nobody in the group has enough evidence."""
    shown = fields.IntField(default=0)
    """Hundredths of a point, as people read it."""
    low = column("误差范围下限", fields.IntField(default=0))
    high = column("误差范围上限", fields.IntField(default=0))
    """Hundredths between which it lies nine times out of ten."""
    parts = column("得分由哪些项相加", fields.TextField(default="[]"))
    """The contributions as canonical JSON."""
    appeals_until = column("哪天前可以申诉", fields.DateField(null=True))
    """The last day on which it may be contested, set when its period closes."""
    moved = column("第几次变动改动了它", fields.BigIntField(default=0, db_default=0))
    """The last change of the period that changed what this village shows."""

    called = "指数"
    judged_with = ("unit", "period__city", "period__scheme")
    opens = frozenset({"period", "unit", "group"})

    class Meta:
        table = "village_index"
        unique_together = (("period", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The village's own people, and those who evaluate it; others read what boards publish."""
        return cls.filter(own_or_evaluated(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.exact) if self.exact else None

    @property
    def takes_appeals(self) -> bool:
        """While its period is open, and for some working days after it has closed."""
        return self.period.is_open or (self.appeals_until is not None and today() <= self.appeals_until)

    @property
    def contributions(self) -> list[dict[str, Any]]:
        """What it is the sum of, in the order of the scheme."""
        return list(json.loads(self.parts))
