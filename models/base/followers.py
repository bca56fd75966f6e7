"""Readers of the sealed trail: each keeps a bookmark, and reads every entry once, in order, whichever server runs it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.clock import due, today
from models.base.events import Event
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer

log = logging.getLogger("xingcun.following")

PAGE = 200
CLOCKS_APART = 1
"""Days by which another server's clock may be ahead around midnight; a mark farther off is of a wrong clock."""
LOOK_AGAIN = 1.0
"""Seconds between looks for what other servers sealed."""

Job = Callable[[], Awaitable[None]]
followers: list[Job] = []
listeners: list[Job] = []


class Bookmark(Record):
    """How far a reader of the sealed trail has come."""

    name = fields.CharField(max_length=40, unique=True)
    seq = fields.BigIntField(default=0)

    class Meta:
        table = "bookmark"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(NOTHING)

    @classmethod
    async def held(cls, name: str, start: int = 0) -> Self:
        """The bookmark, locked until the transaction ends, so that two readers never read one page twice."""
        await cls.bulk_create([cls(name=name, seq=start)], ignore_conflicts=True)
        return await cls.select_for_update().get(name=name)


async def first_today(name: str) -> bool:
    """Whether this day's work is still to be done: whoever is told so first does it, once on each day of the town."""
    day = today().toordinal()
    done = (day, day + CLOCKS_APART)
    mark = await Bookmark.get_or_none(name=name)
    if mark is not None and mark.seq in done:
        return False
    async with in_transaction():
        mark = await Bookmark.held(name)
        if mark.seq in done:
            return False
        mark.seq = day
        await mark.save(update_fields=["seq"])
    return True


async def read_on(
    name: str, take: Callable[[list[Event]], Awaitable[None]], start: int = 0, most: int | None = None
) -> bool:
    """Give `take` what was sealed since the last time, page by page; a page and its bookmark stand or fall together.

    Says whether more may be waiting, where it reads so many pages at most.
    """
    pages = 0
    while pages != most and await _has_more(name):
        if await _read_a_page(name, take, start) < PAGE:
            return False
        pages += 1
    return pages == most


async def _has_more(name: str) -> bool:
    """Looked at without taking any lock, as most looks find nothing new."""
    mark = await Bookmark.get_or_none(name=name)
    return await Event.filter(seq__gt=mark.seq if mark else 0).exists()


async def _read_a_page(name: str, take: Callable[[list[Event]], Awaitable[None]], start: int) -> int:
    async with in_transaction():
        mark = await Bookmark.held(name, start)
        events = await Event.filter(seq__gt=mark.seq).order_by("seq").limit(PAGE)
        if events:
            await take(events)
            mark.seq = events[-1].seq or mark.seq
            await mark.save(update_fields=["seq"])
    return len(events)


def follows(job: Job) -> Job:
    """Register work that follows the trail closely: it runs soon after anything was sealed, and with every tick."""
    followers.append(job)
    return job


def after_following(job: Job) -> Job:
    """Register what a serving process does after each round, to know what any server has changed."""
    listeners.append(job)
    return job


@due
async def follow() -> None:
    """Let every follower catch up."""
    await in_turn(followers)


async def in_turn(jobs: Iterable[Job]) -> None:
    """One after the other; one that fails does not keep the others from their work, and is told of at the end."""
    failed: list[Exception] = []
    for job in jobs:
        try:
            await job()
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("not everything that follows the trail was done", failed)


_sealed: asyncio.Event | None = None


def wake() -> None:
    """Tell this process's followers, if it runs them, that something was sealed."""
    if _sealed is not None:
        _sealed.set()


async def run_followers() -> None:
    """Follow for as long as the process serves; a failure is logged and tried again, never fatal.

    Between two rounds it rests as long as the last one took, so that following never takes more than half a core.
    """
    global _sealed
    _sealed = asyncio.Event()
    while True:
        began = time.monotonic()
        try:
            await follow()
            for job in listeners:
                await job()
        except Exception:
            log.exception("following the trail failed, will try again")
        await asyncio.sleep(time.monotonic() - began)
        with suppress(TimeoutError):
            await asyncio.wait_for(_sealed.wait(), LOOK_AGAIN)
        _sealed.clear()
