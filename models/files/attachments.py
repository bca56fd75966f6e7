"""Attaching files that are kept: done within the command that makes what they hang on."""

from __future__ import annotations

from collections.abc import Sequence

from models.base.clock import now
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.files.records import File
from models.files.storage import Stored
from models.files.uploads import no_longer_wait

MOST = 10
"""Attachments to one request or report."""


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
