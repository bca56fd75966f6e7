"""A little room kept on the disk, so that people can still sign in when it is full, and those who mend it among them.

It is let go when signing in finds the disk full. From then on nothing else is written until there is room to keep it anew.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from models.base.clock import due
from models.base.settings import settings
from models.base.troubles import is_full

T = TypeVar("T")
log = logging.getLogger("xingcun")
SIZE = 4 << 20
_let_go = False


def keep() -> bool:
    """Take the room unless it is taken, where as much again stays free; tells whether it is kept now."""
    global _let_go
    file = _file()
    if not file.exists() and not _taken(file):
        return False
    _let_go = False
    return True


@due
async def keep_room() -> None:
    keep()


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


def _lies_on_what_is_full() -> bool:
    """Whether it is this disk: on that of a database server letting go of the room here would make none."""
    return shutil.disk_usage(_file().parent).free < SIZE


def must_not_be_let_go() -> None:
    """Raise the error of a full disk while what is left of it is for signing in; looks first whether that is over."""
    if _let_go and not keep():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def even_when_full(act: Callable[[], Awaitable[T]]) -> T:
    """Do this, and do it again in the room that was kept if the disk turns out to be full."""
    global _let_go
    try:
        return await act()
    except Exception as error:
        if not is_full(error) or not _file().exists() or not _lies_on_what_is_full():
            raise
        _file().unlink(missing_ok=True)
        _let_go = True
        log.warning("the disk is full: what was kept of it is let go for signing in")
        return await act()
