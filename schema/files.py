"""Files that programs have sent ahead, until a mutation attaches them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import files
from schema.base.enums import coded, enum_of
from schema.base.fills import computed
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single

UploadPurpose = enum_of("UploadPurpose", files.PURPOSES, "What a file was sent for.")


def _url(number: int) -> str:
    return f"/files/{number}"


@strawberry.interface(
    description="A file that came with something: it is fetched from `url` with the same token."
)
class Attachment(Node):
    name: str = computed(str, "file__name", description="Its name, with the ending.")
    media_type: str = computed(
        files.KINDS.get, "file__kind", description="Such as image/jpeg or application/pdf."
    )
    bytes: int = computed(int, "file__size", description="How many bytes it has.")
    sha256: str = computed(str, "file__sha256", description="Lower-case hex of the stored bytes.")
    url: str = computed(
        _url,
        "file_id",
        description="Where to GET it on this site, with the same token; it comes as a download.",
    )


@type_for(files.Upload)
class Upload(Node):
    purpose: str = coded(UploadPurpose)
    purpose_label: str = computed(files.PURPOSES.get, "purpose")
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")


@strawberry.type
class Queries:
    uploads = pages(Upload, description="What one has sent within a day, to POST /files or with a form.")
    upload = single(Upload)
