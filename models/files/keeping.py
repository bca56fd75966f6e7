"""Keeping bytes under their digest, so that the same file is stored once and never overwritten."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.base.clock import now
from models.base.pools import FILES
from models.base.refusals import Invalid, NotFound
from models.base.settings import settings
from models.base.viewer import Viewer
from models.files.kinds import kind_of, without_traces
from models.files.records import File, ReportFile, RequestFile
from models.intake.requests import WorkRequest

LARGEST = 10 * 1024 * 1024
MOST = 10
"""Attachments to one request or report."""


@dataclass(frozen=True)
class Stored:
    """A file whose bytes are on disk and which a command may attach; the same bytes and name are equal."""

    sha256: str
    name: str
    kind: str
    size: int


async def keep(data: bytes, name: str) -> Stored:
    """Check an upload by its content and put its bytes away; harmless to repeat."""
    stored, clean = looked_at(data, name)
    await FILES.run(put_away, stored.sha256, clean)
    return stored


def looked_at(data: bytes, name: str) -> tuple[Stored, bytes]:
    """What an upload will be once its bytes, as they are here, are put away; raises Invalid(files)."""
    kind, clean = checked(data)
    return Stored(hashlib.sha256(clean).hexdigest(), safe_name(name, kind), kind, len(clean)), clean


def checked(data: bytes) -> tuple[str, bytes]:
    """What an upload is by its content, and its bytes without traces; raises Invalid(files)."""
    if not data:
        raise Invalid("文件是空的，请重新选择。", field="files")
    if len(data) > LARGEST:
        raise Invalid("文件太大，每个最多 10 MB。", field="files")
    kind = kind_of(data)
    if kind is None:
        raise Invalid("只能上传照片（JPEG、PNG）、PDF、Word、Excel 和纯文本文件。", field="files")
    try:
        return kind, without_traces(data, kind)
    except ValueError:
        raise Invalid("图片文件已损坏，请重新拍照或选择。", field="files") from None


def put_away(digest: str, data: bytes) -> None:
    """Write beside the final place and rename, so that nobody ever reads half a file; what lies there is new again."""
    place, moment = place_of(digest), now().timestamp()
    try:
        os.utime(place, (moment, moment))
        return
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    with open(draft, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.utime(draft, (moment, moment))
    draft.replace(place)


def take_away(digest: str, since: datetime) -> None:
    """Remove bytes that nothing speaks of, unless somebody has put the same away since; harmless to repeat."""
    place = place_of(digest)
    aside = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    try:
        place.replace(aside)
    except FileNotFoundError:
        return
    if aside.stat().st_mtime > since.timestamp():
        aside.replace(place)
    else:
        aside.unlink()


def place_of(digest: str) -> Path:
    return settings().files / digest[:2] / digest


async def content_of(file: File) -> bytes:
    """The bytes of a file the caller has found through `visible_to`."""
    try:
        return await FILES.run(place_of(file.sha256).read_bytes)
    except FileNotFoundError:
        raise NotFound("附件的内容不在服务器上，请联系管理员。") from None


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
    return [
        await File.create(
            sha256=one.sha256,
            name=one.name,
            kind=one.kind,
            size=one.size,
            uploaded_by_id=actor.post_id,
            uploaded_at=now(),
        )
        for one in dict.fromkeys(stored)
    ]


def safe_name(name: str, kind: str) -> str:
    """The last part of the name without control characters, ending as its content says."""
    plain = "".join(letter for letter in Path(name.replace("\\", "/")).name if letter.isprintable()).strip()
    stem = plain.rsplit(".", 1)[0].strip(". ") or "附件"
    return f"{stem[:150]}.{'jpg' if kind == 'jpeg' else kind}"
