"""What happens around every request: headers, size limit, origin check, who is asking, unexpected errors."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models import accounts
from models.base.statement_time import somebody_waits
from models.base.viewer import ANONYMOUS
from models.page_header import page_header
from views.base.bodies import largest, longest
from views.base.budget import REQUEST, Budget
from views.base.delivery import is_personal
from views.base.errors import OF_PROGRAMS, as_json, broken, no_such_token, of_a_program, say_no, too_often
from views.base.pages import by_htmx, go, sign_in_address
from views.base.transport import is_secure, session_cookie, told_path
from views.base.wire import lengths, refused_by_length

log = logging.getLogger("xingcun")
requests = logging.getLogger("xingcun.requests")

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send "Origin: null" even for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000"
A_POINT = 1024
"""Bytes of a body that cost as much as a point of the budget."""

PUBLIC = (
    "/login",
    "/look",
    "/heads",
    "/board",
    "/s",
    "/files",
    "/graphql",
    "/explorer",
    "/complaints/follow",
)
"""What answers strangers itself; everything else sends them to sign in first (and "/" welcomes them)."""
BEARING = re.compile(r"/(graphql|files)(/.*)?|/tasks/\d+/(summary\.xlsx|attachments\.zip)")
"""Where a token speaks for somebody, to ask or to take files away: never on pages, whose forms sign and decide."""
MUST_CHANGE = ("/account/password", "/logout", "/look")
BARELESS = ("/graphql", "/files", "/explorer")
"""Answers without the header of the pages."""
FREE = ("/static/",)
"""Costs nothing, as every page has many of them."""
UNSEEN = ("/healthz", "/robots.txt")
"""Answers the same to everybody, so nobody is looked up."""


class Headed:
    """Security headers on every answer, and one log line without personal data per request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def headed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _put_headers(message, scope)
            await send(message)

        try:
            await self.app(scope, receive, headed)
        finally:
            took = (time.perf_counter() - started) * 1000
            requests.info("%s %s %d %.0fms", scope["method"], told_path(scope["path"]), status, took)


def _put_headers(message: Message, scope: Scope) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if is_secure(scope):
        headers.setdefault("Strict-Transport-Security", HSTS)
    if is_personal(scope) or scope["path"].rstrip("/") in OF_PROGRAMS:
        headers.setdefault("Cache-Control", "no-store")


class Guarded:
    """Turns away what is too large or comes from another site, and masks bugs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        scope.setdefault("state", {})["viewer"] = ANONYMOUS
        if not from_here(scope):
            return await _turn_away(scope, receive, send)
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if status := refused_by_length(*lengths(scope)):
            return await say_no(Request(scope), status)(scope, receive, send)
        # A zero byte is nobody's word, and one of the databases cannot look for it.
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")
        if b"%00" in scope["query_string"]:  # one around another, which nobody types
            return await say_no(Request(scope), 400)(scope, receive, send)
        with somebody_waits():
            await self._limited(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, begun, announced, come = Request(scope), False, _announced(scope), 0

        async def counted() -> Message:
            nonlocal come
            if announced > largest(scope):
                raise TooLarge
            message = await receive()
            come += len(message.get("body", b""))
            if come > largest(scope):
                raise TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if announced > longest(scope):
                raise TooLarge
            await self.app(scope, counted, watched)
        except Exception as error:
            if isinstance(error, ClientDisconnect):
                return log.info("%s %s: the client went away", request.method, told_path(request.url.path))
            if begun:
                raise
            large = isinstance(error, TooLarge)
            response = say_no(request, 413) if large else broken(request, error)
            await response(scope, receive, send)


class TooLarge(Exception):
    """The body is longer than this address takes."""


def _weight(scope: Scope) -> int:
    """Points for reading the body; who does not say how long it is pays for the longest."""
    unsaid = b"transfer-encoding" in {name for name, _ in scope["headers"]}
    return (longest(scope) if unsaid else _announced(scope)) // A_POINT


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else 0


def from_here(scope: Scope) -> bool:
    """Whether an unsafe request comes from our own pages (or from a program, which has no cookies to abuse)."""
    if scope["type"] == "http" and scope["method"] in SAFE:
        return True
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and scope["type"] == "http":
        return site in {"same-origin", "none"}
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 4403})
    await say_no(Request(scope), 403)(scope, receive, send)


class Recognised:
    """Puts the viewer into request.state, and sends strangers to sign in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.budget = app, Budget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _starts(scope["path"], FREE):
            return await self.app(scope, receive, send)
        if wait := self.budget.of_address(scope):
            return await _wait(scope, receive, send, wait)
        if _starts(scope["path"], UNSEEN):
            return await self.app(scope, receive, send)
        must_change = await _recognise(scope)
        if wait := self.budget.of_caller(scope, REQUEST + _weight(scope)):
            return await _wait(scope, receive, send, wait)
        scope["state"]["spend"] = partial(self.budget.of_caller, scope)
        if scope["type"] == "http" and (elsewhere := _elsewhere(Request(scope), must_change)):
            return await elsewhere(scope, receive, send)
        await self.app(scope, receive, send)


async def _wait(scope: Scope, receive: Receive, send: Send, seconds: int) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 4429})
    await too_often(Request(scope), seconds)(scope, receive, send)


async def _recognise(scope: Scope) -> bool:
    """Set who is asking; tells whether they must choose a password before anything else."""
    state, headers = scope["state"], Headers(scope=scope)
    state["session"] = None
    said = headers.get("authorization", "").split()
    if said and BEARING.fullmatch(scope["path"]):
        # Whoever names themselves in a way that is not known here is told so, never taken for a stranger.
        is_bearer = len(said) == 2 and said[0].lower() == "bearer"
        known = await accounts.viewer_of_token(said[1]) if is_bearer else None
        state["viewer"], state["token_is_dead"] = known or ANONYMOUS, known is None
        return False
    cookie = HTTPConnection(scope).cookies.get(session_cookie(scope))
    found = await accounts.viewer_of_session(cookie) if cookie else None
    if found is None:
        return False
    state["viewer"], state["session"] = found
    if scope["type"] == "http" and not _starts(scope["path"], BARELESS):
        state["header"] = await page_header(found[0])
    return found[1].must_change


def _elsewhere(request: Request, must_change: bool) -> Response | None:
    """Where somebody has to go first, if anywhere."""
    path = request.url.path
    if getattr(request.state, "token_is_dead", False):
        return no_such_token()
    if must_change and not _starts(path, MUST_CHANGE):
        told = "请先在网页上修改初始密码。"
        return as_json(403, told) if of_a_program(request) else go(request, "/account/password")
    if request.state.viewer.signed_in or path == "/" or _starts(path, PUBLIC):
        return None
    if by_htmx(request):
        # The page stays as it is, so that what was typed is not lost.
        return say_no(request, 401)
    if request.method in SAFE:
        return RedirectResponse(sign_in_address(request), 303)
    return say_no(request, 401)


def _starts(path: str, starts: Iterable[str]) -> bool:
    return any(path == start or path.startswith(start.rstrip("/") + "/") for start in starts)
