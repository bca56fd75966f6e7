"""How a page travels: compressed, and not at all where the browser still has it."""

from __future__ import annotations

import gzip
import hashlib

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORTH_IT = 500
"""Shorter bodies fit into one packet anyway."""


class Delivered:
    """Brotli or gzip for HTML; for pages that are nobody's own a weak ETag, and 304 where it matches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start: Message | None = None

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
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


def _is_html(message: Message) -> bool:
    headers = Headers(scope=message)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _finish(scope: Scope, start: Message, body: bytes) -> bytes:
    """Complete the headers of a whole page and return the body as it will travel."""
    asked, headers = Headers(scope=scope), MutableHeaders(scope=start)
    headers.append("Vary", "Accept-Encoding, Cookie, HX-Request")
    kept_nowhere = "set-cookie" in headers or is_personal(scope)
    headers.setdefault("Cache-Control", "no-store" if kept_nowhere else "private, no-cache")
    if start["status"] == 200 and not kept_nowhere and scope["method"] in {"GET", "HEAD"}:
        tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers["ETag"] = tag
        if tag in asked.get("if-none-match", ""):
            start["status"] = 304
            del headers["content-length"]
            return b""
    encoding = _encoding(asked.get("accept-encoding", "")) if len(body) >= WORTH_IT else ""
    if encoding:
        body = brotli.compress(body, quality=5) if encoding == "br" else gzip.compress(body, 6, mtime=0)
        headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(body))
    return body


def _encoding(offered: str) -> str:
    names = {part.strip().partition(";")[0] for part in offered.split(",")}
    return next((name for name in ("br", "gzip") if name in names), "")
