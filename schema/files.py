"""Files that programs have sent ahead, until a mutation attaches them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import files
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at
from schema.base.filters import any_of, filter_of, moments
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single

UploadPurpose = enum_of("UploadPurpose", files.PURPOSES, "What a file was sent for.")


OLD = "The copy of an old picture, which `url` serves without what the phone wrote into it,"


def _url(number: int) -> str:
    return f"/files/{number}"


def _length(size: int, kind: str, original: str | None) -> int | None:
    return None if files.is_old_picture(kind, original) else size


def _served(sha256: str, redrawn: str | None) -> str:
    return redrawn or sha256


def _original(sha256: str, original: str | None, redrawn: str | None) -> str | None:
    """As the header X-Original-SHA256 tells it."""
    return original or (sha256 if redrawn not in (None, sha256) else None)


@strawberry.interface(
    description="A file that came with something: it is fetched from `url` with the same token."
)
class Attachment(Node):
    name: str = computed(str, "file__name", description="Its name, with the ending.")
    media_type: str = computed(
        files.KINDS.get, "file__kind", description="Such as image/jpeg or application/pdf."
    )
    bytes: int | None = computed(
        _length,
        "file__size",
        "file__kind",
        "file__original",
        description=f"How many bytes `url` serves; null for an old picture. {OLD} has a length of its own.",
    )
    sha256: str = computed(
        _served,
        "file__sha256",
        "file__redrawn",
        description=f"Lower-case hex of the bytes that `url` serves. {OLD} has one of its own once it is kept.",
    )
    original_sha256: str | None = computed(
        _original,
        "file__sha256",
        "file__original",
        "file__redrawn",
        description="Lower-case hex of what was sent, where a picture was drawn anew since: X-Original-SHA256 of `url`.",
    )
    url: str = computed(
        _url,
        "file_id",
        description="Where to GET it on this site, with the same token; it comes as a download.",
    )


@type_for(files.Upload)
class Upload(Node):
    purpose: str = coded(UploadPurpose)
    purpose_label: str = computed(files.PURPOSES.get, "purpose")
    made_at: datetime = created_at()


UploadFilter = filter_of(
    "UploadFilter",
    "What to look for among one's own files.",
    purposes=any_of("purpose", UploadPurpose, "Files that were sent for any of these."),
    created_at=moments("made_at", "Files sent between these instants."),
)


@strawberry.type
class Queries:
    uploads = pages(
        Upload,
        wanted=UploadFilter,
        description="What one has sent within a day, to POST /files or with a form.",
    )
    upload = single(Upload)
