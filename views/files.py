"""Attachments, for whoever sees what they are attached to."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.files import File, content_of

SHOWN = frozenset({"jpeg", "png", "pdf"})
"""What a browser shows by itself, without running anything in the name of this site."""
ALONE = "default-src 'none'; frame-ancestors 'none'"


async def download(request: Request) -> Response:
    """The bytes as a download of a declared type."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    return await _sent(file, "attachment", {"Cache-Control": "private, no-store"})


async def look(request: Request) -> Response:
    """A picture or a PDF to look at; every other kind is a download here too."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    if file.kind not in SHOWN:
        return await _sent(file, "attachment", {"Cache-Control": "private, no-store"})
    # Kept by the browser, which asks each time whether it may still show it.
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
        "Content-Security-Policy": ALONE,
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return await _sent(file, "inline", headers)


async def _sent(file: File, how: str, headers: dict[str, str]) -> Response:
    return Response(
        await content_of(file),
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            **headers,
        },
    )


routes = [Route("/files/{id:int}", download), Route("/files/{id:int}/look", look)]
