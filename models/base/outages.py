"""What is wrong with the machine and not with the program: told in a sentence that says what to do, never as a bug.

A database that is away, a full disk and a clock behind the trail pass without a restart once somebody mends them; a
damaged file does not pass, and whoever runs the town is told to stop and restore it. And what a column cannot hold,
wherever it was not refused before, is the caller's mistake.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from tortoise.exceptions import DBConnectionError, ValidationError

from models.base.clock import ClockWentBack
from models.base.database_damage import is_damage
from models.base.error_codes import ErrorCode
from models.base.refusals import Invalid

AWAY = "数据库现在用不了（连不上，或者被占用），这次没有办成。请过一会儿再试；如果一直这样，请告诉管理员。"
SPOILED = (
    "数据库文件已损坏，这次没有办成，过一会儿再试也没有用。"
    "请马上告诉管理员：停下服务，留好损坏的文件，从备份恢复，再运行 xingcun verify。"
)
FULL = "服务器的磁盘满了，这次没有办成，也没有写入一半。请告诉管理员清理磁盘；在那以前仍可以登录和查看。"


@dataclass(frozen=True)
class Outage:
    """A known fault: what it is called, the HTTP status, the sentence, and after how many seconds to try again."""

    code: ErrorCode
    status: int
    sentence: str
    retry_after: int


def outage_of(error: BaseException) -> Outage | None:
    """The known fault behind an exception, or None for anything else; a file that is lost before one that may come back."""
    if any(_is_spoiled(one) for one in causes(error)):
        return Outage(ErrorCode.DAMAGED, 503, SPOILED, 3600)
    for one in causes(error):
        if isinstance(one, ClockWentBack):
            return Outage(ErrorCode.CLOCK_BEHIND, 503, str(one), 60)
        if _says_full(one):
            return Outage(ErrorCode.STORAGE_FULL, 507, FULL, 60)
        if _is_away(one):
            return Outage(ErrorCode.UNAVAILABLE, 503, AWAY, 5)
    return None


def causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, those of its group, and what it came from, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting += [come for come in (one.__cause__, one.__context__) if come is not None]


def is_full(error: BaseException) -> bool:
    """Whether a full disk is behind this exception."""
    return any(_says_full(one) for one in causes(error))


def _says_full(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return full or isinstance(error, asyncpg.DiskFullError)


UNREACHABLE = frozenset(
    getattr(sqlite3, f"SQLITE_{name}")
    for name in ("BUSY", "LOCKED", "CANTOPEN", "IOERR", "READONLY", "PERM", "AUTH")
)
"""What SQLite says of a file that it cannot open, read or lock; the lower eight bits of its codes."""
STATES = ("08", "53", "57014", "57P", "58", "25006", "42501")
"""SQLSTATEs of a server that is gone, going, full, too slow, only to be read, or that may not read its own files."""


def _is_spoiled(error: BaseException) -> bool:
    """Asked of each cause by itself, and only of what a database said in so many codes."""
    if isinstance(error, sqlite3.Error):
        return hasattr(error, "sqlite_errorcode") and is_damage(error)
    return isinstance(error, asyncpg.PostgresError) and is_damage(error)


def _is_away(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in UNREACHABLE
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith(STATES)
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):
        return "clos" in str(error)
    gone = isinstance(error, OSError | TimeoutError) and _comes_from("asyncpg", error)
    return gone or isinstance(error, DBConnectionError)


def _comes_from(package: str, error: BaseException) -> bool:
    """Whether a package had its hand in it: what a socket says of itself does not tell whose it is."""
    at = error.__traceback__
    while at is not None:
        if str(at.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == package:
            return True
        at = at.tb_next
    return False


UNFIT = "内容里有不能识别的字符，或者超出了允许的范围，请改正后重新提交。"
NAMED = re.compile(r"(\w+): Length of ")
LIMIT = re.compile(r"\d+ > (\d+)\Z")


def refusal_of(error: BaseException) -> Invalid | None:
    """The refusal behind an exception that says that a column cannot hold a value, or None for anything else."""
    for one in causes(error):
        if isinstance(one, ValidationError):
            return _too_long(str(one))
        if _is_unwritable(one):
            return Invalid(UNFIT)
    return None


def _too_long(told: str) -> Invalid:
    named, limit = NAMED.match(told), LIMIT.search(told)
    most = f"，最多 {limit[1]} 个字" if limit else ""
    return Invalid(f"内容太长{most}，请缩短后重新提交。", field=named[1] if named else None)


def _is_unwritable(error: BaseException) -> bool:
    """Numbers and signs for which neither database has a place, by whichever side of the connection says so."""
    if isinstance(error, asyncpg.DataError | sqlite3.DataError):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        return isinstance(error, ValueError)
    kind = isinstance(error, OverflowError | UnicodeEncodeError)
    return kind and any(_comes_from(one, error) for one in ("aiosqlite", "asyncpg"))


@contextmanager
def refusing_what_is_unfit() -> Iterator[None]:
    """Turn what the database says of a value into a refusal for whoever gave it."""
    try:
        yield
    except Exception as error:
        no = refusal_of(error)
        if no is None:
            raise
        raise no from error


def in_one_line(error: BaseException) -> str | None:
    """What a log says of a known fault instead of a traceback; None for what is none."""
    outage = outage_of(error)
    if outage is None:
        return None
    deepest: Any = list(causes(error))[-1]
    return f"{outage.code}: {type(deepest).__name__}: {' '.join(str(deepest).split())[:300]}"
