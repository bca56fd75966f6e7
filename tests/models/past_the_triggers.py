"""Raw statements past every guard, found by whoever is asked, and rolled back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction


async def undone_afterwards(statement: str, look: Callable[[], Awaitable[Any]]) -> Any:
    """What is seen after the statement; nothing of it stays."""
    seen: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await without_triggers()
            await Tortoise.get_connection("default").execute_query(statement)
            seen.append(await look())
            raise ZeroDivisionError
    return seen[0]


async def without_triggers() -> None:
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        await connection.execute_query("SET LOCAL session_replication_role = replica")
        return
    await connection.execute_query("PRAGMA defer_foreign_keys = ON")
    rows = await connection.execute_query_dict("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for row in rows:
        await connection.execute_query(f'DROP TRIGGER "{row["name"]}"')


async def without_guard(table: str) -> None:
    """From now on this table may be changed like any other."""
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        for verb in ("no_delete", "no_replace", "no_update"):
            await connection.execute_query(f"DROP TRIGGER {table}_{verb}")
    else:
        await connection.execute_query(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
