"""What stands beside a score: corrections after its period was closed, and appeals against it."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.records import Record
from models.base.states import States, during
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import KEEPERS
from models.points.entries import PointEntry
from models.schemes.indices import VillageIndex
from models.schemes.visibility import in_region, own_or_evaluated

APPEAL_STATES = {"open": "待答复", "upheld": "申诉成立", "dismissed": "申诉不成立"}
APPEAL = States(
    labels=APPEAL_STATES,
    born=("open",),
    over=("upheld", "dismissed"),
    verbs={
        "evaluation.answer_appeal": during("open", to=("upheld", "dismissed"), told="这个申诉已经答复：{}。")
    },
)


class Adjustment(Record):
    """A dated correction of a closed score, which itself stays as it was closed."""

    score: fields.ForeignKeyRelation[VillageIndex] = link("VillageIndex", "adjustments", indexed=True)
    score_id: int
    entry: fields.ForeignKeyNullableRelation[PointEntry] = link(
        "PointEntry", "adjustments", said="对应的工分记录", indexed=True, null=True
    )
    entry_id: int | None
    exact = column("准确得分（分数形式）", fields.CharField(max_length=120))
    """What the score would be now, as a fraction."""
    shown = fields.IntField()
    """The difference to the closed score, in hundredths of a point."""
    reason = fields.TextField()
    made_at = fields.DatetimeField()

    called = "更正"
    judged_with = ("score__unit",)
    opens = frozenset({"score"})

    class Meta:
        table = "adjustment"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(own_or_evaluated(viewer, "score__unit__"))


class Appeal(Record):
    """A village's word against its index or one line of it, decided by somebody else by a day, in the open."""

    score: fields.ForeignKeyRelation[VillageIndex] = link("VillageIndex", "appeals", indexed=True)
    score_id: int
    entry: fields.ForeignKeyNullableRelation[PointEntry] = link(
        "PointEntry", "appeals", said="对应的工分记录", indexed=True, null=True
    )
    entry_id: int | None
    words = fields.TextField()
    state = fields.CharField(max_length=10, default="open")
    made_by: fields.ForeignKeyRelation[Post] = link("Post", "score_appeals", indexed=True)
    made_by_id: int
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    answer = fields.TextField(default="")
    answered_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "score_appeals_answered", indexed=True, null=True
    )
    answered_by_id: int | None
    answered_at = fields.DatetimeField(null=True)

    called = "申诉"
    states = APPEAL
    own_course = frozenset({"state", "answer", "answered_by_id", "answered_at"})
    judged_with = ("score__unit", "score__period", "entry__event__actor_post__person", "made_by__person")
    opens = frozenset({"made_by"})
    personal = frozenset({"words"})
    villages_wrote = ("words",)

    class Meta:
        table = "appeal"
        indexes = (("state", "due_on"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The village's own and the evaluators'; what was decided, and why, is told to the region apart."""
        return cls.filter(own_or_evaluated(viewer, "score__unit__"))

    def trail_path(self) -> str:
        return self.score.unit.path

    @property
    def state_label(self) -> str:
        return APPEAL_STATES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < today()


def decided(viewer: Viewer) -> QuerySet[Appeal]:
    """Decided appeals, published to the county they come from: which village, what was decided and why."""
    rows = Appeal.filter(in_region(viewer, "score__unit__path"), state__in=("upheld", "dismissed"))
    if viewer.watched_by is None:
        return rows
    return rows.filter(id__in=Subquery(decided(viewer.watched_by).values("id")))


def to_answer(viewer: Viewer) -> QuerySet[Appeal]:
    """Open appeals of the area of those who answer them, the most urgent first."""
    rows = Appeal.visible_to(viewer).filter(viewer.area("score__unit__path", *KEEPERS), state="open")
    return rows.order_by("due_on", "id")


def _who_appealed(viewer: Viewer) -> QuerySet[Appeal] | None:
    """Whoever evaluates the village knows who speaks for it."""
    if not viewer.hats_as(*KEEPERS):
        return None
    return Appeal.visible_to(viewer).values("made_by_id")  # type: ignore[return-value]


Post.met_over.append(_who_appealed)
