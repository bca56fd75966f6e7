"""What is said of each bid: words or points by criterion, and the people who score."""

from __future__ import annotations

from typing import ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.bidding.offers import Bid
from models.bidding.records import Criterion, Project, judging_reach
from models.bidding.states import SCORER, SCORER_STATES
from models.people import Post
from models.tasks.visibility import of_the_township


class Scorer(Record):
    """Somebody named to score the bids for a project, with what they declared about their ties."""

    project: fields.ForeignKeyRelation[Project] = link("Project", "scorers")
    project_id: int
    post: fields.ForeignKeyRelation[Post] = link("Post", "scorings", indexed=True)
    post_id: int
    state = fields.CharField(max_length=8, default="named")
    ties = column("回避声明", fields.TextField(default=""))
    """The tie that made them step back, as they declared it."""
    declared_at = column("声明时间", fields.DatetimeField(null=True))
    done_at = column("完成时间", fields.DatetimeField(null=True))

    called = "评分人"
    states = SCORER
    part_of = "project"
    versioned = True
    signed_by: ClassVar = {"评分": ("bidding.hand_in",), "回避声明": ("bidding.declare",)}
    own_course = frozenset({"state", "ties", "declared_at", "done_at"})
    judged_with = ("project__township", "project__drafted_by__person", "post__person")
    opens = frozenset({"project"})
    personal = frozenset({"ties"})

    class Meta:
        table = "scorer"
        unique_together = (("project", "post"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own; the others with the comparison, but who stepped back is the township's to know alone."""
        own = Q(post__person_id=viewer.person_id) if viewer.person_id else NOTHING
        told = ~Q(state="recused") | of_the_township(viewer, "project__")
        return cls.filter(own | judging_reach(viewer, "project__") & told)

    def trail_path(self) -> str:
        return self.project.township.path

    @property
    def state_label(self) -> str:
        return SCORER_STATES[self.state]


class Score(Record):
    """What one person says of one bid under one criterion: points of 100, or words, or both."""

    bid: fields.ForeignKeyRelation[Bid] = link("Bid", "scores")
    bid_id: int
    criterion: fields.ForeignKeyRelation[Criterion] = link(
        "Criterion", "scores", said="比选标准", indexed=True
    )
    criterion_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "scores", indexed=True)
    by_id: int
    points = column("评分（百分制）", fields.IntField(null=True))
    words = fields.TextField(default="")

    called = "评价"
    opens = frozenset({"bid", "criterion"})

    class Meta:
        table = "score"
        unique_together = (("bid", "criterion", "by"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own always; the others' only when every one of them is in."""
        posts = [hat.post_id for hat in viewer.hats]
        own = Q(by_id__in=posts) if posts else NOTHING
        complete = Q(bid__project__compared_at__isnull=False)
        return cls.filter(own | complete & judging_reach(viewer, "bid__project__"))
