"""Whether a database cannot read its own files any more, which no waiting and no restart mends."""

from __future__ import annotations

import sqlite3

import asyncpg

DAMAGED = "数据库文件已损坏：{}。请停下服务，留好这份文件，从备份恢复后再核验。"


def is_damage(error: BaseException | None) -> bool:
    """SQLite's codes for a corrupt file, one that is no database and one that cannot be read; PostgreSQL's class XX."""
    if error is None:
        return False
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith("XX")
    return is_damage(error.__cause__)
