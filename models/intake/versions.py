"""What a request said before it was amended."""

from __future__ import annotations

from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Post
from models.requests.records import WorkRequest, reach


class RequestVersion(Record):
    """What a request said before an amendment, kept whole."""

    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "versions")
    request_id: int
    round = fields.IntField()
    said: dict[str, Any] = column("当时的内容", fields.JSONField(default=dict))
    """Title, body, document_number, deadline, matter_code, demands, elements, unticked and units (codes)."""
    reason = fields.TextField()
    amended_by: fields.ForeignKeyRelation[Post] = link("Post", "amendments", said="修改人", indexed=True)
    amended_by_id: int
    amended_at = column("修改时间", fields.DatetimeField())

    called = "申请的旧版"
    judged_with = ("request",)
    opens = frozenset({"request"})

    class Meta:
        table = "request_version"
        unique_together = (("request", "round"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))
