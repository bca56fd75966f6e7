"""Static files from memory: addresses carry the content's hash, bodies are compressed once at start."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from pathlib import Path

import brotli
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parents[2] / "static"
FOREVER = "public, max-age=31536000, immutable"
TEXTUAL = {".css", ".js", ".svg", ".txt", ".py", ".json"}


@dataclass(frozen=True)
class StaticFile:
    """One file in all the encodings a browser may take it in."""

    address: str
    kind: str
    tag: str
    bodies: dict[str, bytes]


@cache
def files() -> dict[str, StaticFile]:
    """All files of static/, by their name."""
    found = (path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix)
    return {path.relative_to(FOLDER).as_posix(): _load(path) for path in found}


def _load(path: Path) -> StaticFile:
    plain = path.read_bytes()
    tag = hashlib.sha256(plain).hexdigest()[:12]
    name = path.relative_to(FOLDER).as_posix()
    kind = {".js": "text/javascript", ".py": "text/plain"}.get(path.suffix) or guess_type(path)[0]
    bodies = {"": plain}
    if path.suffix in TEXTUAL:
        bodies["br"] = brotli.compress(plain, quality=11)
        bodies["gzip"] = gzip.compress(plain, 9, mtime=0)
    stem, _, ending = name.rpartition(".")
    return StaticFile(f"/static/{stem}.{tag}.{ending}", kind or "application/octet-stream", tag, bodies)


def address_of(name: str) -> str:
    """`static("page.css")` in templates: the address that changes when the content does."""
    return files()[name].address


@cache
def _by_address() -> dict[str, StaticFile]:
    return {file.address: file for file in files().values()}


async def serve(request: Request) -> Response:
    """A file under its hashed address, for ever; under its plain name (a download), always revalidated."""
    path = request.url.path
    file = _by_address().get(path)
    named = file is None
    file = file or files().get(path.removeprefix("/static/"))
    if file is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": "no-cache" if named else FOREVER,
        "ETag": f'"{file.tag}"',
        "Vary": "Accept-Encoding",
        "Content-Type": f"{file.kind}; charset=utf-8" if _is_text(file) else file.kind,
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    encoding = next((e for e in ("br", "gzip") if e in file.bodies and accepts(request, e)), "")
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(file.bodies[encoding], headers=headers)


def _is_text(file: StaticFile) -> bool:
    return file.kind.startswith("text/")


def accepts(request: Request, encoding: str) -> bool:
    offered = request.headers.get("accept-encoding", "")
    return any(part.strip().partition(";")[0] == encoding for part in offered.split(","))


routes = [Route("/static/{path:path}", serve)]
