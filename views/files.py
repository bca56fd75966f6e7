"""Attachments, for whoever sees what they are attached to."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.files import File, content_of


async def download(request: Request) -> Response:
    """The bytes, never shown inside the site: always a download of a declared type."""
    file = await File.find(request.state.viewer, request.path_params["id"])
    return Response(
        await content_of(file),
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


routes = [Route("/files/{id:int}", download)]
