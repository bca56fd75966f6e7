"""Reading what is masked: for a purpose from a list, until the end of the day, and never unseen by the village."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer, any_of
from models.people import Post
from models.people.roles import DESK, OVERSEERS, VILLAGE_READERS
from models.policies import upwards
from models.units import Unit

PURPOSES = {
    "check": "核对数据是否准确",
    "relief": "落实救助帮扶和补贴",
    "emergency": "应急处置和人员转移",
    "audit": "审计和监督检查",
    "appeal": "处理申诉、信访和异议",
}


class Reveal(Record):
    """Somebody reads some elements unmasked within a place until the end of a day, and said what for."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "reveals", said="哪里的", indexed=True)
    unit_id: int
    elements: list[str] = column("看了哪些数据项", fields.JSONField())
    purpose = column("用途", fields.CharField(max_length=20))
    by: fields.ForeignKeyRelation[Post] = link("Post", "reveals", said="谁看的", indexed=True)
    by_id: int
    at: datetime = column("看的时间", fields.DatetimeField())
    until: date = column("看到哪天为止", fields.DateField())

    called = "查看记录"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "reveal"
        indexes = (("by_id", "until"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own, those in one's area, and for the people of a place also those of places it lies in."""
        own = Q(by__person_id=viewer.person_id or 0)
        here = viewer.area("unit__path", *DESK, *OVERSEERS, *VILLAGE_READERS)
        above = {path for hat in viewer.hats_as(*DESK, *VILLAGE_READERS) for path in upwards(hat.unit_path)}
        return cls.filter(any_of([own, here, Q(unit__path__in=sorted(above)) if above else NOTHING]))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def purpose_label(self) -> str:
        return PURPOSES[self.purpose]
