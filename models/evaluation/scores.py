"""Scores (领雁指数): what each village comes to in a period, kept with every contribution it is the sum of."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.records import Record
from models.base.states import States, during
from models.base.viewer import Viewer
from models.evaluation.entries import PointEntry
from models.evaluation.periods import Period
from models.evaluation.reach import in_region, own_or_evaluated
from models.evaluation.schemes import PeerGroup
from models.people import Post
from models.requests.records import KEEPERS
from models.units import Unit

APPEAL_STATES = {"open": "待答复", "upheld": "申诉成立", "dismissed": "申诉不成立"}
APPEAL = States(
    labels=APPEAL_STATES,
    born=("open",),
    over=("upheld", "dismissed"),
    verbs={
        "evaluation.answer_appeal": during("open", to=("upheld", "dismissed"), told="这个申诉已经答复：{}。")
    },
)


class VillageIndex(Record):
    """The index of one village in one period, exact, with the contributions that make it up."""

    period: fields.ForeignKeyRelation[Period] = fields.ForeignKeyField(
        "models.Period", related_name="indices", on_delete=fields.OnDelete.RESTRICT
    )
    period_id: int
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", db_index=True, related_name="indices", on_delete=fields.OnDelete.RESTRICT
    )
    unit_id: int
    group: fields.ForeignKeyRelation[PeerGroup] = fields.ForeignKeyField(
        "models.PeerGroup", db_index=True, related_name="indices", on_delete=fields.OnDelete.RESTRICT
    )
    group_id: int
    exact = fields.CharField(max_length=120, default="")
    """The score as a fraction of whole numbers; empty while nobody in the group has enough evidence."""
    shown = fields.IntField(default=0)
    """Hundredths of a point, as people read it."""
    low = fields.IntField(default=0)
    high = fields.IntField(default=0)
    """Hundredths between which it lies nine times out of ten."""
    parts = fields.TextField(default="[]")
    """The contributions as canonical JSON."""
    appeals_until = fields.DateField(null=True)
    """The last day on which it may be contested, set when its period closes."""
    moved = fields.BigIntField(default=0, db_default=0)
    """The last change of the period that changed what this village shows."""

    called = "指数"
    judged_with = ("unit", "period__city", "period__scheme")
    opens = frozenset({"period", "unit", "group"})

    class Meta:
        table = "village_index"
        unique_together = (("period", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The village's own people, and those who evaluate it; others read what boards publish."""
        return cls.filter(own_or_evaluated(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.exact) if self.exact else None

    @property
    def takes_appeals(self) -> bool:
        """While its period is open, and for some working days after it has closed."""
        return self.period.is_open or (self.appeals_until is not None and today() <= self.appeals_until)

    @property
    def contributions(self) -> list[dict[str, Any]]:
        """What it is the sum of, in the order of the scheme."""
        return list(json.loads(self.parts))


class Adjustment(Record):
    """A dated correction of a closed score, which itself stays as it was closed."""

    score: fields.ForeignKeyRelation[VillageIndex] = fields.ForeignKeyField(
        "models.VillageIndex", db_index=True, related_name="adjustments", on_delete=fields.OnDelete.RESTRICT
    )
    score_id: int
    entry: fields.ForeignKeyNullableRelation[PointEntry] = fields.ForeignKeyField(
        "models.PointEntry",
        db_index=True,
        related_name="adjustments",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    entry_id: int | None
    exact = fields.CharField(max_length=120)
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

    score: fields.ForeignKeyRelation[VillageIndex] = fields.ForeignKeyField(
        "models.VillageIndex", db_index=True, related_name="appeals", on_delete=fields.OnDelete.RESTRICT
    )
    score_id: int
    entry: fields.ForeignKeyNullableRelation[PointEntry] = fields.ForeignKeyField(
        "models.PointEntry",
        db_index=True,
        related_name="appeals",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    entry_id: int | None
    words = fields.TextField()
    state = fields.CharField(max_length=10, default="open")
    made_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="score_appeals", on_delete=fields.OnDelete.RESTRICT
    )
    made_by_id: int
    made_at = fields.DatetimeField()
    due_on = fields.DateField()
    answer = fields.TextField(default="")
    answered_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post",
        db_index=True,
        related_name="score_appeals_answered",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
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
