"""Files sent ahead by programs: held for a day under an id of their own, until a command attaches them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.clock import due, now
from models.base.pools import FILES
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import NOTHING, Viewer
from models.files.keeping import Stored, looked_at, put_away, take_away
from models.files.records import File
from models.people import Person

HELD_FOR = timedelta(days=1)
AT_WORK = timedelta(hours=1)
"""No command that was given a file in time takes longer."""
MOST_HELD = 60
"""Files one person may have waiting at once."""
PURPOSES = {"open": "普通附件", "sealed": "竞榜书附件"}


class Upload(Record):
    """One file that waits to be attached, known to whoever sent it alone."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="uploads", on_delete=fields.OnDelete.RESTRICT
    )
    person_id: int
    purpose = fields.CharField(max_length=8)
    content = fields.TextField()
    """Where its bytes lie and what they are: in the open, or sealed like a bid."""
    digest = fields.CharField(max_length=64, default="", db_default="")
    """Of its bytes as they lie on the disk."""
    named = fields.BooleanField(default=False, db_default=False)
    """Whether a command was given it, being sealed: then its bytes may be of a bid, and stay."""
    made_at = fields.DatetimeField(db_index=True)

    called = "附件"
    kept_out = frozenset({"content"})

    class Meta:
        table = "upload"
        indexes = (("person_id", "made_at"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        if viewer.person_id is None:
            return cls.filter(NOTHING)
        return cls.filter(person_id=viewer.person_id, made_at__gt=now() - HELD_FOR)


async def must_have_room(viewer: Viewer, files: int = 1) -> None:
    """Judge the right to send files ahead, before any byte is looked at; raises NotAllowed or Invalid(files)."""
    if viewer.person_id is None or viewer.watched_by is not None:
        raise NotAllowed("请先登录再上传附件。")
    if await Upload.visible_to(viewer).count() + files > MOST_HELD:
        raise Invalid(f"还没用上的附件最多 {MOST_HELD} 个，请先提交，或明天再传。", field="files")


async def held(viewer: Viewer, data: bytes, name: str) -> tuple[Upload, Stored]:
    """Check a file, and keep it until a command attaches it: what there is no room for never reaches the disk."""
    stored, clean = looked_at(data, name)
    content = json.dumps(asdict(stored), ensure_ascii=False)
    upload = await remember(viewer, "open", content, stored.sha256)
    await FILES.run(put_away, stored.sha256, clean)
    return upload, stored


async def remember(viewer: Viewer, purpose: str, content: str, digest: str) -> Upload:
    """Hold one more file, as long as there is room for it: of many sent at once none slips past the limit."""
    async with in_transaction():
        await Person.select_for_update().get(pk=viewer.person_id)
        await must_have_room(viewer)
        return await Upload.create(
            person_id=viewer.person_id, purpose=purpose, content=content, digest=digest, made_at=now()
        )


async def note_named(uploads: Sequence[Upload]) -> None:
    """That a command is given these; said before it begins, so that no bytes go which it attaches.

    Of what lies in the open its `File` tells, and only once the command has done it; of a paper only the sealed bid.
    """
    shut = [one.pk for one in uploads if one.purpose == "sealed"]
    if shut:
        await Upload.filter(id__in=shut).update(named=True)


def stored_of(upload: Upload) -> Stored:
    """The file an upload stands for; raises Invalid(files) for one that was sealed for a bid."""
    if upload.purpose != "open":
        raise Invalid("这个附件是封存给竞榜书用的，不能用在这里。", field="files")
    return Stored(**json.loads(upload.content))


@due
async def let_uploads_go() -> None:
    """What nobody attached within a day is forgotten, bytes and all, once no command can still be at it."""
    gone = await Upload.filter(made_at__lte=now() - HELD_FOR - AT_WORK)
    if not gone:
        return
    unused = {one.digest for one in gone if one.digest and not one.named}
    numbers = [one.pk for one in gone]
    for record, digest in ((File, "sha256"), (Upload.exclude(id__in=numbers), "digest")):
        held_by = await record.filter(**{f"{digest}__in": sorted(unused)}).values_list(digest, flat=True)
        unused -= {str(one) for one in held_by}
    for digest in sorted(unused):
        await FILES.run(take_away, digest, now() - HELD_FOR)
    await Upload.filter(id__in=numbers).delete()
