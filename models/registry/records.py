"""Defined data elements in their versions, and the values of units with where each came from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.states import States, during
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.registry.masking import MASK, VALUE, known_to
from models.units import Unit

KINDS = {
    "count": "整数",
    "decimal": "小数",
    "money": "金额",
    "day": "日期",
    "choice": "选项",
    "text": "文字",
}
NUMBERS = frozenset({"count", "decimal", "money"})
PERIODS = {"once": "一次", "year": "每年", "quarter": "每季", "month": "每月", "day": "每天"}
STATES = {"in_force": "有效"}
LEVELS = {"village": "村社", "grid": "网格"}
SENSITIVITIES = {"open": "公开", "internal": "内部", "sensitive": "敏感"}
ORIGINS = {
    "report": "任务反馈",
    "entry": "登记",
    "import": "表格导入",
    "partner": "系统对接",
    "carried": "村社合并结转",
}
STANDINGS = {
    "stands": "采用",
    "disputed": "有异议，暂不采用",
    "upheld": "异议成立，不采用",
    "dismissed": "异议不成立，照常采用",
}
RELIED_UPON = ("stands", "dismissed")
"""The states in which a value answers: in a form, a table, a request."""
ELEMENT = States(labels=STATES, born=("in_force",), over=("in_force",), verbs={})
VALUE_STATES = States(
    labels=STANDINGS,
    born=("stands",),
    over=("upheld", "dismissed"),
    verbs={
        "registry.dispute_value": during("stands", to="disputed", told="这个数现在是“{}”，不能再提异议。"),
        "registry.settle_dispute": during(
            "disputed", to=("upheld", "dismissed"), told="这个数现在是“{}”，没有异议要答复。"
        ),
        "registry.correct_value": during(*STANDINGS),
    },
)
DEFINED = (
    "name",
    "definition",
    "owner",
    "level",
    "kind",
    "measure",
    "period",
    "freshness_days",
    "sensitivity",
    "checks",
    "asked_by",
    "source",
    "attested",
)
"""What a version says of an element."""


class Defined:
    """What is said of an element, by itself and by each of its versions."""

    name = fields.CharField(max_length=100)
    definition = column("说明", fields.CharField(max_length=300, default="", db_default=""))
    owner = column("归口部门", fields.CharField(max_length=30, default="", db_default=""))
    level = column("填报层级", fields.CharField(max_length=10, default="village", db_default="village"))
    kind = fields.CharField(max_length=10, default="text", db_default="text")
    measure = column("单位或选项", fields.CharField(max_length=200, default="", db_default=""))
    period = column("周期", fields.CharField(max_length=10, default="year", db_default="year"))
    freshness_days = column("多少天内有效", fields.IntField(default=365))
    sensitivity = column("敏感程度", fields.CharField(max_length=10, default="open", db_default="open"))
    checks = column("核对关系", fields.CharField(max_length=300, default="", db_default=""))
    """Terms such as `<= hukou_population; = paddy_area + dryland_area`, read against the value itself."""
    asked_by = column("哪些部门要过", fields.CharField(max_length=200, default="", db_default=""))
    source = column("出处", fields.CharField(max_length=500, default="", db_default=""))
    attested = column("是否有出处", fields.BooleanField(default=False, db_default=False))


class Element(Defined, Record):
    """A defined piece of data that units may be asked for once per period, as its version in force says."""

    code = fields.CharField(max_length=40, unique=True)
    state = fields.CharField(max_length=10, default="in_force", db_default="in_force")

    called = "数据项"
    states = ELEMENT

    class Meta:
        table = "element"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter() if viewer.signed_in else cls.filter(NOTHING)

    def is_fresh(self, as_of: date, on: date) -> bool:
        return as_of <= on and as_of + timedelta(days=self.freshness_days) >= on

    @property
    def is_sensitive(self) -> bool:
        return self.sensitivity == "sensitive"

    @property
    def is_in_force(self) -> bool:
        return self.state == "in_force"

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def options(self) -> list[str]:
        """What may be chosen; nothing where a value is typed."""
        return self.measure.split("/") if self.kind == "choice" else []

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    def told(self, value: str | None) -> str:
        """A value with the word behind the number, or that it is not for its reader."""
        if value is None:
            return MASK
        return f"{value} {self.measure}" if self.kind in NUMBERS and self.measure else value

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


class ElementVersion(Defined, Record):
    """What an element is to say: proposed, put in force by somebody else, and from then on frozen by the database."""

    element: fields.ForeignKeyRelation[Element] = link("Element", "versions", said="数据项")
    element_id: int
    number = fields.IntField(null=True)
    """Counted from one as versions come into force, none where one is proposed or was dropped."""
    reason = fields.CharField(max_length=300, default="")
    proposed_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "elements_proposed", said="提出人", indexed=True, null=True
    )
    """Nobody of the town for what comes with the product."""
    proposed_by_id: int | None
    proposed_at = column("提出时间", fields.DatetimeField())
    decided_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "elements_decided", indexed=True, null=True
    )
    decided_by_id: int | None
    decided_at = fields.DatetimeField(null=True)

    called = "数据项的这一版"
    part_of = "element"
    judged_with = ("element", "proposed_by__person")
    opens = frozenset({"element"})

    class Meta:
        table = "element_version"
        unique_together = (("element", "number"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter() if viewer.signed_in else cls.filter(NOTHING)

    @property
    def is_proposed(self) -> bool:
        return self.decided_at is None


class DataValue(Record):
    """What a unit reported for an element as of a day, and where it came from."""

    element: fields.ForeignKeyRelation[Element] = link("Element", "data_values", said="数据项")
    element_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "data_values", indexed=True)
    unit_id: int
    value = fields.TextField()
    number: Decimal | None = column("数字", fields.DecimalField(max_digits=18, decimal_places=2, null=True))
    as_of = fields.DateField()
    period = column("所属时期", fields.CharField(max_length=10, default="", db_default=""))
    at: datetime = column("登记时间", fields.DatetimeField())
    task: fields.ForeignKeyNullableRelation[Any] = link("Task", "data_values", indexed=True, null=True)
    task_id: int | None
    report: fields.ForeignKeyNullableRelation[Any] = link(
        "Report", "data_values", said="反馈", indexed=True, null=True
    )
    report_id: int | None
    by: fields.ForeignKeyRelation[Post] = link("Post", "data_values", indexed=True)
    by_id: int
    on_behalf_of: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "data_values_through_others", said="代谁登记", indexed=True, null=True
    )
    on_behalf_of_id: int | None
    origin = column("来源", fields.CharField(max_length=10, default="entry", db_default="entry"))
    reason = column("更正原因", fields.CharField(max_length=20, default="", db_default=""))
    state = fields.CharField(max_length=10, default="stands", db_default="stands")
    dispute = column("异议", fields.CharField(max_length=200, default="", db_default=""))
    disputed_at = column("异议时间", fields.DatetimeField(null=True))
    disputed_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "values_disputed", said="谁提的异议", indexed=True, null=True
    )
    disputed_by_id: int | None
    settlement = column("异议处理说明", fields.CharField(max_length=200, default="", db_default=""))
    settled_at = column("异议处理时间", fields.DatetimeField(null=True))

    called = "数据"
    judged_with = ("unit", "element", "by__person", "disputed_by__person")
    opens = frozenset({"element", "unit"})
    states = VALUE_STATES
    traces = VALUE
    personal = frozenset({"dispute", "settlement"})
    villages_wrote = ("dispute",)
    own_course = frozenset({"state", "settlement", "settled_at"})

    class Meta:
        table = "data_value"
        indexes = (("element_id", "unit_id", "as_of"), ("unit_id", "element_id", "as_of"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Open values, and all of the places one works for; what they say is masked where it is not one's to read."""
        return cls.filter(known_to(viewer))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def shown(self) -> str:
        """The value with the word behind it, or that it is not for its reader."""
        return self.element.told(self.value)

    @property
    def origin_label(self) -> str:
        return ORIGINS[self.origin]

    @property
    def state_label(self) -> str:
        return STANDINGS[self.state]

    @property
    def is_disputed(self) -> bool:
        """Whether somebody says it is wrong, and nobody has judged that yet."""
        return self.state == "disputed"

    @property
    def is_relied_upon(self) -> bool:
        return self.state in RELIED_UPON
