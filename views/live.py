"""The board live: server-sent events that say only that something on it changed; the page then asks afresh."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from models.bidding import glance

EVERY = 2.0
"""Seconds between two looks at the database, by one watch per process and only while somebody listens."""
HEARTBEAT = 20.0
"""Seconds after which a silent stream says that it is alive, so that proxies keep it."""
LONGEST = 900.0
"""Seconds until a stream ends by itself; browsers connect again."""
MOST = 1000
"""Listeners of one process; whoever comes then has the page, and its refresh."""


class Watch:
    """Who listens, and the one task that looks for changes while somebody does."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self) -> asyncio.Event:
        told = asyncio.Event()
        self.listeners.add(told)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._look())
        return told

    async def _look(self) -> None:
        before = await glance()
        while self.listeners:
            await asyncio.sleep(EVERY)
            after = await glance(before)
            if not after.same(before):
                for told in self.listeners:
                    told.set()
            before = after


watch = Watch()


async def live(request: Request) -> Response:
    """`event: board` whenever the board is another than before; nothing about what changed travels here."""
    if len(watch.listeners) >= MOST:
        return PlainTextResponse("busy\n", 503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(), media_type="text/event-stream", headers=headers)


async def _stream() -> AsyncIterator[str]:
    told, ends = watch.add(), asyncio.get_running_loop().time() + LONGEST
    try:
        yield "retry: 15000\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await told.wait()
                told.clear()
                yield "event: board\ndata: changed\n\n"
            except TimeoutError:
                yield ": alive\n\n"
    finally:
        watch.listeners.discard(told)
