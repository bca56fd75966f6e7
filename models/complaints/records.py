"""Complaints (减负投诉建议): what is a burden, told to the level above whoever dispatched it, and the answer."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.records import Record
from models.base.search import Sought
from models.base.states import States, during
from models.base.viewer import NOTHING, Viewer, subtree
from models.complaints.recusal import of_their_work
from models.people import Post
from models.people.roles import COMPLAINT_ANSWERERS, OFFICES
from models.policies import upwards
from models.tasks import Task
from models.units import Unit

KINDS = {"complaint": "负担投诉", "suggestion": "建议"}
TOPICS = {
    "repeated": "重复报数、多头填表",
    "fingertips": "指尖打卡、刷数据",
    "unlisted": "清单以外的任务",
    "short": "期限太短",
    "traces": "材料、照片留痕过多",
    "bypass": "越过镇街直接下派",
    "meetings": "会议、检查、陪同过多",
    "ranking": "排名通报、责任状",
    "other": "其他",
}
OUTCOMES = {
    "stopped": "已停止该要求",
    "improved": "已改进",
    "planned": "列入改进",
    "explained": "解释说明",
    "unfounded": "不成立",
}
COMPLAINT_STATES = {
    "open": "待答复",
    "answered": "已答复",
    "reopened": "要求再答复",
    "reanswered": "已再次答复",
    "closed": "已办结",
    "withdrawn": "已撤回",
}
AWAITS_ANSWER = ("open", "reopened")
AWAITS_WORD = ("answered", "reanswered")
COMPLAINT = States(
    labels=COMPLAINT_STATES,
    born=("open",),
    over=("closed", "withdrawn"),
    verbs={
        "complaints.answer": during("open", to="answered", told="这件投诉建议现在是“{}”，不用答复。")
        | during("reopened", to="reanswered"),
        "complaints.withdraw": during("open", to="withdrawn", told="这件投诉建议现在是“{}”，不能撤回。"),
        "complaints.settle": during(*AWAITS_WORD, to="closed", told="这件投诉建议现在是“{}”，不用确认。"),
        "complaints.lapse": during(*AWAITS_WORD, to="closed", told="这件投诉建议现在是“{}”，不用确认。"),
        "complaints.reopen": during(
            "answered", to="reopened", told="这件投诉建议现在是“{}”，不能再要求答复。"
        ),
    },
)
ENOUGH = 5
"""So many of a township, or villages of a task, must there be before it is named where somebody might be recognised."""


class Complaint(Record):
    """A burden or a suggestion, told to the level above the dispatcher, with its clock and its answer."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "complaints", indexed=True)
    unit_id: int
    """Where the complainer works; of an unnamed one the township or what lies above, and nothing below it."""
    township: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "complaints_from", indexed=True, null=True
    )
    township_id: int | None
    county: fields.ForeignKeyRelation[Unit] = link("Unit", "complaints_counted", said="县市区")
    county_id: int
    addressee: fields.ForeignKeyRelation[Unit] = link("Unit", "complaints_to_answer", said="由哪里答复")
    addressee_id: int
    kind = fields.CharField(max_length=12)
    topic = fields.CharField(max_length=16)
    words = fields.TextField()
    task: fields.ForeignKeyNullableRelation[Task] = link("Task", "complaints", indexed=True, null=True)
    task_id: int | None
    page = column("在哪个页面提的", fields.CharField(max_length=120, default=""))
    state = fields.CharField(max_length=12, default="open")
    made_on = column("提出日期", fields.DateField())
    month = column("月份", fields.CharField(max_length=7))
    due_on = fields.DateField()
    made_by: fields.ForeignKeyNullableRelation[Post] = link("Post", "complaints", indexed=True, null=True)
    made_by_id: int | None
    code_hash = column("查询码摘要（不能还原）", fields.CharField(max_length=64, null=True, unique=True))
    answer = fields.TextField(default="")
    outcome = fields.CharField(max_length=12, default="")
    answered_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "complaints_answered", indexed=True, null=True
    )
    answered_by_id: int | None
    answered_at = fields.DatetimeField(null=True)
    took_days = column("几个工作日答复", fields.IntField(null=True))
    in_time = column("是否按期答复", fields.BooleanField(null=True))
    objection = column("要求再答复的理由", fields.TextField(default=""))
    sought = Sought("words")

    called = "投诉建议"
    follows = frozenset({"month", "took_days", "in_time"})
    states = COMPLAINT
    own_course = frozenset(
        {
            *("state", "due_on", "answer", "outcome", "answered_by_id", "answered_at"),
            *("took_days", "in_time", "addressee_id"),
        }
    )
    judged_with = ("unit", "township", "addressee", "made_by", "made_by__person")
    opens = frozenset({"unit", "township", "county", "addressee", "made_by"})
    personal = frozenset({"words", "answer", "objection", "sought"})
    kept_out = frozenset({"code_hash"})
    villages_wrote = ("words",)

    class Meta:
        table = "complaint"
        indexes = (("addressee_id", "state", "id"), ("county_id", "month"), ("state", "due_on"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own, and for those who answer what was told to their level or one below it, of others' work."""
        if not viewer.hats_as(*COMPLAINT_ANSWERERS):
            return cls.filter(_own(viewer))
        return cls.filter(
            _own(viewer) | (viewer.area("addressee__path", *COMPLAINT_ANSWERERS) & of_others(viewer))
        )

    @property
    def state_label(self) -> str:
        return COMPLAINT_STATES[self.state]

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def topic_label(self) -> str:
        return TOPICS[self.topic]

    @property
    def outcome_label(self) -> str:
        return OUTCOMES.get(self.outcome, "")

    @property
    def is_unnamed(self) -> bool:
        return self.made_by_id is None

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed."""
        return self.state in AWAITS_ANSWER

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < today()


class PublishedAnswer(Record):
    """What everybody of the county may read of an answered complaint, apart from the complaint itself."""

    complaint: fields.OneToOneRelation[Complaint] = column(
        "投诉建议",
        fields.OneToOneField(
            "models.Complaint", related_name="published", on_delete=fields.OnDelete.RESTRICT
        ),
    )
    complaint_id: int
    county: fields.ForeignKeyRelation[Unit] = link("Unit", "published_answers", said="县市区")
    county_id: int
    township: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "published_answers_of", indexed=True, null=True
    )
    township_id: int | None
    kind = fields.CharField(max_length=12)
    topic = fields.CharField(max_length=16)
    outcome = fields.CharField(max_length=12)
    summary = column("公开的答复", fields.TextField())
    took_days = column("几个工作日答复", fields.IntField())
    month = column("月份", fields.CharField(max_length=7))
    sought = Sought("summary")

    called = "公开答复"
    opens = frozenset({"county"})

    class Meta:
        table = "published_answer"
        indexes = (("county_id", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whoever works in the county, and above it, once the month of the answer is over.

        Sooner it would tell a township, or a county, that somebody has just complained over its head. Those who
        answer never read the answers on their own work: beside their list they would tell what is missing there.
        """
        over = Q(month__lt=f"{today():%Y-%m}")
        if not viewer.hats_as(*COMPLAINT_ANSWERERS):
            return cls.filter(in_the_county(viewer), over)
        answers = viewer.area("complaint__addressee__path", *COMPLAINT_ANSWERERS)
        return cls.filter(in_the_county(viewer), over | answers, of_others(viewer, "complaint_id"))

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def topic_label(self) -> str:
        return TOPICS[self.topic]

    @property
    def outcome_label(self) -> str:
        return OUTCOMES[self.outcome]


def in_the_county(viewer: Viewer) -> Q:
    """Rows of the county the viewer works in, or of those below it."""
    of = [
        subtree("county__path", hat.unit_path) | Q(county__path__in=upwards(hat.unit_path))
        for hat in viewer.hats
    ]
    return Q(*of, join_type="OR") if of else NOTHING


def _own(viewer: Viewer) -> Q:
    """The person's and not the post's: a successor learns nothing of it."""
    return Q(made_by__person_id=viewer.person_id) if viewer.signed_in else NOTHING


def of_others(viewer: Viewer, column: str = "id") -> Q:
    """Rows that speak of nothing the viewer has, or ever had, a hand in; the column is the complaint's number."""
    theirs = Complaint.filter(of_their_work(viewer.person_id or 0)).values("id")
    return _elsewhere(viewer) & ~Q(**{f"{column}__in": Subquery(theirs)})  # type: ignore[arg-type]


def _elsewhere(viewer: Viewer) -> Q:
    """Whoever also works at a township never reads what is said of it there."""
    homes = [hat.unit_path for hat in viewer.hats if hat.unit_level == "township" or hat.role in OFFICES]
    above = sorted({path for home in homes for path in upwards(home)})
    return Q(township_id__isnull=True) | ~Q(township__path__in=above) if above else Q()


def _who_complained(viewer: Viewer) -> QuerySet[Complaint] | None:
    """Whoever answers knows whom: the complaint is signed."""
    if not viewer.hats_as(*COMPLAINT_ANSWERERS):
        return None
    return Complaint.visible_to(viewer).filter(made_by_id__isnull=False).values("made_by_id")  # type: ignore[return-value]


Post.met_over.append(_who_complained)
