"""How a page or an answer to a program travels: compressed, and a page not at all where the browser still has it."""

from __future__ import annotations

import gzip
import hashlib

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORTH_IT, WORTH_IT_FOR_A_PROGRAM = 500, 1_000
"""Shorter bodies fit into one packet anyway."""
WINDOW = 16
"""How far back Brotli looks, as a power of two: few pages are longer, and a larger window takes memory that has to be cleaned each time."""
OF_PROGRAMS = ("application/json", "application/graphql-response+json")


class Delivered:
    """Brotli or gzip for HTML and JSON; for pages that are nobody's own a weak ETag, and 304 where it matches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start: Message | None = None

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _kind(message):
                start = message
                return
            if start is not None and message["type"] == "http.response.body":
                body = message.get("body", b"")
                begin, start = start, None
                if not message.get("more_body"):
                    message = {"type": "http.response.body", "body": _finish(scope, begin, body)}
                await send(begin)
            await send(message)

        await self.app(scope, receive, held)


def is_personal(scope: Scope) -> bool:
    """Whether somebody signed in is answered: their pages stay on no shared computer."""
    viewer = scope.get("state", {}).get("viewer")
    return viewer is not None and viewer.signed_in


def _kind(message: Message) -> str:
    """What is held back until it is whole; nothing else is, and nothing that comes compressed."""
    headers = Headers(scope=message)
    kind = headers.get("content-type", "").partition(";")[0]
    return kind if kind in ("text/html", *OF_PROGRAMS) and "content-encoding" not in headers else ""


def _finish(scope: Scope, start: Message, body: bytes) -> bytes:
    """Complete the headers of a whole page or answer and return the body as it will travel."""
    if _kind(start) in OF_PROGRAMS:
        headers = MutableHeaders(scope=start)
        headers.append("Vary", "Accept-Encoding")
        return _compressed(scope, headers, body, WORTH_IT_FOR_A_PROGRAM)
    asked, headers = Headers(scope=scope), MutableHeaders(scope=start)
    headers.append("Vary", "Accept-Encoding, Cookie, Authorization, HX-Request")
    kept_nowhere = "set-cookie" in headers or is_personal(scope)
    headers.setdefault("Cache-Control", "no-store" if kept_nowhere else "private, no-cache")
    if start["status"] == 200 and not kept_nowhere and scope["method"] in {"GET", "HEAD"}:
        tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers["ETag"] = tag
        if tag in asked.get("if-none-match", ""):
            start["status"] = 304
            del headers["content-length"]
            return b""
    return _compressed(scope, headers, body, WORTH_IT)


def _compressed(scope: Scope, headers: MutableHeaders, body: bytes, worth_it: int) -> bytes:
    offered = Headers(scope=scope).get("accept-encoding", "")
    encoding = _encoding(offered) if len(body) >= worth_it else ""
    if encoding:
        body = (
            brotli.compress(body, quality=5, lgwin=WINDOW)
            if encoding == "br"
            else gzip.compress(body, 6, mtime=0)
        )
        headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(body))
    return body


def _encoding(offered: str) -> str:
    names = {part.strip().partition(";")[0] for part in offered.split(",")}
    return next((name for name in ("br", "gzip") if name in names), "")
