"""Attachments, for whoever sees what they are attached to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.base.refusals import Invalid
from models.files import DRAWN, KINDS, File, content_of, small_copy_of

SHOWN = frozenset({"jpeg", "png", "pdf"})
"""What a browser shows by itself, without running anything in the name of this site."""
JPEG = b"\xff\xd8\xff"
ALONE = "default-src 'none'; frame-ancestors 'none'"


async def download(request: Request) -> Response:
    """The bytes as a download of a declared type."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    return _sent(file, await content_of(file), "attachment", {"Cache-Control": "private, no-store"})


async def look(request: Request) -> Response:
    """A picture or a PDF to look at; every other kind is a download here too."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    if file.kind not in SHOWN:
        return await download(request)
    return await _shown(request, file, _tag(file), content_of)


async def small(request: Request) -> Response:
    """A picture as lists show it, or whole where it is of earlier times and cannot be drawn anew; all else is a download."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    if file.kind not in DRAWN:
        return await download(request)
    return await _shown(request, file, f"{_tag(file)}-small", _small_or_whole)


def _tag(file: File) -> str:
    """By what is shown: a browser that kept an old picture as it was attached must not show it again."""
    return file.copy or (f"{file.sha256}-drawn" if file.is_old_picture else file.sha256)


async def _small_or_whole(file: File) -> bytes:
    try:
        return await small_copy_of(file)
    except Invalid:
        return await content_of(file)


async def _shown(
    request: Request, file: File, tag: str, read: Callable[[File], Awaitable[bytes]]
) -> Response:
    """Kept by the browser, which asks each time whether it may still show it."""
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Authorization",
        "Content-Security-Policy": ALONE,
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return _sent(file, await read(file), "inline", headers)


def _sent(file: File, content: bytes, how: str, headers: dict[str, str]) -> Response:
    if original := file.original or (file.copy and file.sha256):
        headers = {**headers, "X-Original-SHA256": original}
    return Response(
        content,
        media_type=_media_type(file, content),
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            **headers,
        },
    )


def _media_type(file: File, content: bytes) -> str:
    """Small copies are JPEG, whatever they are copies of."""
    return KINDS["jpeg"] if content.startswith(JPEG) else file.media_type


routes = [
    Route("/files/{id:int}", download),
    Route("/files/{id:int}/look", look),
    Route("/files/{id:int}/small", small),
]
