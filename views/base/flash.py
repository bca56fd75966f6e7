"""One sentence carried over a redirect, in a short signed cookie that the next page takes away."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from starlette.requests import Request
from starlette.responses import Response

from models.base.settings import settings
from views.base.transport import drop_cookie, put_cookie

NAME = "flash"
LONGEST = 300


def leave(request: Request, response: Response, sentence: str) -> None:
    text = urlsafe_b64encode(sentence[:LONGEST].encode()).decode()
    put_cookie(response, request.scope, NAME, f"{text}.{_signature(text)}", 60)


def read(request: Request) -> str:
    """The sentence, or nothing where there is none or somebody else wrote it."""
    text, _, signature = request.cookies.get(NAME, "").rpartition(".")
    if not text or not hmac.compare_digest(signature.encode(), _signature(text).encode()):
        return ""
    try:
        return urlsafe_b64decode(text).decode()
    except (Error, UnicodeDecodeError):
        return ""


def forget(request: Request, response: Response) -> None:
    drop_cookie(response, request.scope, NAME)


def _signature(text: str) -> str:
    return hmac.new(settings().secret, b"flash:" + text.encode(), hashlib.sha256).hexdigest()[:32]
