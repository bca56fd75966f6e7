"""A little room kept on the disk, so that people can still sign in when it is full, and those who mend it among them.

It is let go when signing in finds the disk full. From then on nothing else is written until there is room to keep it
anew. It lies where the database does: a file beside that of SQLite, a table within PostgreSQL's.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from models.base import reserve_table
from models.base.clock import due
from models.base.outages import is_full
from models.base.settings import settings

T = TypeVar("T")
log = logging.getLogger("xingcun")
SIZE = 4 << 20
_let_go = False


async def keep() -> bool:
    """Take the room unless it is taken, where as much again stays free; tells whether it is kept now."""
    global _let_go
    file = _file()
    kept = (file.exists() or _taken(file)) if settings().on_sqlite else await reserve_table.keep()
    if kept:
        _let_go = False
    return kept


@due
async def keep_room() -> None:
    await keep()


def _file() -> Path:
    return settings().data / "reserve"


def _taken(file: Path) -> bool:
    try:
        if shutil.disk_usage(file.parent).free < 2 * SIZE:
            return False
        with file.open("wb") as opened:
            os.posix_fallocate(opened.fileno(), 0, SIZE)
    except OSError:
        file.unlink(missing_ok=True)
        return False
    return True


async def _given_up() -> bool:
    """Whether something was kept here that is now free: on another disk than the full one letting go makes no room."""
    if not settings().on_sqlite:
        return await reserve_table.let_go()
    file = _file()
    if not file.exists() or shutil.disk_usage(file.parent).free >= SIZE:
        return False
    file.unlink(missing_ok=True)
    return True


async def must_not_be_let_go() -> None:
    """Raise the error of a full disk while what is left of it is for signing in; looks first whether that is over."""
    if _let_go and not await keep():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def even_when_full(act: Callable[[], Awaitable[T]]) -> T:
    """Do this, and do it again in the room that was kept if the disk turns out to be full."""
    global _let_go
    try:
        return await act()
    except Exception as error:
        if not is_full(error):
            raise
        if await _given_up():
            _let_go = True
            log.warning("the disk is full: what was kept of it is let go for signing in")
        elif not _let_go:  # where it is, somebody else was a moment faster, and there is room now
            raise
        return await act()
