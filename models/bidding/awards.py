"""Awards (揭榜): the public decision, what is said against it, and what is built after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import today, town_day
from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding.offers import Bid
from models.bidding.records import Project
from models.bidding.states import (
    AWARD,
    AWARD_OBJECTION,
    AWARD_STATES,
    MILESTONE,
    MILESTONE_STATES,
    MILESTONES,
    OBJECTION_STATES,
)
from models.files import File, Hung
from models.people import Post
from models.people.roles import AWARD_OBJECTORS
from models.tasks.visibility import of_the_township, over_townships
from models.units import Unit


class Award(Record):
    """The decision that a village gets a project, with its reasons: at most one stands for each project."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "awards", indexed=True)
    project_id: int
    bid: fields.OneToOneRelation[Bid] = fields.OneToOneField(
        "models.Bid", related_name="award", on_delete=fields.OnDelete.RESTRICT
    )
    bid_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "awards")
    unit_id: int
    stands_for = column("生效的项目", fields.BigIntField(null=True, unique=True))
    """The project's number while the award stands: unique, so that two awards of one project cannot be."""
    state = fields.CharField(max_length=10, default="announced")
    reason = fields.TextField()
    is_single = column("是否只有一家", fields.BooleanField(default=False))
    """Whether there was no other bid."""
    announced_at = column("公布时间", fields.DatetimeField())
    standstill_until = column("公示到什么时候", fields.DateField(null=True))
    """The last day on which it may be objected to before it takes effect."""
    by: fields.ForeignKeyRelation[Post] = link("Post", "awards", indexed=True)
    by_id: int
    fallen_note = column("落空说明", fields.TextField(default=""))
    at_fault = column("是否本村原因", fields.BooleanField(default=False))
    """Whether it fell because the village did not deliver."""

    called = "揭榜结果"
    states = AWARD
    part_of = "project"
    judged_with = ("project__township", "unit", "by")
    opens = frozenset({"project", "bid", "unit"})

    class Meta:
        table = "award"
        indexes = (("unit_id", "state", "announced_at"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Every award was announced to everybody, and so is its end."""
        return cls.all()

    def trail_path(self) -> str:
        return self.project.township.path

    @property
    def state_label(self) -> str:
        return AWARD_STATES[self.state]


class AwardObjection(Record):
    """What a bidder says against an award, and the answer of somebody else than who awarded."""

    award: fields.ForeignKeyRelation[Award] = link("Award", "objections", said="揭榜结果")
    award_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "award_objections", indexed=True)
    unit_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "award_objections", indexed=True)
    by_id: int
    words = fields.TextField()
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    state = fields.CharField(max_length=10, default="open")
    answer = fields.TextField(default="")
    answered_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "award_objections_answered", indexed=True, null=True
    )
    answered_by_id: int | None
    answered_at = fields.DatetimeField(null=True)

    called = "异议"
    states = AWARD_OBJECTION
    part_of = "award"
    own_course = frozenset({"state", "answer", "answered_by_id", "answered_at"})
    judged_with = ("award__project__township", "award__by__person", "unit")
    opens = frozenset({"award", "unit"})
    personal = frozenset({"words"})
    villages_wrote = ("words",)

    class Meta:
        table = "award_objection"
        indexes = (("award_id", "state"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whoever objected, the township and its watchers; the public reads how many, and how they ended."""
        above = of_the_township(viewer, "award__project__") | over_townships(viewer, "award__project__")
        return cls.filter(above | viewer.area("unit__path", *AWARD_OBJECTORS))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def state_label(self) -> str:
        return OBJECTION_STATES[self.state]

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.due_on < today()


class Milestone(Record):
    """One step of building what was awarded: what is due when, what the village says, what the township accepted."""

    award: fields.ForeignKeyRelation[Award] = link("Award", "milestones", said="揭榜结果")
    award_id: int
    kind = fields.CharField(max_length=10)
    position = fields.IntField()
    title = fields.CharField(max_length=60)
    due_on = fields.DateField()
    state = fields.CharField(max_length=10, default="planned")
    words = column("反馈内容", fields.TextField(default=""))
    delay_reason = column("推迟原因", fields.TextField(default=""))
    reported_at = column("反馈时间", fields.DatetimeField(null=True))
    return_note = fields.TextField(default="")
    accepted_at = column("通过时间", fields.DatetimeField(null=True))
    suspended_at = column("什么时候中止", fields.DatetimeField(null=True))
    suspended_from = column("中止以前的状态", fields.CharField(max_length=12, default="", db_default=""))

    waits = False
    """Whether an earlier step is not accepted yet, so that this one cannot be reported: told by `in_their_turn`."""

    called = "节点"
    versioned = True
    parts_called: ClassVar = {"attachments": "附件"}
    follows = frozenset({"suspended_from"})
    made_of: ClassVar = {"attachments": ("file_id", "file__name")}
    own_course = frozenset({"state", "accepted_at", "return_note", "suspended_at", "suspended_from"})
    states = MILESTONE
    part_of = "award"
    judged_with = ("award__project__township", "award__unit")
    opens = frozenset({"award"})
    villages_wrote = (
        "words",
        "delay_reason",
    )

    class Meta:
        table = "milestone"
        unique_together = (("award", "position"),)
        indexes = (("state", "due_on"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all()

    def trail_path(self) -> str:
        return self.award.unit.path

    @property
    def state_label(self) -> str:
        return MILESTONE_STATES[self.state]

    @property
    def kind_label(self) -> str:
        return MILESTONES[self.kind]

    @property
    def is_open(self) -> bool:
        return self.state in ("planned", "returned")

    @property
    def is_late(self) -> bool:
        """Last reported after its day, or to be reported though its day has passed; what waits or rests is never late."""
        if self.is_open:
            return not self.waits and today() > self.due_on
        told = self.reported_at if self.state in ("reported", "accepted") else None
        return told is not None and town_day(told) > self.due_on


def in_their_turn(steps: Iterable[Milestone]) -> list[Milestone]:
    """Steps in the order of their positions, each knowing whether it still waits for one before it."""
    found, held = list(steps), set()
    for step in found:
        step.waits = step.award_id in held
        if step.state != "accepted":
            held.add(step.award_id)
    return found


class MilestoneFile(Record):
    """A picture or paper that shows a step done."""

    milestone: fields.ForeignKeyRelation[Milestone] = link("Milestone", "attachments", said="节点")
    milestone_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_milestones", indexed=True)
    file_id: int

    called = "佐证"
    opens = frozenset({"milestone", "file"})

    class Meta:
        table = "milestone_file"
        unique_together = (("milestone", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all()


File.hung_on[MilestoneFile] = Hung(openly=True)
