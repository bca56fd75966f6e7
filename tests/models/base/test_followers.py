"""Followers read every sealed event once, in order, whoever runs them, and none stands in the way of the others."""

from __future__ import annotations

import asyncio

import pytest

from models.base import followers
from models.base.events import Event, happening_now, tell
from models.base.followers import Bookmark, follow, read_on, run_followers, wake
from models.base.sealer import seal_all
from models.clock_steps import SteppedOver
from tests.builders import a_list, a_request, a_town

pytestmark = pytest.mark.anyio


async def test_every_event_is_given_once_in_order_to_however_many_readers(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "PAGE", 3)
    place = await a_town()
    await a_list(place.county)
    for _ in range(4):
        await a_request(place)
    await seal_all()
    read: list[int] = []

    async def take(events: list[Event]) -> None:
        await asyncio.sleep(0)
        read.extend(event.seq or 0 for event in events)

    await asyncio.gather(*(read_on("test", take) for _ in range(5)))
    last = await Event.all().order_by("-seq").first()
    assert last is not None and read == list(range(1, (last.seq or 0) + 1))


async def test_a_page_that_fails_is_read_again_and_not_lost(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    await seal_all()
    read: list[int] = []

    async def fail(events: list[Event]) -> None:
        raise ValueError("no room")

    async def take(events: list[Event]) -> None:
        read.extend(event.seq or 0 for event in events)

    with pytest.raises(ValueError, match="no room"):
        await read_on("test", fail)
    assert not await Bookmark.filter(name="test", seq__gt=0).exists()
    await read_on("test", take)
    assert read[0] == 1 and len(read) == await Event.all().count()


async def test_one_that_fails_does_not_keep_the_others_from_their_work(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def broken() -> None:
        raise RuntimeError("broken")

    async def sound() -> None:
        done.append("sound")

    monkeypatch.setattr(followers, "followers", [broken, sound])
    with pytest.raises(ExceptionGroup):
        await follow()
    assert done == ["sound"]


async def test_a_serving_process_follows_as_soon_as_something_is_sealed(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: asyncio.Queue[None] = asyncio.Queue()

    async def note() -> None:
        rounds.put_nowait(None)

    monkeypatch.setattr(followers, "followers", [note])
    monkeypatch.setattr(followers, "LOOK_AGAIN", 600.0)
    running = asyncio.create_task(run_followers())
    try:
        async with asyncio.timeout(60):
            await rounds.get()
            wake()
            await rounds.get()
    finally:
        running.cancel()


async def test_facts_are_told_within_a_command_and_nowhere_else(town: str) -> None:
    with pytest.raises(LookupError):
        tell(SteppedOver(last="2026-03-05", clock="2026-03-06"))
    assert callable(happening_now)
