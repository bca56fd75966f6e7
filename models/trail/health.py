"""What the database says of its own files, asked before what lies in them is read."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models.base.database import DatabaseUnavailable
from models.base.database_damage import DAMAGED, is_damage

MOST = 10
"""Findings that are asked for: one is enough to restore a backup."""
NO_AMCHECK = "PostgreSQL 没有安装 amcheck，索引没有自检；要彻底检查，请让数据库管理员运行 pg_amcheck。"


async def own_check() -> list[str]:
    """Let the database look at its own files; returns what it could not look at.

    Raises DatabaseUnavailable with one sentence where something is damaged.
    """
    async with damage_in_a_sentence():
        if Tortoise.get_connection("default").capabilities.dialect == "sqlite":
            return await _of_sqlite()
        return await _of_postgres()


async def _of_sqlite() -> list[str]:
    rows = await _ask(f"PRAGMA integrity_check({MOST})")
    found = [str(next(iter(row.values()))) for row in rows]
    if found != ["ok"]:
        raise DatabaseUnavailable(DAMAGED.format(" ".join("；".join(found).split())[:300]))
    return []


async def _of_postgres() -> list[str]:
    """Checksums of pages that were read so far, and every index where the extension for it is installed."""
    mine = "SELECT checksum_failures AS found FROM pg_stat_database WHERE datname = current_database()"
    failures = (await _ask(mine))[0]["found"]
    if failures:
        raise DatabaseUnavailable(DAMAGED.format(f"有 {failures} 个数据页校验和不对"))
    if not await _ask("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"):
        return [NO_AMCHECK]
    await _ask(
        "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am m ON m.oid = c.relam "
        "WHERE m.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND c.relpersistence = 'p'"
    )
    return []


async def _ask(statement: str) -> list[dict[str, object]]:
    return list(await Tortoise.get_connection("default").execute_query_dict(statement))


@asynccontextmanager
async def damage_in_a_sentence() -> AsyncIterator[None]:
    """Tell in one sentence where the files cannot be read any more; whatever else goes wrong is a mistake of ours."""
    try:
        yield
    except (sqlite3.DatabaseError, asyncpg.PostgresError, BaseORMException) as error:
        if not is_damage(error):
            raise
        raise DatabaseUnavailable(DAMAGED.format(" ".join(str(error).split())[:300])) from error
