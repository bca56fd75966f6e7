"""Whether a database cannot read its own files any more, which no waiting and no restart mends."""

from __future__ import annotations

import sqlite3

import asyncpg

DAMAGED = "数据库文件已损坏：{}。请停下服务，留好这份文件，从备份恢复后再核验。"
BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
UNREAD = frozenset(
    getattr(sqlite3, f"SQLITE_IOERR_{name}") for name in ("READ", "SHORT_READ", "DATA", "CORRUPTFS")
)
"""Of the faults of a disk those of reading what was written; the others, of writing and locking, may pass."""
LOST = ("XX", "58P01")
"""SQLSTATEs of what is not as PostgreSQL wrote it, and of a file of its own that is gone."""


def is_damage(error: BaseException | None) -> bool:
    """SQLite's codes for a corrupt file, one that is no database and one that cannot be read, and PostgreSQL's."""
    if error is None:
        return False
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT))
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(LOST)
    return is_damage(error.__cause__)


def _of_sqlite(code: int) -> bool:
    return code & 0xFF in BROKEN or code in UNREAD
