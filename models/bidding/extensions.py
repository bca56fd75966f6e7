"""Requests for more time to build a step, with their answers."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding.awards import Milestone
from models.bidding.states import STEP_TIME, STEP_TIME_STATES
from models.people import Post
from models.people.roles import AWARD_OBJECTORS
from models.tasks.visibility import of_the_township, over_townships


class StepExtension(Record):
    """A village's request for a later day of a step, with the township's answer."""

    milestone: fields.ForeignKeyRelation[Milestone] = link(
        "Milestone", "extensions", said="节点", indexed=True
    )
    milestone_id: int
    until_on = column("申请延到哪天", fields.DateField())
    reason = fields.TextField()
    state = fields.CharField(max_length=12, default="asked")
    asked_by: fields.ForeignKeyRelation[Post] = link("Post", "step_extensions", said="提出人", indexed=True)
    asked_by_id: int
    asked_at = column("提出时间", fields.DatetimeField())
    answer = fields.TextField(default="")
    decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "step_extensions_decided", indexed=True, null=True
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)

    called = "节点延期申请"
    states = STEP_TIME
    part_of = "milestone"
    own_course = frozenset({"state", "answer", "decided_by_id", "decided_at"})
    judged_with = ("milestone__award__project__township", "milestone__award__unit")
    opens = frozenset({"milestone"})
    villages_wrote = ("reason",)

    class Meta:
        table = "step_extension"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The village that builds, the township and its watchers."""
        at = "milestone__award__project__"
        above = of_the_township(viewer, at) | over_townships(viewer, at)
        return cls.filter(above | viewer.area("milestone__award__unit__path", *AWARD_OBJECTORS))

    def trail_path(self) -> str:
        return self.milestone.award.unit.path

    @property
    def state_label(self) -> str:
        return STEP_TIME_STATES[self.state]
