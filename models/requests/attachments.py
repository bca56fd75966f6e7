"""What comes with a work request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import link
from models.base.records import Record
from models.base.viewer import Viewer
from models.files import File, Hung, Stored, filed
from models.requests.records import WorkRequest, reach


class RequestFile(Record):
    """An attachment of a work request."""

    request: fields.ForeignKeyRelation[WorkRequest] = link("WorkRequest", "attachments")
    request_id: int
    file: fields.ForeignKeyRelation[File] = link("File", "of_requests", indexed=True)
    file_id: int

    called = "附件"
    opens = frozenset({"request", "file"})

    class Meta:
        table = "request_file"
        unique_together = (("request", "file"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(reach(viewer, "request__"))


File.hung_on[RequestFile] = Hung()


async def attach_to_requests(
    actor: Viewer, requests: Sequence[WorkRequest], stored: Sequence[Stored]
) -> None:
    """Called within the command that makes the requests: one file, linked to each of them."""
    for file in await filed(actor, stored):
        await RequestFile.bulk_create([RequestFile(request_id=r.pk, file_id=file.pk) for r in requests])
