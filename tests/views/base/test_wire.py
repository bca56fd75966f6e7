"""Heads too long, lines broken off, words that would forge a log: each answered in one line, over a real socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from tests.builders import a_town
from tests.fuzz.requests import ROUTES
from tests.views.conftest import HERE, Site
from views.base.logs import Plain
from views.base.wire import LARGEST_HEAD, LONGEST_ADDRESS, BoundedHead

pytestmark = pytest.mark.anyio
ENOUGH = LARGEST_HEAD + LONGEST_ADDRESS
"""What goes over the limit with its last bytes, so that the answer is not lost among what would still come."""
END = b"host: town.test\r\nconnection: close\r\n\r\n"
HEADS: dict[str, tuple[bytes, int]] = {
    "as it should be": (b"GET /healthz HTTP/1.1\r\n" + END, 200),
    "an address that is too long": (b"GET /" + b"a" * (LONGEST_ADDRESS + 9) + b" HTTP/1.1\r\n" + END, 414),
    "an address without end": (b"GET /" + b"a" * ENOUGH, 414),
    "a header that is too long": (b"GET / HTTP/1.1\r\nx: " + b"a" * LARGEST_HEAD + b"\r\n" + END, 431),
    "headers without end": (b"GET / HTTP/1.1\r\nh: a\r\n" + b"x: y\r\n" * (ENOUGH // 6), 431),
    "a header without end": (b"GET / HTTP/1.1\r\nh: a\r\nx: " + b"y" * ENOUGH, 431),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "a method nobody knows": (b"NONSENSE / HTTP/1.1\r\n" + END, 400),
    "two lengths": (b"POST /login HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n" + END, 400),
    "a length that is none": (b"POST /login HTTP/1.1\r\ncontent-length: x\r\n" + END, 400),
}

PATIENCE = 60
"""Seconds for what takes parts of one, on a machine that is busy with something else."""


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[int]:
    config = uvicorn.Config(app, port=0, http=BoundedHead, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def _answer(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_no_head_is_remembered_without_end(
    town: str, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    said = {}
    async with _served(site.app) as port:
        for what, (sent, _) in HEADS.items():
            answer = await _answer(port, sent)
            said[what] = int(answer.split(b" ")[1]) if answer else 0
            assert b"Invalid" not in answer and b"Traceback" not in answer, what
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /login HTTP/1.1\r\nhost: town.test\r\ncontent-length: 50\r\n")
        writer.write(b"content-type: application/x-www-form-urlencoded\r\n\r\nusername=")
        await writer.drain()
        writer.close()
        async with asyncio.timeout(PATIENCE):
            while not any("went away" in one.message for one in caplog.records):  # noqa: ASYNC110 - the log tells nobody
                await asyncio.sleep(0.005)
    assert said == {what: status for what, (_, status) in HEADS.items()}
    assert "Traceback" not in caplog.text


def test_whatever_may_be_asked_for_may_be_asked_for_its_head() -> None:
    asked = [one for one in ROUTES if "GET" in (getattr(one, "methods", None) or ())]
    assert len(asked) > 100 and all("HEAD" in one.methods for one in asked)


async def test_no_head_waits_for_a_stream_and_nobody_keeps_what_is_somebodys_own(site: Site) -> None:
    browser, kept = await site.as_a("city_admin", (await a_town()).city, origin=HERE), set()
    for route in ROUTES:
        if "HEAD" in (getattr(route, "methods", None) or ()) and not {*"{."} & {*route.path}:
            answer = await asyncio.wait_for(browser.head(route.path), PATIENCE)
            assert answer.status_code < 500 and answer.status_code != 405, route.path
            if "no-store" not in answer.headers.get("cache-control", ""):
                kept.add(route.path)
    assert kept == set()


def test_what_somebody_sends_begins_no_line_of_the_log() -> None:
    """Forged lines, colours and turned words are written as what they are; a traceback stands indented."""
    forged = "/a\r\nINFO xingcun.requests GET / 200\x1b[31m\u202e\u2028"
    record = logging.LogRecord("xingcun", logging.INFO, "", 1, "GET %s", (forged,), None)
    told = Plain("%(levelname)s %(message)s").format(record)
    assert told == r"INFO GET /a\r\nINFO xingcun.requests GET / 200\x1b[31m\u202e\u2028"
    try:
        raise RuntimeError(forged)
    except RuntimeError as error:
        record.exc_info = (RuntimeError, error, error.__traceback__)
    first, *rest = Plain("%(levelname)s %(message)s").format(record).split("\n")
    assert first == told and all(line.startswith("  ") for line in rest) and "\x1b" not in "".join(rest)
