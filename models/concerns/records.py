"""Concerns (民情上报): what a village or grid raises, the township handles or sends on, and somebody answers."""

from __future__ import annotations

from typing import ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.records import Record
from models.base.search import Sought
from models.base.states import States, during
from models.base.viewer import Viewer
from models.files import File, Hung
from models.people import Post
from models.people.roles import ASKERS, DESK
from models.tasks.visibility import in_the_village, over_townships
from models.units import Unit

CONCERN_STATES = {
    "raised": "待受理",
    "accepted": "镇街办理中",
    "forwarded": "已转办",
    "declined": "部门退回",
    "answered": "已答复",
    "returned": "退回重办",
    "reanswered": "已再次答复",
    "closed": "已办结",
    "unsettled": "办结（村社不满意）",
    "withdrawn": "已撤回",
}
AWAITS_ANSWER = ("raised", "accepted", "forwarded", "declined", "returned")
AWAITS_CONFIRMATION = ("answered", "reanswered")
CONFIRMED = "这件民情现在是“{}”，不用确认。"

CONCERN = States(
    labels=CONCERN_STATES,
    born=("raised",),
    over=("closed", "unsettled", "withdrawn"),
    verbs={
        "concerns.handle": during(
            "raised", "forwarded", "declined", to="accepted", told="这件民情现在是“{}”，不用受理。"
        ),
        "concerns.pass_on": during(
            "raised", "accepted", "declined", to="forwarded", told="这件民情现在是“{}”，不能转办。"
        )
        | during("forwarded", "returned"),
        "concerns.send_back": during("forwarded", to="declined", told="这件民情现在是“{}”，不能退回镇街。"),
        "concerns.answer": during(
            "raised",
            "accepted",
            "forwarded",
            "declined",
            to="answered",
            told="这件民情现在是“{}”，不用答复。",
        )
        | during("returned", to="reanswered"),
        "concerns.withdraw": during(*AWAITS_ANSWER, to="withdrawn", told="这件民情现在是“{}”，不能撤回。"),
        "concerns.confirm": during("answered", to=("closed", "returned"), told=CONFIRMED)
        | during("reanswered", to=("closed", "unsettled")),
        "concerns.lapse": during(*AWAITS_CONFIRMATION, to="closed", told=CONFIRMED),
    },
)


class Concern(Record):
    """Something a village or grid wants done, on its way to whoever can do it and back."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "concerns")
    unit_id: int
    township: fields.ForeignKeyRelation[Unit] = link("Unit", "concerns_received", indexed=True)
    township_id: int
    raised_by: fields.ForeignKeyRelation[Post] = link("Post", "concerns", said="上报人", indexed=True)
    raised_by_id: int
    raised_at = column("上报时间", fields.DatetimeField())
    title = fields.CharField(max_length=200)
    body = fields.TextField()
    place = column("地点（由人写）", fields.CharField(max_length=120, default=""))
    state = fields.CharField(max_length=12, default="raised")
    due_on = fields.DateField()
    handled_by: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "concerns_handled", said="办理单位", indexed=True, null=True
    )
    handled_by_id: int | None
    """The office of the township, or the department of the county, that has it now or has just declined it."""
    answer = fields.TextField(default="")
    answered_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "concerns_answered", indexed=True, null=True
    )
    answered_by_id: int | None
    answered_at = fields.DatetimeField(null=True)
    sought = Sought("title")

    called = "民情上报"
    states = CONCERN
    parts_called: ClassVar = {"attachments": "附件"}
    made_of: ClassVar = {"attachments": ("file_id", "file__name")}
    own_course = frozenset({"state", "due_on", "handled_by_id", "answer", "answered_by_id", "answered_at"})
    judged_with = ("unit", "township", "handled_by")
    opens = frozenset({"unit", "township", "handled_by", "raised_by"})
    personal = frozenset({"body", "place"})
    villages_wrote = (
        "title",
        "body",
    )

    class Meta:
        table = "concern"
        indexes = (("unit_id", "state", "id"), ("township_id", "state", "id"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(concern_reach(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def state_label(self) -> str:
        return CONCERN_STATES[self.state]

    @property
    def is_away(self) -> bool:
        """Whether an office or department is to answer, and not the township itself."""
        return self.handled_by_id is not None and self.state != "declined"

    @property
    def is_open(self) -> bool:
        """Whether somebody owes the village an answer."""
        return self.state in AWAITS_ANSWER

    @property
    def is_overdue(self) -> bool:
        """Whether whoever has it should have answered by now; the village is never late to confirm."""
        return self.is_open and self.due_on < today()


class ConcernFile(Record):
    """A picture or paper that came with a concern."""

    concern: fields.ForeignKeyRelation[Concern] = link("Concern", "attachments", said="民情")
    concern_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_concerns", indexed=True)
    file_id: int

    called = "附件"
    opens = frozenset({"concern", "file"})

    class Meta:
        table = "concern_file"
        unique_together = (("concern", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(concern_id__in=Subquery(Concern.visible_to(viewer).values("id")))


File.hung_on[ConcernFile] = Hung()


def concern_reach(viewer: Viewer) -> Q:
    """The village's own people, the township's desk, whoever handles it, and those who watch from above."""
    return (
        in_the_village(viewer)
        | viewer.desk("township_id", *DESK)
        | viewer.desk("handled_by_id", *ASKERS)
        | over_townships(viewer)
    )


def _who_raised_what_one_has(viewer: Viewer) -> QuerySet[Concern] | None:
    """An office or a department that has a concern asks whoever raised it."""
    if not viewer.hats_as(*ASKERS):
        return None
    at_hand = viewer.desk("handled_by_id", *ASKERS)
    return Concern.filter(at_hand).values("raised_by_id")  # type: ignore[return-value]


Post.met_over.append(_who_raised_what_one_has)
