"""What the product does not collect, what it holds instead, and the two lists of the filing dossier."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import compliance
from models.base.pools import PACKING
from models.files import KINDS
from views.base.pages import page


async def show(request: Request) -> Response:
    """For everybody signed in: it holds for each of them."""
    held = compliance.held()
    columns = [column for tables in held.values() for table in tables for column in table.columns]
    return page(
        request,
        "compliance/show.html",
        bans=compliance.BANS,
        kept=compliance.KEPT,
        logged=dict.fromkeys(said for told in compliance.LOGGED.values() for said in told.values()),
        held=held,
        tables=sum(map(len, held.values())),
        columns=len(columns),
        found=compliance.checked(column.name for column in columns),
    )


async def data_list(request: Request) -> Response:
    """Every table and column held."""
    return _download("数据清单", await PACKING.run(compliance.data_list))


async def function_list(request: Request) -> Response:
    """Every function offered, with who may use it."""
    return _download("功能清单", await PACKING.run(compliance.function_list))


def _download(name: str, content: bytes) -> Response:
    filename = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(
        content,
        media_type=KINDS["xlsx"],
        headers={"Content-Disposition": filename, "Cache-Control": "private, no-cache"},
    )


routes = [
    Route("/compliance", show),
    Route("/compliance/data.xlsx", data_list),
    Route("/compliance/functions.xlsx", function_list),
]
