"""A Tortoise engine for PostgreSQL that gives every connection back, whatever becomes of the server meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
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


class AtOnce(asyncpg.pool.Pool):  # type: ignore[misc]
    """A pool that takes a connection back at once where nothing has to be waited for.

    The stock one begins a task of its own for each, lest it be cancelled half-way, and that costs as much as a small statement.
    """

    __slots__ = ()

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        held = connection._con
        if held is None or not _is_at_rest(held):
            return await super().release(connection, timeout=timeout)  # type: ignore[no-any-return]
        held._on_release()
        await connection._holder.release(timeout)


def _is_at_rest(connection: Any) -> bool:
    """Whether nothing runs on it, and nothing is to be undone."""
    return not (
        connection.is_closed() or connection.is_in_transaction() or connection._protocol._is_cancelling()
    )


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

    async def create_pool(self, **kwargs: Any) -> asyncpg.Pool:
        pool = await super().create_pool(**kwargs)
        pool.__class__ = AtOnce
        return pool

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        """What most statements are needs no look at how it begins in every way of writing."""
        if self._pool is None or not query.startswith("SELECT"):
            return await super().execute_query(query, values)  # type: ignore[no-any-return]
        rows: Any = await self._translate_exceptions(TownPostgresClient._selected, query, values or ())
        return len(rows), rows

    async def _selected(self, query: str, values: Sequence[Any]) -> list[Any]:
        self.log.debug("%s: %s", query, values)
        pool: Any = self._pool
        connection = await pool.acquire()
        try:
            return await connection.fetch(query, *values)  # type: ignore[no-any-return]
        finally:
            await pool.release(connection)

    def _in_transaction(self) -> TransactionContext:
        return GivenBack(stock.TransactionWrapper(self), self._pool_init_lock)


client_class = TownPostgresClient
