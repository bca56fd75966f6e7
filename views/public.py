"""Pages for everybody: the start page, the health check."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.base.database import must_answer
from views.base.pages import page


async def start(request: Request) -> Response:
    """Strangers read what this is and where to sign in."""
    return page(request, "public/start.html")


async def health(request: Request) -> Response:
    """Whether this process can serve: it answers and reaches its database."""
    try:
        await must_answer()
    except Exception:  # whatever is wrong with the database, the answer is the same
        return PlainTextResponse("unavailable\n", 503, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def robots(request: Request) -> Response:
    """Search engines may read what is public; the rest asks them to sign in anyway."""
    return PlainTextResponse("User-agent: *\nAllow: /\n", headers={"Cache-Control": "max-age=86400"})


routes = [Route("/healthz", health), Route("/robots.txt", robots)]
