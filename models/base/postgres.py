"""A Tortoise engine for PostgreSQL that gives every connection back, whatever becomes of the server meanwhile."""

from __future__ import annotations

from typing import Any

from tortoise.backends.asyncpg import client as stock
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from models.base.long_lists import on_postgres


class TownExecutor(AsyncpgExecutor):
    """Tortoise's own, with lists of any length in conditions."""

    FILTER_FUNC_OVERRIDE = {**AsyncpgExecutor.FILTER_FUNC_OVERRIDE, **on_postgres()}  # noqa: RUF012 - so Tortoise has it


class GivenBack(TransactionContextPooled):
    """A transaction whose beginning may fail: the stock one keeps the connection then, until the pool has none left."""

    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class TownPostgresClient(stock.AsyncpgDBClient):
    """The stock client with transactions that give their connection back, and lists of any length."""

    executor_class = TownExecutor

    def _in_transaction(self) -> TransactionContext:
        return GivenBack(stock.TransactionWrapper(self), self._pool_init_lock)


client_class = TownPostgresClient
