"""An attachment, and what it is attached to: who sees the owner sees the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.files.kinds import DRAWN, KINDS
from models.people import Post


@dataclass(frozen=True)
class Hung:
    """How files hang on a record."""

    column: str = "file_id"
    openly: bool = False
    """Whether people who are not signed in see some of its rows."""

    def numbers(self, record: type[Record], viewer: Viewer) -> QuerySet[Any]:
        """Of the files on those rows that this viewer sees."""
        rows = record.visible_to(viewer)
        if record._meta.fields_map[self.column].null:
            rows = rows.filter(**{f"{self.column}__isnull": False})
        return rows.values(self.column)  # type: ignore[return-value]


def is_old_picture(kind: str, original: str | None) -> bool:
    return kind in DRAWN and original is None


class File(Record):
    """One uploaded file: its name and kind here, its bytes on disk under their digest."""

    sha256 = column("文件指纹", fields.CharField(max_length=64, db_index=True))
    original = column(
        "送来时的文件指纹，照片重画后仍可与手机里的原图核对",
        fields.CharField(max_length=64, null=True, db_index=True),
    )
    """SHA-256 of what was sent: a picture is drawn anew, and compared with the one in the phone by this; none before."""
    redrawn = column(
        "旧照片重画后的指纹，显示的是这一份", fields.CharField(max_length=64, null=True, db_index=True)
    )
    """SHA-256 of the copy that is shown of an old picture; its own where nobody can draw one, none while nobody tried."""
    name = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=8)
    size = column("大小", fields.IntField())
    uploaded_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "files", said="上传人", indexed=True, null=True
    )
    uploaded_by_id: int | None
    uploaded_at = column("上传时间", fields.DatetimeField())

    called = "附件"
    judged_with = ("uploaded_by", "uploaded_by__unit")
    hung_on: ClassVar[dict[type[Record], Hung]] = {}
    """Records that files hang on, each said by whoever owns it: who sees one of their rows sees its file."""

    class Meta:
        table = "file"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        hung = [
            one.numbers(record, viewer)
            for record, one in cls.hung_on.items()
            if viewer.signed_in or one.openly
        ]
        return cls.filter(Q(*(Q(id__in=Subquery(one)) for one in hung), join_type="OR") if hung else NOTHING)

    def trail_path(self) -> str:
        return self.uploaded_by.unit.path if self.uploaded_by else ""

    @property
    def is_old_picture(self) -> bool:
        """Whether it was attached before what was sent was drawn anew."""
        return is_old_picture(self.kind, self.original)

    @property
    def copy(self) -> str | None:
        """The digest of the copy of an old picture, once it has one."""
        return self.redrawn if self.redrawn != self.sha256 else None

    @property
    def media_type(self) -> str:
        return KINDS[self.kind]
