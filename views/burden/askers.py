"""部门派活: who asks how much of villages, published to everybody above the villages of the same county."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import burden
from models.base.filenames import safe_name
from models.base.pools import PACKING
from models.base.records import row_number
from models.base.refusals import NotFound
from models.burden import COLUMNS, AskersWanted
from models.files import KINDS
from models.policies import policy
from models.units import Unit
from views.base.pages import page
from views.base.paging import SIZE, paged
from views.ledger.periods import dates, period_or_year, usual


async def show(request: Request) -> Response:
    """Every asker with all figures, most of the chosen one first."""
    viewer = request.state.viewer
    wanted = await _wanted(request)
    figure = wanted.sorted_by
    lines, more = await burden.askers(viewer, wanted, SIZE, _read(request.query_params.get("after", "")))
    asked = _asked(wanted)
    here = {"by": figure, **asked}
    last = _cursor(lines[-1].figures[figure], lines[-1].unit.path) if more else ""
    return page(
        request,
        "burden/askers/show.html",
        wanted=wanted,
        lines=lines,
        opened=await burden.opened_by(viewer, wanted, lines),
        columns=COLUMNS,
        next=f"/askers?{urlencode({**here, 'after': last})}" if more else "",
        first=f"/askers?{urlencode(here)}" if request.query_params.get("after") else "",
        asked=urlencode(here),
        sorts=[(name, label, urlencode({"by": name, **asked})) for name, label in COLUMNS.items()],
        usual=usual({"by": figure, **asked}),
        short_of=await policy(wanted.region.path, "short_notice_days"),
    )


async def rows(request: Request) -> Response:
    """What the viewer may read of the requests behind one figure of one asker."""
    viewer = request.state.viewer
    wanted = await _wanted(request)
    figure = request.path_params["figure"]
    if figure not in COLUMNS:
        raise NotFound("没有找到这个页面。")
    asker = await Unit.find(viewer, request.path_params["id"])
    record, way = burden.BEHIND[figure]
    own = burden.behind(figure, record.visible_to(viewer), wanted.region, wanted.period)
    own = own.filter(**{f"{way}department_id": asker.pk})
    related = (f"{way}township",) if way else ("township",)
    return page(
        request,
        "burden/askers/rows.html",
        wanted=wanted,
        asker=asker,
        figure=figure,
        heading=COLUMNS[figure],
        nested=bool(way),
        whole=(await burden.sums_of(wanted, figure, [asker.pk])).get(asker.pk, 0),
        count=await own.count(),
        shown=await paged(request, own.select_related(*related)),
        asked=urlencode({"by": wanted.sorted_by, **_asked(wanted)}),
    )


async def table(request: Request) -> Response:
    """All askers as a table for a desk."""
    wanted = await _wanted(request)
    made = burden.asker_table()
    after: tuple[int, str] | None = None
    more = True
    while more:
        lines, more = await burden.askers(request.state.viewer, wanted, 500, after)
        for line in lines:
            made.add([line.unit.code, line.unit.name, *(line.figures[name] for name in COLUMNS)])
            after = (line.figures[wanted.sorted_by], line.unit.path)
    content = await PACKING.run(made.packed)
    name = safe_name(f"部门派活-{wanted.region.name}", f"-{wanted.period.since}至{wanted.period.until}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=KINDS["xlsx"], headers=headers)


async def _wanted(request: Request) -> AskersWanted:
    viewer = request.state.viewer
    if not burden.reads_askers(viewer):
        raise NotFound("没有找到这个页面。")
    query = request.query_params
    at = row_number(query.get("at", ""))
    region = await burden.region_of(viewer, await Unit.find(viewer, at) if at else None)
    return AskersWanted(region, period_or_year(request), query.get("by", ""))


def _asked(wanted: AskersWanted) -> dict[str, Any]:
    return {**dates(wanted.period), "at": wanted.region.pk}


def _cursor(figure: int, path: str) -> str:
    return urlsafe_b64encode(f"{figure} {path}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str] | None:
    """Behind which line to go on; a cursor that makes no sense is the first page."""
    try:
        figure, _, path = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        return (int(figure), path) if path else None
    except (Error, ValueError):
        return None


routes = [
    Route("/askers", show),
    Route("/askers/table.xlsx", table),
    Route("/askers/{id:int}/{figure}", rows),
]
