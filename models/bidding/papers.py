"""Papers of a sealed bid: encrypted before they touch the disk, under a name that only the sealed text knows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from models.base.pools import FILES, PICTURES
from models.base.refusals import Invalid, NotFound
from models.base.viewer import Viewer
from models.bidding.sealing import seal_bytes, sealed, unseal_bytes, unsealed
from models.files import Stored, Upload, must_have_room, remember
from models.files.storage import Source, made_ready, place_of, put_away


@dataclass(frozen=True)
class Paper:
    """One sealed file: where its bytes lie, what they were sealed for, and what it is."""

    digest: str
    """SHA-256 of the encrypted bytes."""
    seal: str
    name: str
    kind: str
    size: int
    original: str = ""
    """SHA-256 of what was sent; papers that were sealed before it was kept are drawn anew at the opening."""

    def as_sealed(self) -> dict[str, Any]:
        return asdict(self)


async def hold(source: Source, name: str) -> Paper:
    """Check a paper like every other file, and put it away encrypted."""
    paper, shut = await _shut(source, name)
    await FILES.run(put_away, paper.digest, shut)
    return paper


async def _shut(source: Source, name: str) -> tuple[Paper, bytes]:
    # Checked and drawn anew before it is sealed: afterwards nobody can look into it until the opening.
    one, content, _ = await PICTURES.run(made_ready, source, name)
    seal = secrets.token_hex(16)
    shut = await seal_bytes(content, seal)
    digest = await FILES.run(_digest, shut)
    return Paper(digest, seal, one.name, one.kind, one.size, one.original), shut


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def held_sealed(viewer: Viewer, source: Source, name: str) -> tuple[Upload, Paper]:
    """Check and seal a paper, and keep it, as there is room, until its bid is written; its name is sealed too."""
    await must_have_room(viewer)
    paper, shut = await _shut(source, name)
    content = sealed(paper.as_sealed(), _place(viewer.person_id))
    upload = await remember(viewer, "sealed", content, paper.digest, len(shut))
    await FILES.run(put_away, paper.digest, shut)
    return upload, paper


@dataclass(frozen=True)
class Opened:
    """A paper in the open that is not on the disk yet."""

    stored: Stored
    content: bytes
    small: bytes = b""


async def opened(paper: Paper) -> Opened:
    """What a paper says, in memory alone."""
    content = await bytes_of(paper)
    if not paper.original:
        with suppress(Invalid):  # of a time when more was taken: then it stays as it is
            ready = await PICTURES.run(made_ready, content, paper.name)
            return Opened(ready.stored, ready.content, ready.small)
    digest = await FILES.run(_digest, content)
    return Opened(Stored(digest, paper.name, paper.kind, len(content), paper.original), content)


async def lay_open(one: Opened) -> Stored:
    """Put it away under its own digest, like every other file from now on."""
    await FILES.run(put_away, one.stored.sha256, one.content, one.small)
    return one.stored


def paper_held(upload: Upload) -> Paper:
    """The paper an upload stands for; raises Invalid(papers) for one that was sent in the open."""
    if upload.purpose != "sealed":
        raise Invalid("竞榜书的附件要封存上传（purpose=sealed），请重新上传。", field="papers")
    return Paper(**unsealed(upload.content, _place(upload.person_id)))


def _place(person: int | None) -> str:
    return f"upload/{person}"


async def lies_there(papers: Sequence[Paper]) -> bool:
    """Whether the encrypted bytes of all these papers are still those that were sealed."""
    for paper in papers:
        # Encrypted bytes are compared, so this needs no key and tells nobody what a paper says before its time.
        if await FILES.run(_digest_kept, paper.digest) != paper.digest:
            return False
    return True


def _digest_kept(digest: str) -> str:
    try:
        with place_of(digest).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


async def bytes_of(paper: Paper) -> bytes:
    """The paper in the open, for its own village, or for the files once the bids are opened."""
    try:
        shut = await FILES.run(place_of(paper.digest).read_bytes)
    except FileNotFoundError:
        raise NotFound("附件的内容不在服务器上，请联系管理员。") from None
    # GCM would refuse altered bytes as well, but with a sentence about the key.
    if await FILES.run(_digest, shut) != paper.digest:
        raise NotFound("附件的内容与封存时的不一致，请联系管理员。")
    return await unseal_bytes(shut, paper.seal)
