"""Reminders that leave the application."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer

WAITING = Q(sent_at=None, given_up=False)


class Reminder(Record):
    """One message to one person about one thing, queued until it may be sent, then marked as sent or given up."""

    person_id = fields.BigIntField()
    kind = fields.CharField(max_length=20)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()
    stage = column("第几次提醒", fields.CharField(max_length=40, default=""))
    day = fields.DateField()
    words = fields.CharField(max_length=200)
    made_at = fields.DatetimeField()
    sent_at = column("发送时间", fields.DatetimeField(null=True))
    tries = column("试发次数", fields.IntField(default=0))
    given_up = column("是否不再发送", fields.BooleanField(default=False))

    called = "提醒"

    class Meta:
        table = "reminder"
        unique_together = (("person_id", "kind", "subject_type", "subject_id", "stage", "day"),)
        indexes = (("sent_at", "given_up", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(person_id=viewer.person_id) if viewer.signed_in else cls.filter(NOTHING)
