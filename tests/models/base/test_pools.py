"""What takes long is done in a few bounded pools, and nothing else starts a thread."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from models.base import pools
from models.base.clock import clock_at, now
from models.base.pools import Pool
from models.base.refusals import TooMany
from tests.sources import ROOT, WRITTEN

POOLS = {name: pool for name, pool in vars(pools).items() if isinstance(pool, Pool)}
STARTS_A_THREAD = {"to_thread", "run_in_executor", "run_in_threadpool", "run_sync", "Thread"} | {
    *("ThreadPoolExecutor", "ProcessPoolExecutor", "BackgroundTask", "BackgroundTasks", "start_new_thread"),
    *("FileResponse", "StaticFiles", "open_file"),
}
"""Also what Starlette and anyio do in threads of their own, of which there are forty."""
THE_PLACE = "models/base/pools.py"
MEMORY = 640
"""Megabytes that all pools may take together."""


def threads_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in STARTS_A_THREAD:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in STARTS_A_THREAD:
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (one.name for one in node.names if one.name in STARTS_A_THREAD)


def test_nothing_starts_a_thread_but_the_pools() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in WRITTEN
        if (names := sorted(set(threads_in(path.read_text("utf-8")))))
    }
    assert found == {THE_PLACE: ["ThreadPoolExecutor", "run_in_executor"]}


def test_the_check_of_threads_can_fail() -> None:
    assert list(threads_in("await asyncio.to_thread(len, x)")) == ["to_thread"]
    assert list(threads_in("from starlette.concurrency import run_in_threadpool")) == ["run_in_threadpool"]


def test_all_pools_together_take_little_memory() -> None:
    assert sum(pool.at_once * pool.megabytes for pool in POOLS.values()) <= MEMORY
    assert all(1 <= pool.at_once <= 4 and 1 <= pool.longest_line <= 200 for pool in POOLS.values())
    assert len({pool.name for pool in POOLS.values()}) == len(POOLS)


async def test_a_pool_does_so_much_at_once_lets_so_much_wait_and_refuses_the_rest() -> None:
    pool, go_on, at_work, most = Pool("trial", 2, 1, longest_line=3), threading.Event(), set[int](), [0]

    def work() -> None:
        at_work.add(threading.get_ident())
        most[0] = max(most[0], len(at_work))
        go_on.wait(120)
        at_work.discard(threading.get_ident())

    asked = [asyncio.create_task(pool.run(work)) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany) as full:
        await pool.run(work)
    async with asyncio.timeout(120):
        while len(at_work) < 2:  # noqa: ASYNC110 - threads tell nobody when they begin
            await asyncio.sleep(0.001)
    go_on.set()
    await asyncio.gather(*asked)
    assert (most[0], pool.asked, full.value.retry_after) == (2, 0, pools.COME_BACK)


async def test_work_in_a_pool_lives_at_the_moment_of_who_asks_and_fails_to_them() -> None:
    with clock_at(datetime(2031, 1, 1, tzinfo=UTC)):
        assert (await pools.FILES.run(now)).year == 2031
    with pytest.raises(ZeroDivisionError):
        await pools.FILES.run(lambda: 1 // 0)
    assert pools.FILES.asked == 0
