"""The least that gives the same answer: one statement for the rows, the answer as a string, and nothing around it."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import uvicorn
from tortoise import Tortoise

from models.base.clock import now, run_by
from models.base.database import close_database, open_database
from tests.bench.wire import Server
from tests.town_clock import running_from

Application = Callable[[Any, Any, Any], Awaitable[None]]


async def rows_of(sql: str, given: Sequence[Any]) -> list[Any]:
    """What a statement with `{}` in place of its values gives."""
    connection = Tortoise.get_connection("default")
    sqlite = connection.capabilities.dialect == "sqlite"
    marks = ["?" if sqlite else f"${at + 1}" for at in range(len(given))]
    values = [_as_text(value) for value in given] if sqlite else list(given)
    return list((await connection.execute_query(sql.format(*marks), values))[1])


def _as_text(value: Any) -> Any:
    """SQLite keeps days and instants as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


async def answered(send: Any, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Site:
    """The twins of a town, each at its number, in a process of their own."""

    def __init__(self, apps: Sequence[Application]) -> None:
        self.apps = apps

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await open_database(migrate=False)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await close_database()
            return await send({"type": "lifespan.shutdown.complete"})
        try:
            await self.apps[int(scope["path"][1:])](scope, receive, send)
        except Exception:
            traceback.print_exc()
            raise


@contextmanager
def served(apps: Sequence[Application]) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    pid = os.fork()
    if pid == 0:
        config = uvicorn.Config(
            _Site(apps), loop="uvloop", http="httptools", log_config=None, access_log=False, lifespan="on"
        )
        try:
            with run_by(running_from(now())):  # as a server of ours does: pages tell how long is left
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            os._exit(0)
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield Server(pid, port)
    finally:
        os.kill(pid, 15)
        os.waitpid(pid, 0)
