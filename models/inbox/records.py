"""Messages (消息): what waits for a person's word or was decided about them, one row for each of them."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.inbox.kinds import KINDS
from models.people import Post


class InboxMessage(Record):
    """What one event of the trail says to one person: through a post where work waits, else to them alone."""

    person_id = fields.BigIntField()
    post: fields.ForeignKeyNullableRelation[Post] = link("Post", "inbox_messages", indexed=True, null=True)
    post_id: int | None
    event_id = fields.BigIntField()
    kind = fields.CharField(max_length=24)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()
    title = fields.CharField(max_length=200)
    words = fields.CharField(max_length=400, default="")
    due_on = fields.DateField(null=True)
    at = fields.DatetimeField()
    waits = column("还等不等办理或回答", fields.BooleanField(default=False))
    """Whether it still waits for the word of whoever has it."""
    fresh = column("本人还没收起", fields.BooleanField(default=True))
    """Until its owner puts it away; nobody else is told, and nowhere is it written when."""

    called = "消息"

    class Meta:
        table = "inbox_message"
        unique_together = (("person_id", "kind", "subject_type", "subject_id", "event_id"),)
        indexes = (("person_id", "fresh"), ("person_id", "id"), ("subject_type", "subject_id", "waits"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Nobody but the owner, and of work that came through a post only while they hold it."""
        if not viewer.signed_in or viewer.watched_by is not None:
            return cls.filter(NOTHING)
        posts = [hat.post_id for hat in viewer.hats]
        return cls.filter(Q(post_id=None) | Q(post_id__in=posts), person_id=viewer.person_id)

    @property
    def label(self) -> str:
        return KINDS[self.kind].label

    @property
    def until(self) -> str:
        """What the day it names is the last day for."""
        return KINDS[self.kind].until
