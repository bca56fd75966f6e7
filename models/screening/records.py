"""Screenings: stored verdicts, never changed; a reading by a person is a new row."""

from __future__ import annotations

import json
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.matters import Matter, MatterList
from models.matters.decision import VERDICTS
from models.people import Post
from models.requests.records import WorkRequest, reach

READ_AS = {
    "admitted": "text_and_matter_agree",
    "rejected": "text_belies_matter",
    "exception": "leader_admitted",
}
"""The reason code of each verdict that a person gives."""


class Screening(Record):
    """One verdict on a request, with the inputs it rests on."""

    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "screenings")
    request_id: int
    kind = fields.CharField(max_length=12)
    verdict = column("结论", fields.CharField(max_length=16))
    reasons: list[str] = column("理由代码", fields.JSONField(default=list))
    sentence = column("结论说明", fields.TextField())
    clause = column("依据条款", fields.TextField(default=""))
    route = column("合法途径", fields.TextField(default=""))
    nearest: list[str] = column("最接近的事项", fields.JSONField(default=list))
    matter_list: fields.ForeignKeyNullableRelation[MatterList] = link(
        "MatterList", "screenings", said="事项清单", indexed=True, null=True
    )
    matter_list_id: int | None
    matter: fields.ForeignKeyNullableRelation[Matter] = link("Matter", "screenings", null=True)
    matter_id: int | None
    inputs = column("判断时用到的数据", fields.TextField())
    code = fields.CharField(max_length=80, null=True, unique=True)
    decided_by: fields.ForeignKeyNullableRelation[Post] = link("Post", "readings", indexed=True, null=True)
    decided_by_id: int | None
    expires_on = column("到期日期", fields.DateField(null=True))
    """The last day of an exception."""
    at = fields.DatetimeField()

    called = "过筛结论"
    judged_with = ("request", "request__township")
    opens = frozenset({"request", "matter_list", "matter"})

    class Meta:
        table = "screening"
        indexes = (("request_id", "id"), ("matter_id", "verdict", "at"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))

    def trail_path(self) -> str:
        return self.request.township.path

    @property
    def verdict_label(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def rests_on(self) -> dict[str, Any]:
        """The stored inputs, read."""
        return dict(json.loads(self.inputs))
