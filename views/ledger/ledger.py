"""过筛台账: what was refused, to whom and when, and what reached the villages; counted afresh on every visit."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models import burden, ledger
from models.base.records import row_number
from models.base.refusals import Invalid, NotFound
from models.base.viewer import Viewer
from models.files import KINDS
from models.ledger import Wanted
from models.matters import VERDICTS
from models.units import Unit
from views.base.pages import page
from views.base.paging import Shown, paged
from views.ledger.periods import dates, read_period, usual


async def show(request: Request) -> Response:
    """The figures of a period, altogether and by whoever asked, beside what reached the villages."""
    viewer = request.state.viewer
    wanted = await _wanted(request)
    shown = await paged(request, ledger.departments(viewer, wanted), by=("path",))
    watches = ledger.oversees_villages(viewer)
    return page(
        request,
        "ledger/show.html",
        shown=shown,
        lines=await ledger.lines(viewer, wanted, shown.rows),
        total=await ledger.total(viewer, wanted),
        load=await ledger.load(viewer, wanted) if watches else None,
        **_words(wanted),
    )


async def of_department(request: Request) -> Response:
    """Each screening of one asker, newest first."""
    viewer = request.state.viewer
    wanted = await _wanted(request)
    asker = await Unit.find(viewer, request.path_params["id"])
    mine = Wanted(wanted.period, wanted.place, asker)
    verdict = request.query_params.get("verdict", "")
    rows = ledger.entries(viewer, mine)
    if verdict in VERDICTS:
        rows = rows.filter(verdict=verdict)
    shown = await paged(request, rows.select_related("request__township"))
    return page(
        request,
        "ledger/entries.html",
        asker=asker,
        shown=shown,
        verdict=verdict,
        total=await ledger.total(viewer, mine),
        **_words(wanted),
    )


async def villages(request: Request) -> Response:
    """What went out to each village in the period."""
    viewer = request.state.viewer
    wanted = await _wanted(request)
    if not ledger.oversees_villages(viewer):
        raise NotFound("没有找到这个页面。")
    shown: Shown[Unit] = await paged(request, ledger.villages(viewer, wanted), by=("path",))
    rows = await ledger.by_village(viewer, wanted, shown.rows)
    return page(
        request,
        "ledger/villages.html",
        shown=shown,
        rows=rows,
        load=await ledger.load(viewer, wanted),
        **_words(wanted),
    )


async def table(request: Request) -> Response:
    """The ledger as one table for a desk."""
    wanted = await _asked(request)
    content = await ledger.table(request.state.viewer, wanted)
    return Response(content, media_type=KINDS["xlsx"], headers=_as_download(wanted, "xlsx"))


async def archive(request: Request) -> Response:
    """Figures, single rows and the script that counts them again."""
    wanted = await _asked(request)
    packed = ledger.archive(request.state.viewer, wanted, burden.tables_to_count)
    return StreamingResponse(packed, media_type="application/zip", headers=_as_download(wanted, "zip"))


async def _wanted(request: Request) -> Wanted:
    """What the address asks for; a period that makes no sense is told, and this year shown instead."""
    try:
        return await _asked(request)
    except Invalid as no:
        request.state.refusal = no
        return Wanted(ledger.period_of(None, None))


async def _asked(request: Request) -> Wanted:
    viewer: Viewer = request.state.viewer
    if not ledger.reads_the_ledger(viewer):
        raise NotFound("没有找到这个页面。")
    at = row_number(request.query_params.get("at", ""))
    return Wanted(read_period(request), place=await Unit.find(viewer, at) if at else None)


def _words(wanted: Wanted) -> dict[str, Any]:
    """What every page of the ledger says of the period and hands on in its links."""
    asked: dict[str, object] = {**dates(wanted.period)}
    if wanted.place is not None:
        asked["at"] = wanted.place.pk
    return {
        "wanted": wanted,
        "labels": ledger.LABELS,
        "verdicts": VERDICTS,
        "asked": urlencode(asked),
        "usual": usual(asked),
    }


def _as_download(wanted: Wanted, kind: str) -> dict[str, str]:
    name = f"过筛台账-{wanted.period.since}至{wanted.period.until}.{kind}"
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


routes = [
    Route("/ledger", show),
    Route("/ledger/departments/{id:int}", of_department),
    Route("/ledger/villages", villages),
    Route("/ledger/table.xlsx", table),
    Route("/ledger/archive.zip", archive),
]
