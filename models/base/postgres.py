"""A Tortoise engine for PostgreSQL that gives every connection back, whatever becomes of the server meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import asyncpg
from tortoise.backends.asyncpg import client as stock
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from models.base.long_lists import on_postgres
from models.base.row_records import Making
from models.base.statement_time import LONGEST, seconds


class BoundedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that waits for no statement longer than whoever asked for it, and is given up with it.

    A server that answers nothing at all would not even take back what was asked.
    """

    __slots__ = ()

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        return await self._in_time(super().execute(query, *args, timeout=timeout or seconds()))

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._in_time(super().executemany(command, args, timeout=timeout or seconds()))

    async def fetch(self, query: str, *args: Any, timeout: float | None = None, **more: Any) -> Any:  # noqa: ASYNC109
        return await self._in_time(super().fetch(query, *args, timeout=timeout or seconds(), **more))

    async def fetchrow(self, query: str, *args: Any, timeout: float | None = None, **more: Any) -> Any:  # noqa: ASYNC109
        return await self._in_time(super().fetchrow(query, *args, timeout=timeout or seconds(), **more))

    async def _in_time(self, asked: Awaitable[Any]) -> Any:
        try:
            return await asked
        except TimeoutError:
            await asyncio.sleep(0)  # so that the server is asked to take it back
            self.terminate()
            raise


class TownExecutor(Making, AsyncpgExecutor):
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
    connection_class = BoundedConnection

    async def create_connection(self, with_db: bool) -> None:
        self.server_settings["statement_timeout"] = f"{LONGEST:.0f}s"
        await super().create_connection(with_db)

    def _in_transaction(self) -> TransactionContext:
        return GivenBack(stock.TransactionWrapper(self), self._pool_init_lock)


client_class = TownPostgresClient
