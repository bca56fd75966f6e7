"""The evidence that comes with a report."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Self

from tortoise import fields
from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.base.columns import link
from models.base.records import Record
from models.base.viewer import Viewer
from models.files import File, Hung, Stored, filed
from models.tasks.reports import Report


class ReportFile(Record):
    """Evidence that came with a report."""

    report: fields.ForeignKeyRelation[Report] = link("Report", "attachments", said="反馈")
    report_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_reports", indexed=True)
    file_id: int

    called = "佐证"
    opens = frozenset({"report", "file"})

    class Meta:
        table = "report_file"
        unique_together = (("report", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(report_id__in=Subquery(Report.visible_to(viewer).values("id")))


File.hung_on[ReportFile] = Hung()


async def attach_to_report(actor: Viewer, report_id: int, stored: Sequence[Stored]) -> None:
    """Called within the command that makes the report."""
    for file in await filed(actor, stored):
        await ReportFile.create(report_id=report_id, file_id=file.pk)


async def files_of(viewer: Viewer, reports: Collection[int]) -> dict[int, list[File]]:
    """What came with each of these reports, by the report's number."""
    found: dict[int, list[File]] = {}
    if reports:
        rows = ReportFile.visible_to(viewer).filter(report_id__in=list(reports)).order_by("id")
        for row in await rows.select_related("file"):
            found.setdefault(row.report_id, []).append(row.file)
    return found
