"""Attaching files that are kept: done within the command that makes what they hang on."""

from __future__ import annotations

from collections.abc import Sequence

from models.base.clock import now
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.files.keeping import Stored
from models.files.records import File, ReportFile, RequestFile
from models.files.uploads import no_longer_wait
from models.intake.requests import WorkRequest

MOST = 10
"""Attachments to one request or report."""


async def attach_to_requests(
    actor: Viewer, requests: Sequence[WorkRequest], stored: Sequence[Stored]
) -> None:
    """Called within the command that makes the requests: one file, linked to each of them."""
    for file in await filed(actor, stored):
        await RequestFile.bulk_create([RequestFile(request_id=r.pk, file_id=file.pk) for r in requests])


async def attach_to_report(actor: Viewer, report_id: int, stored: Sequence[Stored]) -> None:
    """Called within the command that makes the report."""
    for file in await filed(actor, stored):
        await ReportFile.create(report_id=report_id, file_id=file.pk)


async def filed(actor: Viewer, stored: Sequence[Stored]) -> list[File]:
    """The rows of kept files, made within the command that attaches them."""
    if len(stored) > MOST:
        raise Invalid(f"附件最多 {MOST} 个。", field="files")
    await no_longer_wait(actor.person_id, [one.sha256 for one in stored])
    return [
        await File.create(
            sha256=one.sha256,
            name=one.name,
            kind=one.kind,
            size=one.size,
            original=one.original or None,
            uploaded_by_id=actor.post_id,
            uploaded_at=now(),
        )
        for one in dict.fromkeys(stored)
    ]
