"""Keeping files under their digest, so that the same one is stored once and never overwritten."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from models.base.clock import now
from models.base.filenames import last_part, parted, safe_name
from models.base.pools import FILES, PICTURES
from models.base.refusals import Invalid, NotFound
from models.base.settings import settings
from models.files.kinds import DRAWN, KINDS, kind_of
from models.files.pictures import Drawn, drawn_anew, small_of
from models.files.records import File
from models.files.texts import as_text, shows_something

EMPTY = "文件是空的，请重新选择。"
LARGEST = 10 * 1024 * 1024
SEAL = 32
"""Bytes behind a small copy that only this town can write: nothing else tells of it, and whoever shows it asks."""
ENDINGS = frozenset(
    f".{kind}" for kind in (*KINDS, "jpg", "jpe", "jfif", "webp", "heic", "text", "csv", "log", "md")
)
"""What ends the names of the kinds that are taken; behind any other stop stand a day, a number or a word."""
Source = bytes | IO[bytes]
"""What a door was sent: at hand, or to be read when its turn comes."""


@dataclass(frozen=True)
class Stored:
    """A file whose bytes are on disk and which a command may attach; the same bytes and name are equal."""

    sha256: str
    name: str
    kind: str
    size: int
    original: str = ""
    """SHA-256 of what was sent, by which a picture can be held against the one in the phone."""


class Ready(NamedTuple):
    """A file that was looked into, and the bytes that will be put away; `small` is empty for all but pictures."""

    stored: Stored
    content: bytes
    small: bytes

    @property
    def on_disk(self) -> int:
        return len(self.content) + (len(self.small) + SEAL if self.small else 0)


async def keep(source: Source, name: str) -> Stored:
    """Check a file by its content and put it away; harmless to repeat. Raises Invalid(files)."""
    ready = await PICTURES.run(made_ready, source, name)
    await FILES.run(put_away, ready.stored.sha256, ready.content, ready.small)
    return ready.stored


def made_ready(source: Source, name: str) -> Ready:
    """What a file will be once it is put away: long work, for a pool. Raises Invalid(files)."""
    data = _read(source)
    kind, content, small = _cleaned(data)
    digest, original = (hashlib.sha256(one).hexdigest() for one in (content, data))
    return Ready(Stored(digest, name_of(name, kind), kind, len(content), original), content, small)


def _read(source: Source) -> bytes:
    data = source if isinstance(source, bytes) else source.read(LARGEST + 1)
    if not data:
        raise Invalid(EMPTY, field="files")
    if len(data) > LARGEST:
        raise Invalid("文件太大，每个最多 10 MB。", field="files")
    return data


def _cleaned(data: bytes) -> Drawn:
    """A picture drawn anew, words in UTF-8, and papers as they are."""
    kind = kind_of(data)
    if kind in DRAWN:
        return drawn_anew(data, kind)
    if kind != "txt":
        return Drawn(kind, data, b"")
    words = as_text(data)
    if not words or not shows_something(words):
        raise Invalid(EMPTY, field="files")
    return Drawn(kind, words, b"")


def put_away(digest: str, content: bytes, small: bytes = b"") -> None:
    """Lay bytes under their digest, and the small copy of a picture beside them; what lies there is new again."""
    if small:
        _lay_small(digest, small)
    _lay(place_of(digest), content)


def _lay_small(digest: str, small: bytes) -> None:
    _lay(small_place(digest), small + _seal(digest, small))


def _lay(place: Path, data: bytes) -> None:
    """Write beside the final place and rename, so that nobody ever reads half a file, over what rotted there too."""
    moment = now().timestamp()
    try:
        if place.read_bytes() == data:
            os.utime(place, (moment, moment))
            return
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.utime(draft, (moment, moment))
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


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
        small_place(digest).unlink(missing_ok=True)


def place_of(digest: str) -> Path:
    return settings().files / digest[:2] / digest


def small_place(digest: str) -> Path:
    return place_of(digest).with_suffix(".small")


async def small_copy_of(file: File) -> bytes:
    """A picture small, for lists: made now for one that came without. Raises NotFound where there is none to make."""
    digest = file.copy or file.sha256
    if small := await FILES.run(_sealed_small, digest):
        return small
    content = await content_of(file)
    if file.kind not in DRAWN:
        raise NotFound("这个附件不是照片。")
    made = await PICTURES.run(small_of, content, file.kind)
    await FILES.run(_lay_small, digest, made)
    return made


def _sealed_small(digest: str) -> bytes:
    """The small copy that was drawn of these very bytes; empty where there is none, or somebody else's lies there."""
    try:
        kept = small_place(digest).read_bytes()
    except FileNotFoundError:
        return b""
    small, seal = kept[:-SEAL], kept[-SEAL:]
    return small if hmac.compare_digest(seal, _seal(digest, small)) else b""


def _seal(digest: str, small: bytes) -> bytes:
    return hmac.digest(settings().secret, f"small copy of {digest}:".encode() + small, "sha256")


async def content_of(file: File) -> bytes:
    """The bytes of a file the caller has found through `visible_to`; of an old picture its copy, or one drawn now."""
    if file.copy:
        return await _bytes_under(file.copy)
    content = await attached_bytes(file)
    if file.is_old_picture:
        with suppress(Invalid):  # what nobody can draw any more is still what was attached
            return (await PICTURES.run(drawn_anew, content, file.kind)).content
    return content


async def attached_bytes(file: File) -> bytes:
    """The bytes as they were attached, of which the trail speaks: for keeping, never for showing."""
    return await _bytes_under(file.sha256)


async def _bytes_under(digest: str) -> bytes:
    """What lies there, if it is still what was put there: nobody is shown evidence that was exchanged on the disk."""
    try:
        content = await FILES.run(place_of(digest).read_bytes)
    except FileNotFoundError:
        raise NotFound("附件的内容不在服务器上，请联系管理员。") from None
    if await FILES.run(_digest, content) != digest:
        raise NotFound("附件的内容与登记时的指纹不一致，请联系管理员。")
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def name_of(name: str, kind: str) -> str:
    """The last part of the name as every system can keep it, ending as its content says."""
    whole = last_part(name).strip()
    stem, ending = parted(whole)
    stem = stem if ending.lower() in ENDINGS else whole
    return safe_name(stem.strip(". ") or "附件", f".{'jpg' if kind == 'jpeg' else kind}")
