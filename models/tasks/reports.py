"""What comes back from a village: one round of words after another, until they are taken as done."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.tasks.records import Assignment, asked_there
from models.tasks.visibility import talk_reach


class Report(Record):
    """What a village says it did, where a returned report is followed by another round."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "reports")
    assignment_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "reports", indexed=True)
    by_id: int
    on_behalf_of: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "reports_given", said="替谁上报", indexed=True, null=True
    )
    on_behalf_of_id: int | None
    words = column("反馈内容", fields.TextField())
    round = fields.IntField(default=1)
    at = fields.DatetimeField()
    taken_back_at = column("撤回时间", fields.DatetimeField(null=True))
    """When the village took it back, before anybody had decided on it."""

    called = "反馈"
    opens = frozenset({"assignment"})
    personal = frozenset({"words"})
    villages_wrote = ("words",)

    class Meta:
        table = "report"
        unique_together = (("assignment", "round"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whoever asked reads what stands; what was taken back stays between village and township."""
        asked = asked_there(viewer, "assignment__")
        return cls.filter(talk_reach(viewer, "assignment__") | (asked & Q(taken_back_at=None)))


def standing(assignment: Assignment) -> QuerySet[Report]:
    """The reports on a copy that were not taken back, the latest first."""
    return Report.filter(assignment=assignment, taken_back_at=None).order_by("-round")
