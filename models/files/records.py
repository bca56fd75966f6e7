"""An attachment, and what it is attached to: who sees the owner sees the file."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import Viewer
from models.files.kinds import KINDS
from models.intake.requests import WorkRequest, reach

if TYPE_CHECKING:
    from models.people import Post
    from models.tasks import Report


class File(Record):
    """One uploaded file: its name and kind here, its bytes on disk under their digest."""

    sha256 = fields.CharField(max_length=64, db_index=True)
    original = fields.CharField(max_length=64, null=True, db_index=True)
    """SHA-256 of what was sent: a picture is drawn anew, and compared with the one in the phone by this; none before."""
    name = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=8)
    size = fields.IntField()
    uploaded_by: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="files", null=True, on_delete=fields.OnDelete.RESTRICT
    )
    uploaded_by_id: int | None
    uploaded_at = fields.DatetimeField()

    called = "附件"

    class Meta:
        table = "file"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        from models.bidding import (
            BidFile,
            MilestoneFile,
            ProjectFile,
        )  # what files hang on stands above files
        from models.concerns.records import ConcernFile
        from models.tasks import Discussion

        hung = [
            record.visible_to(viewer).values("file_id") for record in (ProjectFile, BidFile, MilestoneFile)
        ]
        if viewer.signed_in:
            hung += [
                record.visible_to(viewer).values("file_id")
                for record in (RequestFile, ReportFile, ConcernFile)
            ]
            hung.append(Discussion.visible_to(viewer).filter(page_id__isnull=False).values("page_id"))
        return cls.filter(Q(*(Q(id__in=Subquery(one)) for one in hung), join_type="OR"))

    @property
    def media_type(self) -> str:
        return KINDS[self.kind]


class RequestFile(Record):
    """An attachment of a work request."""

    request: fields.ForeignKeyRelation[WorkRequest] = fields.ForeignKeyField(
        "models.WorkRequest", related_name="attachments", on_delete=fields.OnDelete.RESTRICT
    )
    request_id: int
    file: fields.ForeignKeyRelation[File] = fields.ForeignKeyField(
        "models.File", db_index=True, related_name="of_requests", on_delete=fields.OnDelete.RESTRICT
    )
    file_id: int

    called = "附件"
    opens = frozenset({"request", "file"})

    class Meta:
        table = "request_file"
        unique_together = (("request", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))


class ReportFile(Record):
    """Evidence that came with a report."""

    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="attachments", on_delete=fields.OnDelete.RESTRICT
    )
    report_id: int
    file: fields.ForeignKeyRelation[File] = fields.ForeignKeyField(
        "models.File", db_index=True, related_name="of_reports", on_delete=fields.OnDelete.RESTRICT
    )
    file_id: int

    called = "佐证"
    opens = frozenset({"report", "file"})

    class Meta:
        table = "report_file"
        unique_together = (("report", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        from models.tasks import Report  # tasks stand above files

        return cls.filter(report_id__in=Subquery(Report.visible_to(viewer).values("id")))


async def files_of(viewer: Viewer, reports: Collection[int]) -> dict[int, list[File]]:
    """What came with each of these reports, by the report's number."""
    found: dict[int, list[File]] = {}
    if reports:
        rows = ReportFile.visible_to(viewer).filter(report_id__in=list(reports)).order_by("id")
        for row in await rows.select_related("file"):
            found.setdefault(row.report_id, []).append(row.file)
    return found
