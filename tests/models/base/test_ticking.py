"""The clock of a serving site: one server at a time, and a job that fails stops neither it nor the others."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base import clock
from models.base.clock import of_this_host
from models.base.sealer import Lease
from models.base.ticking import run_clock, tick_alone

pytestmark = pytest.mark.anyio


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two jobs of the calendar and nothing else: one that always fails, and one that counts."""
    done: list[str] = []

    async def broken() -> None:
        raise RuntimeError("broken")

    async def counted() -> None:
        await asyncio.sleep(0.1)
        done.append("counted")

    monkeypatch.setattr(clock, "jobs", [broken, counted])
    return done


async def test_of_two_servers_one_looks_at_the_clock(town: str, runs: list[str]) -> None:
    clock.jobs.pop(0)
    assert sorted(await asyncio.gather(tick_alone("one"), tick_alone("two"))) == [False, True]
    assert runs == ["counted"]
    assert await tick_alone("two")


async def test_the_right_of_a_server_that_died_ends_by_itself(town: str, runs: list[str]) -> None:
    clock.jobs.pop(0)
    await Lease.create(name="clock", holder="dead", until=of_this_host() + timedelta(minutes=1))
    assert not await tick_alone("two")
    await Lease.filter(name="clock").update(until=of_this_host() - timedelta(seconds=1))
    assert await tick_alone("two")


async def test_a_job_that_fails_is_told_and_the_others_go_on(town: str, runs: list[str]) -> None:
    with pytest.raises(ExceptionGroup) as told:
        await tick_alone()
    assert [str(one) for one in told.value.exceptions] == ["broken"]
    assert runs == ["counted"]
    with pytest.raises(ExceptionGroup):
        assert await tick_alone("somebody else")


async def test_a_serving_site_looks_again_and_again_whatever_fails(town: str, runs: list[str]) -> None:
    enough = asyncio.Event()

    async def thrice() -> None:
        if len(runs) >= 3:
            enough.set()

    clock.jobs.append(thrice)
    working = asyncio.create_task(run_clock(0))
    await asyncio.wait_for(enough.wait(), 60)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
