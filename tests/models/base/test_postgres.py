"""A connection that nothing is to be undone on goes back at once, and any other as asyncpg gives it back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import OperationalError

from models.base.postgres import AtOnce


def _pool() -> Any:
    pool = Tortoise.get_connection("default")._pool  # type: ignore[attr-defined]
    assert isinstance(pool, AtOnce)
    return pool


@pytest.fixture
def on_postgres(town: str) -> None:
    if not town.startswith("postgres"):
        pytest.skip("of PostgreSQL alone")


@pytest.mark.anyio
async def test_giving_a_connection_back_begins_no_task(on_postgres: None) -> None:
    pool, tasks = _pool(), len(asyncio.all_tasks())
    connection = await pool.acquire()
    giving = pool.release(connection)
    with pytest.raises(StopIteration):
        giving.send(None)
    assert len(asyncio.all_tasks()) == tasks and connection._con is None
    async with pool.acquire() as again:
        assert await again.fetchval("SELECT 1") == 1


@pytest.mark.anyio
async def test_a_transaction_left_open_is_undone_all_the_same(on_postgres: None) -> None:
    pool = _pool()
    connection = await pool.acquire()
    number = await connection.fetchval("SELECT pg_backend_pid()")
    transaction = connection.transaction()
    await transaction.start()
    await pool.release(connection)
    async with pool.acquire() as again:
        assert (
            await again.fetchval("SELECT pg_backend_pid()") == number
        )  # the last one back is the next one out
        assert not again.is_in_transaction()


@pytest.mark.anyio
async def test_what_a_reader_is_told_of_a_wrong_statement_is_tortoises_own_error(on_postgres: None) -> None:
    connection = Tortoise.get_connection("default")
    for wrong in ("SELECT nothing FROM nowhere", " select nothing FROM nowhere"):
        with pytest.raises(OperationalError):
            await connection.execute_query(wrong)
    assert (await connection.execute_query("SELECT 1 AS one"))[0] == 1
