"""A gateway on the loopback that takes messages over HTTP as a deployment's would, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

TAKEN = '{"ok": true, "errcode": 0, "errmsg": "ok"}'


@dataclass(frozen=True)
class Got:
    """One request as it arrived."""

    target: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.raw))


@dataclass
class Gateway:
    """Keeps every request; answers what stands in `answers` first, then that all is well."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[tuple[int, str, float]] = field(default_factory=list)
    """Status, body and seconds to wait before it, of the next answers."""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def refuses(self, times: int, status: int = 500, body: str = "broken", seconds: float = 0) -> None:
        self.answers += [(status, body, seconds)] * times

    async def has(self, many: int) -> None:
        """Wait until so many requests have arrived."""
        while len(self.got) < many:
            self.came.clear()
            await self.came.wait()

    def texts(self, to: str) -> list[str]:
        return [str(one.body["text"]) for one in self.got if one.body["to"] == to]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.got.append(await _request(reader))
            self.came.set()
            status, body, seconds = self.answers.pop(0) if self.answers else (200, TAKEN, 0)
            await asyncio.sleep(seconds)
            content = body.encode()
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + content)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side hung up, or the test is over
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Got(head[0].split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def a_gateway(tls: ssl.SSLContext | None = None) -> AsyncIterator[Gateway]:
    made = Gateway()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls)
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/send?access_token=s3cr3t"
    try:
        yield made
    finally:
        server.close()
