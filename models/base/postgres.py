"""A Tortoise engine for PostgreSQL that takes lists of any length, and keeps no connection that could not begin."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from tortoise.backends.asyncpg import client as stock
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from models.base.long_lists import on_postgres


class TownExecutor(AsyncpgExecutor):
    """Tortoise's own, with lists of any length in conditions."""

    FILTER_FUNC_OVERRIDE: ClassVar = {**AsyncpgExecutor.FILTER_FUNC_OVERRIDE, **on_postgres()}


class SurelyReleased(TransactionContextPooled):
    """A transaction whose connection goes back to the pool also where it could not begin, as after the server was away."""

    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await asyncio.shield(pool.release(self.client._connection))
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class TownPostgresClient(stock.AsyncpgDBClient):
    """Tortoise's pool of connections."""

    executor_class = TownExecutor

    def _in_transaction(self) -> TransactionContext:
        return SurelyReleased(stock.TransactionWrapper(self), self._pool_init_lock)


client_class = TownPostgresClient
