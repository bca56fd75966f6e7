"""Files that were sent, with a form or ahead of it: held for a day, until a command that stands attaches them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Self, TypeVar

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.clock import due, end_of, now, today
from models.base.columns import column, link
from models.base.pools import FILES, PICTURES
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed
from models.base.settings import settings
from models.base.viewer import NOTHING, Viewer
from models.files.records import File
from models.files.storage import Source, Stored, made_ready, put_away, take_away
from models.people import Person

HELD_FOR = timedelta(days=1)
AT_WORK = timedelta(hours=1)
"""No command that was given a file in time takes longer."""
MOST_HELD = 60
"""Files one person may have waiting at once."""
PURPOSES = {"open": "普通附件", "sealed": "竞榜书附件"}


T = TypeVar("T")


class Upload(Record):
    """One file that waits to be attached, known to whoever sent it alone."""

    person: fields.ForeignKeyRelation[Person] = link("Person", "uploads")
    person_id: int
    purpose = column("用途", fields.CharField(max_length=8))
    content = column("文件存在哪里、是什么（竞榜书的附件加密存放）", fields.TextField())
    """Where its bytes lie and what they are: in the open, or sealed like a bid."""
    digest = column("内容摘要", fields.CharField(max_length=64, default="", db_default=""))
    """Of its bytes as they lie on the disk."""
    size = column("大小", fields.IntField(default=0, db_default=0))
    """Bytes on the disk, the small copy of a picture among them."""
    named = column("是否已经用上", fields.BooleanField(default=False, db_default=False))
    """Whether it waits no longer, as a command that stands attached it; bytes that are sealed then stay."""
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


Hold = Callable[[Viewer, Source, str], Awaitable[tuple[Upload, T]]]
"""How one file is held: in the open, or sealed."""


async def must_have_room(viewer: Viewer, files: int = 1, size: int = 0) -> None:
    """Judge the right to send files, before any byte is looked at; raises NotAllowed or Invalid(files)."""
    if viewer.person_id is None or viewer.watched_by is not None:
        raise NotAllowed("请先登录再上传附件。")
    if await Upload.visible_to(viewer).filter(named=False).count() + files > MOST_HELD:
        raise Invalid(f"还没用上的附件最多 {MOST_HELD} 个，请先提交，或明天再传。", field="files")
    sent_today = Upload.filter(person_id=viewer.person_id, made_at__gt=end_of(today() - timedelta(days=1)))
    sent, most = [one.size for one in await sent_today.only("id", "size")], settings()
    if len(sent) + files > most.uploads_a_day:
        raise Invalid(f"每人每天最多上传 {most.uploads_a_day} 个附件，今天已满，请明天再传。", field="files")
    if sum(sent) + size > most.upload_megabytes_a_day * 1024 * 1024:
        told = f"每人每天最多上传 {most.upload_megabytes_a_day} MB 附件，今天放不下了，请明天再传。"
        raise Invalid(told, field="files")


async def held(viewer: Viewer, source: Source, name: str) -> tuple[Upload, Stored]:
    """Check a file, and keep it until a command attaches it: what there is no room for never reaches the disk."""
    await must_have_room(viewer)
    ready = await PICTURES.run(made_ready, source, name)
    content = json.dumps(asdict(ready.stored), ensure_ascii=False)
    upload = await remember(viewer, "open", content, ready.stored.sha256, ready.on_disk)
    await FILES.run(put_away, ready.stored.sha256, ready.content, ready.small)
    return upload, ready.stored


async def remember(viewer: Viewer, purpose: str, content: str, digest: str, size: int) -> Upload:
    """Hold one more file, as long as there is room for it: of many sent at once none slips past the limit."""
    async with in_transaction():
        await Person.select_for_update().get(pk=viewer.person_id)
        await must_have_room(viewer, 1, size)
        await no_longer_wait(viewer.person_id, [digest])
        return await Upload.create(
            person_id=viewer.person_id,
            purpose=purpose,
            content=content,
            digest=digest,
            size=size,
            made_at=now(),
        )


async def no_longer_wait(person: int | None, digests: Sequence[str]) -> None:
    """Said within a command that attaches these, so that it is so once the command stands; or where one comes anew."""
    if digests and person is not None:
        await Upload.filter(person_id=person, digest__in=list(digests), named=False).update(named=True)


def stored_of(upload: Upload) -> Stored:
    """The file an upload stands for; raises Invalid(files) for one that was sealed for a bid."""
    if upload.purpose != "open":
        raise Invalid("这个附件是封存给竞榜书用的，不能用在这里。", field="files")
    return Stored(**json.loads(upload.content))


async def held_together(
    viewer: Viewer, sent: Sequence[tuple[Source, str]], hold: Hold[T]
) -> list[tuple[Upload, T]]:
    """Several files of one sending, one after the other: all of them or none, so that none waits that nobody was told of."""
    made: list[tuple[Upload, T]] = []
    try:
        for source, name in sent:
            made.append(await hold(viewer, source, name))
    except Exception:
        await _forget([upload for upload, _ in made], now())
        raise
    return made


@due
async def let_uploads_go() -> None:
    """What nobody attached within a day is forgotten, bytes and all, once no command can still be at it."""
    await _forget(await Upload.filter(made_at__lte=now() - HELD_FOR - AT_WORK), now() - HELD_FOR)


async def _forget(gone: Sequence[Upload], since: datetime) -> None:
    """With the bytes that nothing else speaks of and nobody has put away since."""
    if not gone:
        return
    unused = {one.digest for one in gone if one.digest and not (one.named and one.purpose == "sealed")}
    numbers = [one.pk for one in gone]
    for record, digest in ((File, "sha256"), (File, "redrawn"), (Upload.exclude(id__in=numbers), "digest")):
        held_by = await record.filter(**{f"{digest}__in": sorted(unused)}).values_list(digest, flat=True)
        unused -= {str(one) for one in held_by}
    for digest in sorted(unused):
        await FILES.run(take_away, digest, since)
    await Upload.filter(id__in=numbers).delete()
