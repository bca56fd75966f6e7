"""Point entries (工分): append-only credits for accepted results, each with its event and the scheme that gave it."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.events import Event
from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Person, Post
from models.schemes.records import Scheme
from models.schemes.visibility import evaluates, own_or_evaluated
from models.units import Unit

MILLI = 1000
"""Points are kept in thousandths, so that a share of them is exact once it is given."""
ENTRY_KINDS = {
    "task": "办结任务",
    "missed": "逾期没有反馈",
    "step": "项目节点",
    "failed": "揭榜未建成",
    "praise": "上级表扬",
    "reversal": "撤销",
    "correction": "申诉更正",
}
TAKES_BACK = ("reversal", "correction")
WHYS = {
    "late": "超过期限",
    "returned": "退回补正过",
    "suspended": "中止过，超过期限不扣",
    "overload": "超负荷下派，超过期限不扣",
    "split": "同一事项短期内再办",
    "again": "同一事项没隔够天数又办，按隔的天数折算",
    "self_dealing": "办理人也是派任务或审核的人，不计分",
    "capped": "当天已到上限",
    "often": "当月表扬次数已满，不计分",
}
"""Why a result got what it got, by the codes an entry carries."""
SPARED = frozenset({"suspended", "overload"})
"""What was imposed never costs anything: lateness is not held against such a result."""


class PointEntry(Record):
    """What one accepted result brought a village, or one person who did it. A correction is an entry of its own."""

    event: fields.ForeignKeyRelation[Event] = link("Event", "point_entries", indexed=True)
    event_id: int
    scheme: fields.ForeignKeyRelation[Scheme] = link("Scheme", "point_entries", indexed=True)
    scheme_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "point_entries")
    unit_id: int
    post: fields.ForeignKeyNullableRelation[Post] = link("Post", "point_entries", indexed=True, null=True)
    post_id: int | None
    """The post somebody did it in, where the entry is a person's."""
    person: fields.ForeignKeyNullableRelation[Person] = link("Person", "point_entries", null=True)
    person_id: int | None
    kind = fields.CharField(max_length=12)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()
    matter = column("事项编码", fields.CharField(max_length=40, default=""))
    work = column("属于哪个任务", fields.BigIntField(default=0))
    """The task it belongs to."""
    points = column("工分（千分之一分）", fields.IntField())
    """Thousandths of a point, below zero where something is taken back."""
    possible = column("最多能得多少（千分之一分）", fields.IntField())
    """Thousandths of a point that the same result would have brought at its best."""
    share = column("完成质量（万分之几）", fields.IntField(default=0))
    """How good it was, of ten thousand, before caps."""
    timely = column("是否按时", fields.BooleanField(null=True))
    first_time = column("是否一次通过", fields.BooleanField(null=True))
    part = column("算一整件的几成（万分之几）", fields.SmallIntField(null=True))
    """Of ten thousand, how much of a whole piece of work it was, where it was neither all of one nor nothing."""
    counts = column("是否计入指标", fields.BooleanField(default=True))
    """Whether indicators look at it: not what was split off another task, or dealt out to oneself."""
    response = column("属于哪次应急响应", fields.BigIntField(null=True))
    """The emergency response it was asked for in."""
    why: list[str] = column("怎样算出来的", fields.JSONField(default=list))
    counts_on = column("算在哪一天", fields.DateField())
    """The day by which it belongs to a period."""
    done_on = column("反馈日期", fields.DateField())
    """The day on which the work was reported, for the daily caps."""
    reverses: fields.OneToOneNullableRelation[PointEntry] = column(
        "撤销的是哪条工分",
        fields.OneToOneField(
            "models.PointEntry", related_name="reversed_by", null=True, on_delete=fields.OnDelete.RESTRICT
        ),
    )
    reverses_id: int | None
    reason = fields.TextField(default="")
    at = fields.DatetimeField()

    called = "工分记录"
    judged_with = ("unit", "person", "event")
    opens = frozenset({"unit", "scheme"})

    class Meta:
        table = "point_entry"
        unique_together = (("event", "unit", "person", "kind", "subject_id"),)
        indexes = (
            ("unit_id", "counts_on", "id"),
            ("person_id", "done_on"),
            ("unit_id", "matter", "done_on"),
        )

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The village's to the village, a person's to that person, and both to those who evaluate them."""
        own = Q(person_id=viewer.person_id) if viewer.person_id else Q(id__in=[])
        return cls.filter(own | own_or_evaluated(viewer) & _but_no_colleagues(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def kind_label(self) -> str:
        return ENTRY_KINDS[self.kind]

    @property
    def why_label(self) -> str:
        return "，".join(WHYS[code] for code in self.why)

    @property
    def is_spared(self) -> bool:
        return not SPARED.isdisjoint(self.why)

    @property
    def shown(self) -> str:
        return shown_points(self.points)


def _but_no_colleagues(viewer: Viewer) -> Q:
    """What single persons earned is for themselves and for those who evaluate, not for their neighbours."""
    return Q(person_id__isnull=True) | evaluates(viewer)


def shown_points(milli: int) -> str:
    """As people read points: -3.5, 10, 0.25."""
    sign, whole, rest = "-" if milli < 0 else "", *divmod(abs(milli), MILLI)
    return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")
