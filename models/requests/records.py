"""Work requests: what departments, or the township itself, want done in villages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.canonical import plain
from models.base.columns import column, link
from models.base.identities import code_of
from models.base.records import Record
from models.base.search import Sought, said
from models.base.states import States, during
from models.base.viewer import NOTHING, Viewer
from models.matters import Matter
from models.people import Post
from models.people.roles import ASKERS, DESK, KEEPERS, OFFICES, WATCHERS
from models.units import Unit

STATES = {
    "pending_review": "待复核",
    "admitted": "已过筛",
    "rejected": "已驳回",
    "answered": "以数作答",
    "exception": "例外准入",
    "withdrawn": "已撤回",
}
TO_READ = "这件申请不在待复核状态，可能已有人处理，请刷新后再看。"
REQUEST = States(
    labels=STATES,
    born=("pending_review", "answered", "rejected"),
    over=("answered", "withdrawn"),
    verbs={
        "screening.admit": during("pending_review", to="admitted", told=TO_READ),
        "screening.reject": during("pending_review", to="rejected", told=TO_READ),
        "screening.reroute": during("rejected", told="只有驳回的申请可以转给办线，且只能转一次。"),
        "screening.handle": during("rejected", told="这件申请现在是“{}”，不用办线答复。"),
        "screening.admit_exceptionally": during(
            "rejected", to="exception", told="只有驳回的申请才谈得上例外准入。"
        ),
        "screening.expire": during("exception", to="rejected", told="这件申请不在例外准入中。"),
        "tasks.amend_request": during(
            "pending_review",
            "admitted",
            "rejected",
            to=("pending_review", "answered", "rejected"),
            told="这件申请现在是“{}”，不能修改；需要的话请重新提出。",
        ),
        "tasks.withdraw_request": during(
            "pending_review",
            "admitted",
            "exception",
            "rejected",
            to="withdrawn",
            told="这件申请现在是“{}”，不用撤回。",
        ),
    },
)
ASKED = (
    *("title", "body", "document_number", "deadline", "matter_code", "demands", "elements"),
    *("unticked", "contact"),
)
"""What its asker writes: screened anew with every amendment, kept as it was before, and compared on its page."""
ABOVE_VILLAGES = frozenset({"city", "county", "township"})


class WorkRequest(Record):
    """Something a department, or the township's own office, wants villages of one township to do."""

    department: fields.ForeignKeyRelation[Unit] = link("Unit", "requests_made", said="部门")
    department_id: int
    township: fields.ForeignKeyRelation[Unit] = link("Unit", "requests_received")
    township_id: int
    batch = column("同批编号", fields.CharField(max_length=36, db_index=True))
    submitted_by: fields.ForeignKeyRelation[Post] = link("Post", "requests", said="提交人", indexed=True)
    submitted_by_id: int
    title = column("工作名称", fields.CharField(max_length=200))
    body = column("要村社做什么", fields.TextField())
    document_number = column("文号", fields.CharField(max_length=80, default=""))
    deadline = column("希望何时办完", fields.DateField())
    matter_code = column("事项编码", fields.CharField(max_length=40, default=""))
    matter: fields.ForeignKeyNullableRelation[Matter] = link("Matter", "requests", indexed=True, null=True)
    matter_id: int | None
    demands: list[str] = column("要求", fields.JSONField(default=list))
    elements: list[str] = column("数据", fields.JSONField(default=list))
    unticked: dict[str, str] = column("没有勾选的理由", fields.JSONField(default=dict))
    """Demands that the words betray and the asker unticked, each with the asker's reason."""
    contact = column("联系人和电话", fields.CharField(max_length=120, default=""))
    state = fields.CharField(max_length=16, default="pending_review")
    submitted_at = column("提交时间", fields.DatetimeField())
    amended_at = column("修改时间", fields.DatetimeField(null=True))
    round = fields.IntField(default=1)
    notice_days = column("提前了几个工作日", fields.IntField(null=True))
    """Working days it left from its submission (or from the amendment that moved the deadline forward) to the deadline."""
    notice_due = column("规定提前几个工作日", fields.IntField(null=True))
    """Below how many of them notice was short by the rule of that day; 0 where no rule applied."""
    waived = column("有理由不勾选的要求有几项", fields.IntField(default=0, db_default=0))
    """How many demands that its words betray were unticked with a reason."""
    fields_wanted = column("要的数据项次", fields.IntField(default=0, db_default=0))
    """Data elements it names times villages concerned."""
    fields_held = column("要的数据中已有的项次", fields.IntField(default=0, db_default=0))
    """How many of these were on file and fresh when it was screened."""
    rerouted_to: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "requests_rerouted", said="转给哪个办线", indexed=True, null=True
    )
    rerouted_to_id: int | None
    office_answer = column("办线的答复", fields.TextField(default=""))
    answered_at = fields.DatetimeField(null=True)
    sought = Sought("title", "document_number")

    called = "下派申请"
    states = REQUEST
    judged_with = ("department", "township", "matter", "rerouted_to", "submitted_by__person")
    opens = frozenset({"department", "township", "matter", "rerouted_to"})
    personal = frozenset({"contact"})
    versioned = True
    parts_called: ClassVar = {"wanted_units": "村社", "attachments": "附件"}
    follows = frozenset({"round", "notice_days", "notice_due", "waived", "fields_wanted", "fields_held"})
    made_of: ClassVar = {"wanted_units": ("unit_id", "unit__name"), "attachments": ("file_id", "file__name")}
    signed_by: ClassVar = {
        "过筛结论": ("screening.admit", "screening.reject", "screening.admit_exceptionally")
    }
    own_course = frozenset({"state", "rerouted_to_id", "office_answer", "answered_at"})

    class Meta:
        table = "work_request"
        indexes = (
            ("township_id", "state", "id"),
            ("department_id", "id"),
            ("matter_code", "submitted_at"),
            ("township_id", "submitted_at"),
            ("submitted_at", "id"),
            ("deadline", "id"),
        )

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer))

    def trail_path(self) -> str:
        return self.township.path

    async def cleared(self) -> frozenset[str]:
        """What its asker explained, once somebody at the township has read it and let it in."""
        return frozenset(self.unticked) if self.state in ("admitted", "exception") else frozenset()

    def said_by_its_asker(self) -> dict[str, Any]:
        """What was written, in the shape that outlasts an amendment; what is personal stays where it can be erased."""
        return {name: plain(getattr(self, name)) for name in ASKED if name not in self.personal}

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def is_townships_own(self) -> bool:
        """本级任务: the township asks its own villages."""
        return bool(self.department_id == self.township_id)

    @property
    def awaits_office(self) -> bool:
        return self.rerouted_to_id is not None and not self.office_answer


class RequestUnit(Record):
    """A village or grid that a request names, where a request without any leaves the choice to the township."""

    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "wanted_units")
    request_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "wanted_by", indexed=True)
    unit_id: int

    called = "申请涉及的村社"
    opens = frozenset({"request", "unit"})

    class Meta:
        table = "request_unit"
        unique_together = (("request", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))


def reach(viewer: Viewer, request: str = "") -> Q:
    """Requests (or rows of them, by the prefix) this viewer may know of: never anybody at a village or grid."""
    hats = [hat for hat in viewer.hats if hat.unit_level not in {"village", "grid"}]
    if not hats:
        return NOTHING
    above = replace(viewer, hats=tuple(hats))
    return (
        above.desk(f"{request}department_id", *ASKERS)
        | above.desk(f"{request}township_id", *DESK)
        | above.desk(f"{request}rerouted_to_id", *OFFICES)
        | above.area(f"{request}township__path", *KEEPERS)
        | _watching(above).area(f"{request}township__path", *WATCHERS)
    )


def _watching(viewer: Viewer) -> Viewer:
    """The viewer with the posts that lie at township level or above."""
    hats = tuple(hat for hat in viewer.hats if hat.unit_level in ABOVE_VILLAGES)
    return replace(viewer, hats=hats)


@dataclass
class RequestFilter:
    """What a reader of requests is looking for."""

    state: str = ""
    text: str = ""
    matter_code: str = ""

    def among(self, rows: QuerySet[WorkRequest]) -> QuerySet[WorkRequest]:
        if self.state:
            rows = rows.filter(state=self.state)
        if code := code_of(self.matter_code).upper():
            rows = rows.filter(matter_code=code)
        return rows.filter(said(self.text))
