"""Pages live: server-sent events that say only that something on a board changed; the page then asks afresh."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from models import rankings
from models.bidding import Glance, glance

log = logging.getLogger("xingcun")

EVERY = 2.0
"""Seconds between two looks at the database, by one watch per process and only while somebody listens."""
OFTEN = 0.5
"""The same for what this process knows anyway."""
HEARTBEAT = 20.0
"""Seconds after which a silent stream says that it is alive, so that proxies keep it."""
LONGEST = 900.0
"""Seconds until a stream ends by itself; browsers connect again."""
MOST = 1000
"""Listeners of one process; whoever comes then has the page, and its refresh."""

Look = Callable[[Any], Awaitable[tuple[Any, bool]]]
"""From what was seen before (nothing at first) to what is seen now, and whether the page is another by it."""


class Watch:
    """Who listens, and the one task that looks for changes while somebody does."""

    def __init__(self, look: Look, every: float) -> None:
        self.look, self.every = look, every
        self.listeners: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self) -> asyncio.Event:
        told = asyncio.Event()
        self.listeners.add(told)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._look())
        return told

    async def _look(self) -> None:
        """Look on while anybody listens; a database that is away for a while ends nobody's stream."""
        seen: Any = None
        while self.listeners:
            try:
                seen, changed = await self.look(seen)
            except Exception:
                log.exception("looking for changes failed, will try again")
                changed = False
            if changed:
                for told in self.listeners:
                    told.set()
            await asyncio.sleep(self.every)


async def _board(before: Glance | None) -> tuple[Glance, bool]:
    after = await glance(before)
    return after, before is not None and not after.same(before)


async def _rankings(before: int | None) -> tuple[int | None, bool]:
    after = rankings.version()
    return after, before is not None and after != before


watch = Watch(_board, EVERY)
rankings_watch = Watch(_rankings, OFTEN)


async def live(request: Request) -> Response:
    """`event: board` whenever the board is another than before; nothing about what changed travels here."""
    return _listening(watch)


async def live_rankings(request: Request) -> Response:
    """The same for the rankings; whoever shows what is older than now (`seen`) hears so at once."""
    seen = request.query_params.get("seen", "")
    return _listening(rankings_watch, behind=bool(seen) and seen != str(rankings.version()))


def _listening(to: Watch, *, behind: bool = False) -> Response:
    if len(to.listeners) >= MOST:
        return PlainTextResponse("busy\n", 503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(to, behind=behind), media_type="text/event-stream", headers=headers)


async def _stream(to: Watch, *, behind: bool = False) -> AsyncIterator[str]:
    told, ends = to.add(), asyncio.get_running_loop().time() + LONGEST
    if behind:
        told.set()
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
        to.listeners.discard(told)
