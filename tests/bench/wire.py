"""Requests as they go over a loopback: lines kept open, answers read to their end, and the CPU time of whoever answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httptools


@dataclass(frozen=True)
class Asked:
    """One request: a page by its address, or a document posted."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def on_the_wire(self, at: str = "") -> bytes:
        method = "POST" if self.body else "GET"
        told = {"host": "127.0.0.1", **self.headers}
        if self.body:
            told |= {"content-type": "application/json", "content-length": str(len(self.body))}
        lines = [
            f"{method} {at or self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in told.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Line(asyncio.Protocol):
    """One connection, on which one request is answered after the other."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []
        self.answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error or ConnectionError("hung up before it answered"))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        assert self.answer is not None
        self.answer.set_result((self.parser.get_status_code(), b"".join(self.parts)))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self.parts, self.answer = [], asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer


@dataclass
class Server:
    """A process that answers at a port, and the lines to it."""

    pid: int
    port: int
    lines: list[Line] = field(default_factory=list)
    at: str = ""
    """Where it answers whatever is asked; nothing for the address that was asked for."""

    async def reached(self, lines: int) -> None:
        """Open the lines, once it listens, and those again that it closed because nothing was asked."""
        loop = asyncio.get_running_loop()
        self.lines = [line for line in self.lines if not line.transport.is_closing()]
        while len(self.lines) < lines:
            try:
                self.lines.append((await loop.create_connection(Line, "127.0.0.1", self.port))[1])
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)

    async def answer(self, asked: Asked) -> bytes:
        """What it answers, once."""
        await self.reached(len(self.lines))
        status, body = await self.lines[0].ask(asked.on_the_wire(self.at))
        assert status == 200, (asked.path, status, body[:500])
        return body

    async def asked(self, asked: Asked, times: int) -> Spent:
        """So many requests on every line at once."""
        request = asked.on_the_wire(self.at)

        async def one_line(line: Line) -> None:
            for _ in range(times):
                status, body = await line.ask(request)
                assert status == 200, (asked.path, status, body[:500])

        await self.reached(len(self.lines))
        began, worked = time.perf_counter(), _worked(self.pid)
        await asyncio.gather(*(one_line(line) for line in self.lines))
        many = times * len(self.lines)
        return Spent((_worked(self.pid) - worked) * 1000 / many, many / (time.perf_counter() - began))


@dataclass(frozen=True)
class Spent:
    """Milliseconds of CPU time of the server for a request, and how many it answered in a second."""

    cpu: float
    a_second: float


def _worked(pid: int) -> float:
    """Seconds that all threads of a process have worked; Linux numbers the clocks of processes so."""
    return time.clock_gettime(~pid << 3 | 2)
