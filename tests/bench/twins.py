"""The least that gives the same page on the same server: one statement for the rows, the markup as strings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tortoise import Tortoise

from tests.views.conftest import HERE
from views.base.delivery import Delivered
from views.base.middleware import Guarded, Headed, Recognised

Given = Callable[[Request], Sequence[Any]]


class Twin:
    """A page by hand: around the rows stands what the real page has there, ready made."""

    def __init__(
        self, at: str, body: str, within: tuple[str, str], sql: str, given: Given, row: Callable[[Any], str]
    ) -> None:
        start, end = body.index(">", body.index(within[0])) + 1, body.rindex(within[1])
        self.before, self.after = body[:start], body[end:]
        self.sql, self.given, self.row = sql, given, row
        around = [Middleware(layer) for layer in (Headed, Delivered, Guarded, Recognised)]
        self.app = Starlette(routes=[Route(at, self.show)], middleware=around)

    async def show(self, request: Request) -> Response:
        connection = Tortoise.get_connection("default")
        given = list(self.given(request))
        sqlite = connection.capabilities.dialect == "sqlite"
        marks = ["?" if sqlite else f"${at + 1}" for at in range(len(given))]
        told = (await connection.execute_query(self.sql.format(*marks), given))[1]
        return HTMLResponse(self.before + "".join(map(self.row, told)) + self.after)

    def browser(self, like: httpx.AsyncClient) -> httpx.AsyncClient:
        """A browser of the twin, signed in as the other one is."""
        headers = {"cookie": f"session={like.cookies['session']}"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=HERE, headers=headers)


def got(browser: httpx.AsyncClient, at: str) -> Callable[[], Awaitable[bytes]]:
    async def get() -> bytes:
        return (await browser.get(at)).content

    return get


def dialect() -> str:
    return str(Tortoise.get_connection("default").capabilities.dialect)
