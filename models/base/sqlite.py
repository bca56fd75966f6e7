"""A Tortoise engine for SQLite that stands many writers and readers at once.

Tortoise's own has one connection and deferred transactions: two processes that read and then write fail
with "database is locked", and an open write holds up every read. Here each transaction begins IMMEDIATE
on the one writing connection, and reads outside transactions go to read-only connections beside it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
from contextlib import suppress
from typing import Any

from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext, TransactionContext
from tortoise.backends.sqlite import client as stock
from tortoise.backends.sqlite.executor import SqliteExecutor
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from models.base.long_lists import on_sqlite
from models.base.row_records import Making

DURABLE = {"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON", "busy_timeout": 20_000}


class ImmediateTransaction(stock.SqliteTransactionWrapper):
    """A transaction that takes the write lock as it begins, so that it never fails half-way for want of it."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(ImmediateTransaction(self))

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class OneAfterTheOther(stock.SqliteTransactionContext):
    """The right to write, given back whatever happens: a beginning that fails or is given up would keep it for ever."""

    async def __aenter__(self) -> Any:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            await asyncio.shield(self._let_go())
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        get_connections().reset(self.token)
        try:
            if not (kind or self.connection._finalized):
                await self.connection.commit()
        finally:
            await asyncio.shield(self._let_go())

    async def _let_go(self) -> None:
        """Undo what is still open, and let the next one write."""
        try:
            opened: Any = self.connection._connection
            if opened is not None and not self.connection._finalized:
                with suppress(sqlite3.Error, ValueError):  # the file may be damaged, or the connection closed
                    await opened.rollback()
        finally:
            self._trxlock.release()


class OneAtATime(ConnectionWrapper[Any]):
    """A connection in somebody's hands, and in nobody's where it could not be opened."""

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class SureClient(stock.SqliteClient):
    """A connection that is opened as it was asked for, or not at all: half of its pragmas would be worse than none."""

    async def create_connection(self, with_db: bool) -> None:
        try:
            await super().create_connection(with_db)
        except BaseException:
            await self.close()
            raise

    def acquire_connection(self) -> OneAtATime:
        return OneAtATime(self._lock, self)


class TownExecutor(Making, SqliteExecutor):
    """Tortoise's own, with lists of any length in conditions."""

    FILTER_FUNC_OVERRIDE = {**SqliteExecutor.FILTER_FUNC_OVERRIDE, **on_sqlite()}  # noqa: RUF012 - so Tortoise has it


class TownSqliteClient(SureClient):
    """One writing connection, and `readers` read-only ones that take turns."""

    executor_class = TownExecutor

    def __init__(self, file_path: str, readers: int = 2, **options: Any) -> None:
        super().__init__(file_path, **{**DURABLE, **options})
        self._wanted_readers = int(readers)
        self._readers: list[SureClient] = []
        self._turn = itertools.count()
        self._opened: tuple[int, int] | None = None
        """Which file it was that was opened, by device and number."""

    def _in_transaction(self) -> TransactionContext:
        self.must_be_in_place()
        return OneAfterTheOther(ImmediateTransaction(self), self._lock)

    def must_be_in_place(self) -> None:
        """Raise OperationalError where the file that is open lies no longer at its place: what is written there is lost."""
        if self._opened is None or self._opened == _identity(self.filename):
            return
        error = sqlite3.OperationalError(f"{self.filename} is not the file that was opened")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    async def create_connection(self, with_db: bool) -> None:
        await super().create_connection(with_db)
        self._opened = _identity(self.filename)
        try:
            while len(self._readers) < self._wanted_readers:
                reading = {**self.pragmas, "query_only": "ON"}
                reader = SureClient(self.filename, connection_name=self.connection_name, **reading)
                self._readers.append(reader)
                await reader.create_connection(True)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        self._opened = None
        while self._readers:
            await self._readers.pop().close()
        await super().close()

    def _reader_for(self, query: str) -> SureClient | None:
        reads = query.lstrip()[:6].upper() == "SELECT"
        return self._readers[next(self._turn) % len(self._readers)] if reads and self._readers else None

    async def execute_query(self, query: str, values: list[Any] | None = None) -> Any:
        reader = self._reader_for(query)
        if reader is not None:
            return await reader.execute_query(query, values)
        return await super().execute_query(query, values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        reader = self._reader_for(query)
        if reader is not None:
            return await reader.execute_query_dict(query, values)
        return await super().execute_query_dict(query, values)


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino


client_class = TownSqliteClient
