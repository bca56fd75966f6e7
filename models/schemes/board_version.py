"""The version of what boards show: moved by every change of them, and known to each server within a second."""

from __future__ import annotations

from tortoise.expressions import F

from models.base.followers import Bookmark, after_following

NAME = "boards"
_known: int | None = None


async def hold() -> None:
    """Let nobody else change what boards show until this transaction ends; taken before any period is locked."""
    await Bookmark.held(NAME)


async def moved() -> None:
    """Within the transaction that changes a place, a mode, a praise or who may be named."""
    await Bookmark.held(NAME)
    await Bookmark.filter(name=NAME).update(seq=F("seq") + 1)


def version() -> int | None:
    """The version this server last heard of; None where nobody keeps it up to date."""
    return _known


@after_following
async def hear() -> None:
    """Look at the version again; called again and again while the site serves."""
    global _known
    mark = await Bookmark.get_or_none(name=NAME)
    _known = mark.seq if mark else 0


def forget() -> None:
    """Whoever stops following knows nothing any more."""
    global _known
    _known = None
