"""Golden cases: structured requests with the verdict they must get, run against every list before publication."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import NOTHING, Viewer


class GoldenCase(Record):
    """One structured request and the verdict every list must give it, unless a keeper says why not."""

    code = fields.CharField(max_length=40, unique=True)
    about = fields.CharField(max_length=200)
    named = fields.CharField(max_length=40, default="")
    demands: list[str] = fields.JSONField(default=list)
    used = fields.IntField(default=0)
    """How often each village was asked this year already."""
    held = fields.BooleanField(default=False)
    """Whether every wanted element is on file and fresh."""
    elements: list[str] = fields.JSONField(default=list)
    verdict = fields.CharField(max_length=16)
    reasons: list[str] = fields.JSONField(default=list)

    called = "范例"

    class Meta:
        table = "golden_case"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)
