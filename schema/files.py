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


@type_for(files.Upload)
class Upload(Node):
    purpose: str = coded(UploadPurpose)
    purpose_label: str = computed(files.PURPOSES.get, "purpose")
    made_at: datetime = strawberry.field(name="createdAt", description="「登记时间」 When it came to be.")


@strawberry.type
class Queries:
    uploads = pages(Upload, description="What one has sent within a day, to POST /files or with a form.")
    upload = single(Upload)
