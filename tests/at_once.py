"""Statements of SQLite run where they are asked for, and whoever asked goes on with the loop's next turn.

A server hands each to a thread and is woken when it is done, so that a long one keeps nobody waiting. In a small
town none is long, and to go there and back costs more than most statements do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import aiosqlite
import pytest

STOCK = aiosqlite.Connection._execute


async def _here(connection: aiosqlite.Connection, act: Callable[..., Any], *told: Any, **more: Any) -> Any:
    if not connection._running or not connection._connection:
        raise ValueError("Connection closed")
    try:
        return act(*told, **more)
    finally:
        await asyncio.sleep(0)


@pytest.fixture(scope="session", autouse=True)
def at_once() -> Iterator[None]:
    """A connection is opened by its thread as ever; SQLite itself lets any thread use it, one after the other."""
    assert sqlite3.threadsafety
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite, "connect", partial(aiosqlite.connect, check_same_thread=False))
        patch.setattr(aiosqlite.Connection, "_execute", _here)
        yield


@contextmanager
def by_threads() -> Iterator[None]:
    """As in a server: where one waits for another's lock, or the steps of the loop are measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", STOCK)
        yield


@pytest.fixture
def on_threads() -> Iterator[None]:
    with by_threads():
        yield
