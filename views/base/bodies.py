"""How much a request may send: little everywhere, and much only where a route says that it takes files.

@takes_files
async def report(request): ...
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from views.base.wire import LARGEST_BODY

LARGEST_UPLOAD = 64 * 1024 * 1024
"""A form with files, of somebody who is signed in; each file has its own limit where files are kept."""
View = Callable[[Request], Awaitable[Response]]


def takes_files(view: View) -> View:
    """Mark a view whose form may hold files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def does_take_files(view: Any) -> bool:
    return bool(getattr(view, "takes_files", False))


def must_take_files(request: Request) -> None:
    """A view that asks for files without having said so would never get one of any size."""
    if "endpoint" in request.scope and not does_take_files(request.scope["endpoint"]):
        raise LookupError(f"{request.url.path} reads files: mark its view with takes_files")


def longest(scope: Scope) -> int:
    """Bytes of a body of this kind, whoever sends it and wherever to."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return LARGEST_UPLOAD if kind.startswith(b"multipart/form-data") else LARGEST_BODY


def largest(scope: Scope) -> int:
    """The same once it is known who asks for what: no form for strangers takes a file, and few others do."""
    may = scope["state"]["viewer"].signed_in and does_take_files(scope.get("endpoint"))
    return longest(scope) if may else LARGEST_BODY
