"""Pages live: server-sent events that say only that something on a board changed; the page then asks afresh."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from models import accounts, rankings
from models.bidding import Glance, glance
from views.base.transport import place_of

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
MOST_STRANGERS = 700
"""Of these without a session: the others are for people at work."""
MOST_OF_ONE, MOST_FROM_ONE = 6, 120
"""Listeners of one person, and from one place: an office may stand behind it, a single browser opens six."""
ASKED_AGAIN = 5.0
"""Seconds after which it is asked again whether those who listen are still signed in."""

Look = Callable[[Any], Awaitable[tuple[Any, bool]]]
"""From what was seen before (nothing at first) to what is seen now, and whether the page is another by it."""


@dataclass(eq=False)
class Listener:
    """One open stream: whose it is, from where, and what it is to be told."""

    session: int = 0
    person: int = 0
    address: str = ""
    told: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def end(self) -> None:
        self.over = True
        self.told.set()


class Watch:
    """Who listens, and the one task that looks for changes while somebody does."""

    def __init__(self, look: Look, every: float) -> None:
        self.look, self.every = look, every
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, one: Listener) -> None:
        self.listeners.add(one)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Look on while anybody listens; a database that is away for a while ends nobody's stream."""
        seen, asked = None, asyncio.get_running_loop().time()
        while self.listeners:
            try:
                seen, asked = await self._look_once(seen, asked)
            except Exception:
                log.exception("looking for changes failed, will try again")
            await asyncio.sleep(self.every)

    async def _look_once(self, seen: Any, asked: float) -> tuple[Any, float]:
        """What is seen now, and when sessions were asked for last."""
        seen, changed = await self.look(seen)
        if (time := asyncio.get_running_loop().time()) - asked >= ASKED_AGAIN:
            await self._end_those_signed_out()
            asked = time
        if changed:
            for one in self.listeners:
                one.told.set()
        return seen, asked

    async def _end_those_signed_out(self) -> None:
        """A session ends in many ways and in any process: all streams of this one are asked for at once."""
        sessions = {one.session for one in self.listeners if one.session}
        gone = sessions - await accounts.still_signed_in(sessions)
        for one in self.listeners:
            if one.session in gone:
                one.end()


async def _board(before: Glance | None) -> tuple[Glance, bool]:
    after = await glance(before)
    return after, before is not None and not after.same(before)


async def _rankings(before: int | None) -> tuple[int | None, bool]:
    after = rankings.version()
    return after, before is not None and after != before


watch = Watch(_board, EVERY)
rankings_watch = Watch(_rankings, OFTEN)
WATCHES = (watch, rankings_watch)


def end_streams(session: int) -> None:
    """Whoever signs out hears nothing more, at once."""
    for one in [one for each in WATCHES for one in each.listeners if one.session == session]:
        one.end()


async def live(request: Request) -> Response:
    """`event: board` whenever the board is another than before; nothing about what changed travels here."""
    return _listening(request, watch)


async def live_rankings(request: Request) -> Response:
    """The same for the rankings; whoever shows what is older than now (`seen`) hears so at once."""
    seen = request.query_params.get("seen", "")
    return _listening(request, rankings_watch, behind=bool(seen) and seen != str(rankings.version()))


def _listening(request: Request, to: Watch, *, behind: bool = False) -> Response:
    session, viewer = request.state.session, request.state.viewer
    one = Listener(session.id if session else 0, viewer.person_id or 0, place_of(request.scope))
    if refused := _too_many(one):
        return PlainTextResponse(
            "同时打开的页面太多，这一页请手动刷新。\n",
            refused,
            headers={"Retry-After": "60", "Cache-Control": "no-store"},
        )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    to.add(one)
    return Counted(to, one, _stream(to, one, behind=behind), headers)


class Counted(StreamingResponse):
    """A stream that counts from the moment it is let in until its answer is over, whether or not it ever began."""

    def __init__(self, to: Watch, one: Listener, told: AsyncIterator[str], headers: dict[str, str]) -> None:
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self.to, self.one = to, one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.to.listeners.discard(self.one)


def _too_many(one: Listener) -> int:
    """The status that says so: whether this process, this person or this address has its share."""
    others = [other for each in WATCHES for other in each.listeners]
    strangers = sum(not other.person for other in others)
    if len(others) >= MOST or (not one.person and strangers >= MOST_STRANGERS):
        return 503
    own = sum(other.person == one.person for other in others) if one.person else 0
    here = sum(other.address == one.address for other in others)
    return 429 if own >= MOST_OF_ONE or here >= MOST_FROM_ONE else 0


async def _stream(to: Watch, one: Listener, *, behind: bool = False) -> AsyncIterator[str]:
    to.add(one)
    ends = asyncio.get_running_loop().time() + LONGEST
    if behind:
        one.told.set()
    try:
        yield "retry: 15000\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await one.told.wait()
                if one.over:
                    return
                one.told.clear()
                yield "event: board\ndata: changed\n\n"
            except TimeoutError:
                yield ": alive\n\n"
    finally:
        to.listeners.discard(one)
