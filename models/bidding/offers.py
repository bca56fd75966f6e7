"""Bids (竞榜): a village's offer, sealed until all are opened at once, and the facts attached to it."""

from __future__ import annotations

from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding.records import Project, judging_reach
from models.bidding.sealing import unsealed
from models.bidding.states import BID, BID_STATES
from models.files import File, Hung
from models.people import Post
from models.people.roles import BIDDERS
from models.units import Unit


class Bid(Record):
    """What a village says for itself, readable by that village alone until all bids of the project are opened."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "bids")
    project_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "bids", indexed=True)
    unit_id: int
    state = fields.CharField(max_length=10, default="draft")
    draft = column("草稿", fields.TextField(default=""))
    """The sealed text as it is being written."""
    sealed = column("密封的内容", fields.TextField(default=""))
    """The sealed text as it was last submitted."""
    seal_digest = column("密封内容的摘要", fields.CharField(max_length=64, default=""))
    written_by: fields.ForeignKeyRelation[Post] = link("Post", "bids", said="写的人", indexed=True)
    written_by_id: int
    submitted_at = column("提交时间", fields.DatetimeField(null=True))
    strengths = column("本村优势", fields.TextField(default=""))
    plan = column("实施方案", fields.TextField(default=""))
    own_yuan = column("自筹资金（元）", fields.IntField(default=0))
    """What the village puts in itself, in yuan."""
    asked_yuan = column("申请资金（元）", fields.IntField(default=0))
    """What it asks the township for, in yuan."""
    schedule = column("进度安排", fields.TextField(default=""))
    decided = column("集体决定情况", fields.BooleanField(default=False))
    """Whether the village says that it has taken its democratic decision."""
    decision_note = column("决定说明", fields.TextField(default=""))

    called = "竞榜书"
    follows = frozenset({"seal_digest"})
    versioned = True
    states = BID
    part_of = "project"
    judged_with = ("project__township", "unit")
    opens = frozenset({"project", "unit"})
    kept_out = frozenset(
        {"draft", "sealed", *("strengths", "plan", "own_yuan", "asked_yuan", "schedule")}
    ) | {
        "decided",
        "decision_note",
    }

    class Meta:
        table = "bid"
        unique_together = (("project", "unit"),)
        indexes = (("unit_id", "state", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(bid_reach(viewer))

    def trail_path(self) -> str:
        """Nobody's area while it is sealed: its events are seen by whoever sees the bid."""
        return ""

    @property
    def seal(self) -> str:
        """What its texts are sealed for."""
        return f"{self.project_id}/{self.unit_id}"

    @property
    def state_label(self) -> str:
        return BID_STATES[self.state]

    @property
    def is_changed(self) -> bool:
        """Whether what is being written differs from what was submitted."""
        return self.state != "opened" and self.draft != self.sealed

    def content(self) -> dict[str, Any]:
        """What the village is writing, for its own eyes."""
        return unsealed(self.draft, self.seal)


class BidFile(Record):
    """A paper that came with a bid, since the bids were opened."""

    bid: fields.ForeignKeyRelation[Bid] = link("Bid", "attachments")
    bid_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_bids", indexed=True)
    file_id: int

    called = "附件"
    opens = frozenset({"bid", "file"})

    class Meta:
        table = "bid_file"
        unique_together = (("bid", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(bid_reach(viewer, "bid__"))


File.hung_on[BidFile] = Hung(openly=True)


class Fact(Record):
    """One figure about a bidding village from the town's own records, attached when the bids were opened."""

    bid: fields.ForeignKeyRelation[Bid] = link("Bid", "facts")
    bid_id: int
    name = fields.CharField(max_length=20)
    value = fields.CharField(max_length=80)
    source = fields.CharField(max_length=160)
    as_of = fields.DateField()
    disputed = column("对数据的异议", fields.TextField(default=""))
    """What the village says is wrong with it."""
    disputed_at = column("异议时间", fields.DatetimeField(null=True))

    called = "事实"
    part_of = "bid"
    judged_with = ("bid__project__township", "bid__unit")
    opens = frozenset({"bid"})

    class Meta:
        table = "fact"
        unique_together = (("bid", "name"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(bid_reach(viewer, "bid__"))

    def trail_path(self) -> str:
        return self.bid.unit.path


def own_bid(viewer: Viewer, bid: str = "") -> Q:
    """Bids of the viewer's own village."""
    return viewer.area(f"{bid}unit__path", *BIDDERS)


def bid_reach(viewer: Viewer, bid: str = "") -> Q:
    """The village's own at any time; the others' once they are opened, and for everybody once it is told."""
    opened = Q(**{f"{bid}state": "opened"})
    return own_bid(viewer, bid) | opened & judging_reach(viewer, f"{bid}project__")


def of_visible_bids(viewer: Viewer) -> Subquery:
    return Subquery(Bid.visible_to(viewer).values("id"))
