import asyncio
import sqlite3
import time

import pytest
from tortoise import Tortoise
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from models.units import Unit
from tests.builders import a_unit

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]


async def test_a_write_held_open_does_not_hold_up_reads(town):
    await a_unit("city", code="3306")
    written, seen_by_readers = asyncio.Event(), asyncio.Event()

    async def slow_write() -> None:
        async with in_transaction():
            await Unit.filter(code="3306").update(name="变更中")
            written.set()
            await seen_by_readers.wait()

    writing = asyncio.create_task(slow_write())
    await written.wait()
    waits: list[float] = []
    while len(waits) < 20 or (min(waits) >= 0.02 and len(waits) < 500):
        started = time.perf_counter()
        assert (await Unit.get(code="3306")).name != "变更中"
        waits.append(time.perf_counter() - started)
    seen_by_readers.set()
    await writing
    # A busy machine may hold up any single read; a lock would hold up every one of them.
    assert min(waits) < 0.02
    assert (await Unit.get(code="3306")).name == "变更中"


async def test_reads_inside_a_transaction_see_its_own_writes(town):
    async with in_transaction():
        await a_unit("city", code="3306", name="绍兴市")
        assert await Unit.filter(code="3306").exists()


async def test_read_connections_cannot_write(town_url, town):
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        return
    assert connection._readers
    for reader in connection._readers:
        with pytest.raises(Exception, match="readonly"):
            await reader.execute_query("DELETE FROM unit")


async def test_writers_that_read_first_do_not_collide(town):
    await a_unit("city", code="3306", name="0")

    async def count_up() -> None:
        async with in_transaction():
            unit = await Unit.select_for_update().get(code="3306")
            unit.name = str(int(unit.name) + 1)
            await unit.save()

    await asyncio.gather(*(count_up() for _ in range(40)))
    assert (await Unit.get(code="3306")).name == "40"


async def test_a_transaction_that_cannot_begin_is_given_up_or_fails_to_end_lets_the_next_one_write(town):
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        return
    await connection._connection.execute("PRAGMA busy_timeout = 500")  # the product waits for twenty seconds
    other = sqlite3.connect(connection.filename, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_renamed("甲"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.gather(waiting)
    await connection._connection.execute("PRAGMA busy_timeout = 20")
    with pytest.raises(TransactionManagementError, match="locked"):
        await _renamed("乙")
    other.execute("ROLLBACK")
    with pytest.raises(Exception, match="constraint"):
        async with in_transaction() as writing:
            await writing.execute_query("PRAGMA defer_foreign_keys = ON")
            await Unit.create(code="1", name="x", level="city", path="1/", parent_id=77)
    async with asyncio.timeout(60):
        await _renamed("丙")
    assert await Unit.filter(name="丙").exists() and not await Unit.filter(code="1").exists()


async def _renamed(name: str) -> None:
    async with in_transaction():
        await a_unit("city", code="3306", name=name)
