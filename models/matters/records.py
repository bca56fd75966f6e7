"""What may be asked of a village: versions of the matter list, its matters, and the demands they may carry."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.folding import folded
from models.base.identities import code_of
from models.base.records import Record
from models.base.search import Sought, said
from models.base.states import States, during
from models.base.text import kept
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.people.roles import KEEPERS
from models.policies import upwards
from models.units import Unit

CATEGORIES = {
    "assist": "协助",
    "report": "协助·发现报告",
    "own": "自治",
    "publish": "村务公开",
    "decide": "重大决策",
    "negative": "不得下派",
}
DEMANDABLE = frozenset({"assist", "report"})
LIST_STATES = {"draft": "起草中", "proposed": "待发布", "published": "已发布"}
DRAFTED = "只有起草中的清单可以修改。"
PROPOSED = "只有待发布的清单可以发布或退回。"
MATTER_LIST = States(
    labels=LIST_STATES,
    born=("draft",),
    over=("published",),
    verbs={
        "matters.put_matter": during("draft", told=DRAFTED),
        "matters.take_matters": during("draft", told=DRAFTED),
        "matters.drop_matter": during("draft", told=DRAFTED),
        "matters.propose": during("draft", to="proposed", told=DRAFTED),
        "matters.give_opinion": during("proposed", told="现在不在征求意见的期限内。"),
        "matters.answer_opinion": during("proposed", told="只有还没有发布的清单上的意见可以答复。"),
        "matters.send_back": during("proposed", to="draft", told=PROPOSED),
        "matters.publish": during("proposed", to="published", told=PROPOSED),
        "matters.look_at_basis": during("published", told="起草中的清单请直接改依据，发布后才登记复核。"),
        "matters.add_alias": during("draft", "proposed", "published"),
    },
)
Codes = builtins.list[str]


def keeping(viewer: Viewer, list_path: str = "") -> Q:
    """Lists this viewer keeps: those of the regions in their area, drafts included."""
    return viewer.area(f"{list_path}region__path", *KEEPERS)


def reading(viewer: Viewer, list_path: str = "") -> Q:
    """Lists this viewer reads: published ones, those put before the region they work in, and those they keep."""
    if not viewer.signed_in:
        return NOTHING
    here = sorted({path for hat in viewer.hats for path in upwards(hat.unit_path)})
    published: dict[str, Any] = {f"{list_path}state": "published"}
    proposed: dict[str, Any] = {f"{list_path}state": "proposed", f"{list_path}region__path__in": here}
    return Q(**published) | Q(**proposed) | keeping(viewer, list_path)


class MatterList(Record):
    """One version of what may be asked of a village, frozen once published."""

    region: fields.ForeignKeyRelation[Unit] = link("Unit", "matter_lists")
    region_id: int
    number = fields.IntField()
    title = fields.CharField(max_length=200)
    state = fields.CharField(max_length=12, default="draft")
    based_on: fields.ForeignKeyNullableRelation[MatterList] = link(
        "MatterList", "followers", said="依据的旧版", indexed=True, null=True
    )
    based_on_id: int | None
    proposed_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "lists_proposed", said="提出人", indexed=True, null=True
    )
    proposed_by_id: int | None
    published_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "lists_published", said="公布人", indexed=True, null=True
    )
    published_by_id: int | None
    propose_reason = column("提出理由", fields.TextField(default=""))
    publish_reason = column("发布理由", fields.TextField(default=""))
    consultation_until = column("征求意见到哪天", fields.DateField(null=True))
    flips_accepted = column("接受的结论变化", fields.TextField(default=""))
    """Why golden cases that this version decides differently may flip."""
    unsaid_accepted = column("没写明职责仍发布的理由", fields.TextField(default="", db_default=""))
    """Why matters may leave unsaid who leads or what the village does, signed by the publisher."""
    effective_on = column("生效日期", fields.DateField(null=True))
    publication = column("发布的次序", fields.IntField(null=True))
    """The region's first, second, third … published version: the order by which versions rule."""
    published_at = column("公布时间", fields.DatetimeField(null=True))

    called = "事项清单"
    versioned = True
    parts_called: ClassVar = {"matters": "事项", "opinions": "意见", "golden": "范例"}
    follows = frozenset({"number", "publication"})
    made_of: ClassVar = {"matters": ("*", "title"), "opinions": ("id",)}
    own_course = frozenset(
        {"state", "proposed_by_id", "published_by_id", "propose_reason", "publish_reason", "opinions"}
        | {
            "consultation_until",
            "flips_accepted",
            "effective_on",
            "published_at",
            "golden",
            "publication",
            "unsaid_accepted",
        }
    )
    states = MATTER_LIST
    judged_with = ("region", "proposed_by__person")
    opens = frozenset({"region"})

    class Meta:
        table = "matter_list"
        unique_together = (("region", "number"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reading(viewer))

    def trail_path(self) -> str:
        return self.region.path

    @property
    def state_label(self) -> str:
        return LIST_STATES[self.state]

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def is_proposed(self) -> bool:
        return self.state == "proposed"

    @property
    def is_consulting(self) -> bool:
        """Whether opinions are still taken; the last day counts."""
        last = self.consultation_until
        return self.is_proposed and last is not None and today() <= last


class Matter(Record):
    """One thing that may (or, if negative, may not) be asked of a village."""

    list: fields.ForeignKeyRelation[MatterList] = link("MatterList", "matters", said="事项清单")
    list_id: int
    code = fields.CharField(max_length=40)
    title = fields.CharField(max_length=200)
    scope = column("范围", fields.TextField(default=""))
    category = column("类别", fields.CharField(max_length=12))
    domain = column("领域", fields.CharField(max_length=12, default=""))
    level = column("层级", fields.CharField(max_length=20, default=""))
    lead_department = column("牵头部门", fields.CharField(max_length=80, default=""))
    township_lead = column("镇街牵头", fields.CharField(max_length=80, default=""))
    village_does = column("村社做什么", fields.TextField(default=""))
    village_must_not = column("不得要求村社做什么", fields.TextField(default=""))
    legal_basis = column("依据", fields.TextField(default=""))
    basis_as_of = column("依据文本的日期", fields.DateField(null=True))
    """The day as of which the text of the basis was read."""
    demands: Codes = column("要求", fields.JSONField(default=builtins.list))
    evidence: dict[str, Any] = column("需要的佐证和理由", fields.JSONField(default=dict))
    form: Codes = column("要填的数据项", fields.JSONField(default=builtins.list))
    norm_days = column("办理天数", fields.IntField(null=True))
    effort_hours = column("估计用时（小时）", fields.DecimalField(max_digits=7, decimal_places=2, null=True))
    yearly_cap = column("每年最多几次", fields.IntField(null=True))
    weight = fields.DecimalField(max_digits=5, decimal_places=2, null=True)
    major = column("是否重大", fields.BooleanField(default=False))
    emergency = column("是否应急事项", fields.BooleanField(default=False))
    pinyin = column("拼音首字母", fields.CharField(max_length=200, default="", db_index=True))
    sought = Sought("title", "code", "lead_department", "scope")

    called = "事项"
    follows = frozenset({"pinyin"})
    versioned = True
    part_of = "list"
    judged_with = ("list", "list__region")
    opens = frozenset({"list"})

    class Meta:
        table = "matter"
        unique_together = (("list", "code"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reading(viewer, "list__"))

    def trail_path(self) -> str:
        return self.list.region.path

    @property
    def demandable(self) -> bool:
        return self.category in DEMANDABLE

    @property
    def category_label(self) -> str:
        return CATEGORIES[self.category]


class MatterAlias(Record):
    """Everyday words for a matter, kept outside the frozen list and affecting suggestions only."""

    code = fields.CharField(max_length=40, db_index=True)
    phrase = column("说法", fields.CharField(max_length=200))
    confirmed = column("是否确认", fields.BooleanField(default=False))
    """Learned from a reading that chose this matter, rather than entered by a keeper."""
    sought = Sought("phrase")

    called = "别名"

    class Meta:
        table = "matter_alias"
        unique_together = (("code", "phrase"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Words a keeper entered are everybody's; learned ones repeat what somebody asked, and are the keepers'."""
        if not viewer.signed_in:
            return cls.filter(NOTHING)
        return cls.all() if viewer.hats_as(*KEEPERS) else cls.filter(confirmed=False)


class Demand(Record):
    """One thing a request may tick as asked of the village, or must not, with the clause that forbids it."""

    code = fields.CharField(max_length=30, unique=True)
    label = column("名称", fields.CharField(max_length=60))
    forbidden = column("是否禁止", fields.BooleanField(default=False))
    clause = column("依据条款", fields.TextField(default=""))
    position = fields.IntField(default=0)

    called = "要求"

    class Meta:
        table = "demand"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter() if viewer.signed_in else cls.filter(NOTHING)


@dataclass
class MatterFilter:
    """What a reader of the list is looking for."""

    text: str = ""
    category: str = ""
    code: str = ""

    def among(self, rows: QuerySet[Matter]) -> QuerySet[Matter]:
        if self.category:
            rows = rows.filter(category=self.category)
        if code := code_of(self.code).upper():
            rows = rows.filter(code=code)
        return rows.filter(mentions(self.text))


def mentions(text: str) -> Q:
    """Matters with all of the words in title, scope, department, everyday names, code or pinyin initials."""
    return Q(*(_mentions_word(word) for word in kept(text).split()[:8]))


def _mentions_word(word: str) -> Q:
    found = said(word) | Q(code__in=Subquery(MatterAlias.filter(said(word)).values("code")))
    letters = folded(word)
    return found | Q(pinyin__contains=letters) if letters.isascii() and letters.isalpha() else found
