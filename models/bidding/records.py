"""Projects on the board (榜单项目): what is offered, on what conditions, and by what it will be compared."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.records import Record
from models.base.search import Sought
from models.base.viewer import Viewer
from models.bidding.states import DEPTHS, KINDS, ON_THE_BOARD, OPENED, PROJECT, PROJECT_STATES
from models.files import File, Hung
from models.people import Post
from models.tasks.visibility import of_the_township, over_townships
from models.units import Unit


class Project(Record):
    """Something a township offers to its villages, each of which may say why it suits them."""

    township: fields.ForeignKeyRelation[Unit] = link("Unit", "projects")
    township_id: int
    title = fields.CharField(max_length=80)
    kind = column("类别", fields.CharField(max_length=16))
    depth = column("比选方式", fields.CharField(max_length=8))
    purpose = column("做什么", fields.TextField())
    support = column("支持", fields.TextField())
    support_yuan = column("支持资金（元）", fields.IntField(default=0))
    conditions = column("条件", fields.TextField(default=""))
    contact = column("联系人", fields.CharField(max_length=120))
    opens_at = column("开榜", fields.DatetimeField())
    closes_at = column("截止", fields.DatetimeField())
    standstill_days = column("公示天数", fields.IntField(default=0))
    shows_numbers = column("是否公开数字", fields.BooleanField(default=True))
    """Whether the number of bids may be known before they are opened."""
    widest_spread = column("评分差距上限", fields.IntField(default=20))
    """Points (of 100) by which two scorers may differ before they must talk about it."""
    start_by = column("开工期限", fields.DateField())
    finish_by = column("验收期限", fields.DateField())
    state = fields.CharField(max_length=12, default="draft")
    return_note = fields.TextField(default="")
    outcome_note = column("结果说明", fields.TextField(default=""))
    """Why it was cancelled, or ended without an award, as everybody reads it."""
    discussion = column("讨论情况", fields.TextField(default=""))
    """What was said about scores that lay too far apart, and by whom."""
    instead_of: fields.ForeignKeyNullableRelation[Project] = link(
        "Project", "followers", said="代替哪个项目", indexed=True, null=True
    )
    instead_of_id: int | None
    drafted_by: fields.ForeignKeyRelation[Post] = link("Post", "projects_drafted", indexed=True)
    drafted_by_id: int
    approved_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "projects_approved", said="审批人", indexed=True, null=True
    )
    approved_by_id: int | None
    compared_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "projects_compared", said="比选人", indexed=True, null=True
    )
    compared_by_id: int | None
    published_at = column("公布时间", fields.DatetimeField(null=True))
    told_at = column("通知时间", fields.DatetimeField(null=True))
    """When an award was first announced: from then on the bids are public."""
    opened_at = column("开标时间", fields.DatetimeField(null=True))
    facts_until = column("事实异议截止日", fields.DateField(null=True))
    """The last day on which a village may dispute a fact about it, but for while an award is announced."""
    compared_at = column("比选时间", fields.DatetimeField(null=True))
    """When the comparison was complete: recorded in words, or the last scorer's sheet was in."""
    scorers: fields.ReverseRelation[Any]
    sought = Sought("title")

    called = "榜单项目"
    states = PROJECT
    judged_with = ("township", "drafted_by__person", "compared_by__person", "scorers__post__person")
    opens = frozenset({"township"})
    versioned = True
    made_of: ClassVar = {
        "criteria": ("position", "weight", "guidance", "title"),
        "entrants": ("unit_id", "unit__name"),
        "attachments": ("file_id", "file__name"),
    }
    signed_by: ClassVar = {
        "比选": ("bidding.compare",),
        "评分讨论": ("bidding.discuss_scores",),
        "揭榜决定": ("bidding.announce_award", "bidding.end_without_award"),
    }
    signed_openly = frozenset(signed_by)
    own_course = frozenset(
        {"state", "return_note", "outcome_note", "approved_by_id", "published_at", "told_at", "opened_at"}
        | {"facts_until"}
        | {"compared_by_id", "compared_at", "discussion", "disputes"}
    )

    class Meta:
        table = "project"
        indexes = (
            ("state", "closes_at", "id"),
            ("township_id", "state", "id"),
            ("closes_at", "id"),
            ("finish_by", "id"),
        )

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        if viewer.is_clock:
            return cls.all()
        return cls.filter(project_reach(viewer))

    def trail_path(self) -> str:
        return self.township.path

    @property
    def state_label(self) -> str:
        if self.state == "published" and now() < self.opens_at:
            return "即将开榜"
        return "待开标" if self.is_over and self.state == "published" else PROJECT_STATES[self.state]

    @property
    def depth_label(self) -> str:
        return DEPTHS[self.depth]

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def is_over(self) -> bool:
        """Whether the closing time has passed, by this server's clock; commands ask the database's."""
        return now() >= self.closes_at

    @property
    def takes_bids(self) -> bool:
        return self.state == "published" and self.opens_at <= now() < self.closes_at

    @property
    def is_scored(self) -> bool:
        return self.depth == "scored"

    @property
    def is_open_book(self) -> bool:
        """Whether its bids are public."""
        return self.told_at is not None


class Entrant(Record):
    """One village that may bid for a project: what it writes begins here."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "entrants")
    project_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "invitations", indexed=True)
    unit_id: int

    called = "榜单项目"
    part_of = "project"
    judged_with = ("project__township", "unit")
    opens = frozenset({"project", "unit"})

    class Meta:
        table = "entrant"
        unique_together = (("project", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(project_id__in=Subquery(Project.visible_to(viewer).values("id")))

    def trail_path(self) -> str:
        """Nobody's area: who writes a bid is the village's own affair."""
        return ""


class Criterion(Record):
    """One thing the bids for a project are compared by, with its weight and what counts."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "criteria")
    project_id: int
    position = fields.IntField()
    title = fields.CharField(max_length=40)
    weight = fields.IntField(default=0)
    """Per cent of the total; 0 for all where bids are compared in words."""
    guidance = column("怎样算好", fields.CharField(max_length=200, default=""))

    called = "比选标准"
    opens = frozenset({"project"})

    class Meta:
        table = "criterion"
        unique_together = (("project", "position"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(project_id__in=Subquery(Project.visible_to(viewer).values("id")))


class ProjectFile(Record):
    """A picture or paper that comes with a project."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "attachments")
    project_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_projects", indexed=True)
    file_id: int

    called = "附件"
    opens = frozenset({"project", "file"})

    class Meta:
        table = "project_file"
        unique_together = (("project", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(project_id__in=Subquery(Project.visible_to(viewer).values("id")))


File.hung_on[ProjectFile] = Hung(openly=True)


def project_reach(viewer: Viewer, project: str = "") -> Q:
    """The board for everybody; what is not on it yet for the township and those who watch it."""
    on_the_board: dict[str, Any] = {f"{project}state__in": ON_THE_BOARD}
    return Q(**on_the_board) | of_the_township(viewer, project) | over_townships(viewer, project)


def judging_reach(viewer: Viewer, project: str = "") -> Q:
    """What is compared, for the township and its watchers once the bids are open, for all once it is told."""
    told: dict[str, Any] = {f"{project}told_at__isnull": False}
    opened: dict[str, Any] = {f"{project}state__in": OPENED}
    return Q(**told) | Q(**opened) & (of_the_township(viewer, project) | over_townships(viewer, project))
