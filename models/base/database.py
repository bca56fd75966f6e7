"""Opening and closing the town's database, with its migrations applied under a lock."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import BaseORMException

from models import CONCEPTS
from models.base.database_damage import DAMAGED, is_damage
from models.base.migrating import bring_up_to_date
from models.base.outages import causes
from models.base.pools import FILES
from models.base.sealer import release
from models.base.settings import Settings, settings
from models.base.sqlite import TownSqliteClient
from models.base.system_errors import SAID, why

log = logging.getLogger("xingcun")

MIGRATION_LOCK = 862_011
"""Any number will do, as long as every starter asks PostgreSQL for the same one."""


class DatabaseUnavailable(Exception):
    """The database cannot be opened, in one clear sentence."""


def tortoise_config(of: Settings) -> dict[str, Any]:
    """Tortoise's configuration for these settings: same records and migrations, either database."""
    return {
        "connections": {"default": _sqlite(of) if of.on_sqlite else _postgres(of)},
        "apps": {
            "models": {
                "models": CONCEPTS,
                "migrations": "models.migrations",
                "default_connection": "default",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _sqlite(of: Settings) -> dict[str, Any]:
    return {"engine": "models.base.sqlite", "credentials": {"file_path": str(of.sqlite_file)}}


def _postgres(of: Settings) -> dict[str, Any]:
    url = urlsplit(of.database)
    return {
        "engine": "models.base.postgres",
        "credentials": {
            "host": _socket_folder(url.query) or unquote(url.hostname or "localhost"),
            "port": url.port or 5432,
            "user": unquote(url.username or "postgres"),
            "password": unquote(url.password or ""),
            "database": url.path.lstrip("/"),
            "minsize": 1,
            "maxsize": of.pool,
            "application_name": "xingcun",
            "timeout": of.statement_seconds,
            "reset": _as_it_is,
        },
    }


async def _as_it_is(connection: asyncpg.Connection) -> None:
    """Nothing here is ever set for a session: to clean up after each statement would cost as much as the statement.

    A transaction left open is rolled back all the same.
    """


def _socket_folder(query: str) -> str:
    """?host=/folder, as libpq writes an address on a Unix socket."""
    return parse_qs(query).get("host", [""])[0]


async def open_database(*, migrate: bool = True) -> None:
    """Connect, bring the schema up to date if asked, and leave Tortoise ready for every task of this process."""
    try:
        await _open(tortoise_config(settings()), migrate)
    except BaseException as error:
        await close_database()
        if isinstance(error, OSError | sqlite3.Error | asyncpg.PostgresError | BaseORMException):
            log.debug("database", exc_info=error)
            raise DatabaseUnavailable(_sentence(error)) from error
        raise


async def _open(config: dict[str, Any], migrate: bool) -> None:
    if migrate:
        async with _migration_lock():
            await bring_up_to_date(config)
        # Bringing up to date leaves the records unusable until it is initialised anew.
        await Tortoise.close_connections()
    await Tortoise.init(config=config, _enable_global_fallback=True)
    await Tortoise.get_connection("default").execute_query("SELECT 1")


def _sentence(error: Exception) -> str:
    if is_damage(error):
        return DAMAGED.format(error)
    where = settings().sqlite_file if settings().on_sqlite else urlsplit(settings().database).hostname
    if (reason := _why(error)) == UNKNOWN:
        log.warning("database: %s", error)
    return f"数据库打不开（{where}）：{reason}。请检查 XINGCUN_DATABASE、服务是否启动、文件夹是否可写。"


WHY: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: "用户名或密码不对",
    asyncpg.InvalidCatalogNameError: "没有这个数据库",
    asyncpg.TooManyConnectionsError: "连接数满了",
    sqlite3.Error: "文件不能用",
    OSError: "连不上",
}
UNKNOWN = "原因见日志"


def _why(error: Exception) -> str:
    """In a few words; where there are none, the driver's own are in the log."""
    for one in causes(error):
        if isinstance(one, OSError) and one.errno in SAID:
            return why(one)
    found = (said for one in causes(error) for kind, said in WHY.items() if isinstance(one, kind))
    return next(found, UNKNOWN)


async def must_answer() -> None:
    """Raise whatever there is to raise where the database cannot be used now."""
    connection = Tortoise.get_connection("default")
    if isinstance(connection, TownSqliteClient):
        connection.must_be_in_place()
    await connection.execute_query("SELECT 1")


async def close_database() -> None:
    if Tortoise._inited:
        await Tortoise.close_connections()
    # Tortoise keeps its INSERT statements by table name alone; the next database may be of the other kind.
    EXECUTOR_CACHE.clear()


@asynccontextmanager
async def database(*, migrate: bool = True) -> AsyncIterator[None]:
    """The database for the length of a block; connections are closed whatever happens, or SQLite would hang."""
    await open_database(migrate=migrate)
    try:
        yield
        await release()
    finally:
        await close_database()


@asynccontextmanager
async def _migration_lock() -> AsyncIterator[None]:
    """Hold the one right to migrate this database, so that rival starters wait instead of colliding."""
    of = settings()
    if of.on_sqlite:
        of.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        with of.sqlite_file.with_name(of.sqlite_file.name + ".migrating").open("w") as file:
            await FILES.run(fcntl.flock, file, fcntl.LOCK_EX)
            yield
        return
    credentials = _postgres(of)["credentials"]
    connection = await asyncpg.connect(
        **{k: credentials[k] for k in ("host", "port", "user", "password", "database")}
    )
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await connection.close()
