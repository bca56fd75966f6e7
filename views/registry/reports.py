"""报表: tables of the registry by place, each cell open to where it came from; and reading what is masked, for a purpose."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models import registry
from models.base.clock import today
from models.base.days import day_of
from models.base.filenames import safe_name
from models.base.records import row_number
from models.base.refusals import Invalid, NotFound
from models.base.viewer import Viewer
from models.files import KINDS
from models.people.roles import ASKERS
from models.policies import upwards
from models.registry import (
    PURPOSES,
    Element,
    ReportSchedule,
    ReportTemplate,
    Reveal,
    Total,
    ValueTable,
)
from models.units import Unit
from views.base.pages import page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf

OF_LEVEL = {"city": "county", "county": "township", "township": "village"}
"""What a table shows line by line, by the level of its place."""


async def listing(request: Request) -> Response:
    """The templates one may open, and those one has told at the end of their periods."""
    viewer = request.state.viewer
    _must_work_somewhere(viewer)
    templates = ReportTemplate.visible_to(viewer).filter(ended_at=None).order_by("id")
    own = ReportSchedule.visible_to(viewer).filter(ended_at=None).order_by("id")
    return page(
        request,
        "registry/reports.html",
        templates=await templates.select_related("region"),
        own=await own.select_related("template", "unit"),
    )


async def show(request: Request) -> Response:
    """One table: its places line by line, their sums, and how much of each is covered."""
    template, place, on = await _asked(request)
    table = await _table(request, template, place, on)
    near = place.level not in OF_LEVEL or OF_LEVEL[place.level] == "village"
    rows = [row async for row in table.rows()] if near else (await table.read()) and []
    parts = [one for one in table.totals.values() if one.unit.parent_id == place.pk]
    viewer = request.state.viewer
    return page(
        request,
        "registry/report.html",
        template=template,
        place=place,
        on=on,
        above=[one for one in await _above(place) if registry.works_there.holds(viewer, one)],
        elements=table.elements,
        rows=rows,
        whole=table.totals[place.path],
        parts=parts,
        shares=[_share(template, one, on) for one in parts],
        asked=urlencode({"on": on}),
        mask=registry.MASK,
        hidden=any(one.sensitivity != "open" for one in table.elements),
        may_ask=bool(viewer.hats_as(*ASKERS)),
        may_schedule=template.period != "once" and registry.schedule_report.allows(viewer, place),
    )


async def _above(place: Unit) -> list[Unit]:
    return await Unit.filter(path__in=upwards(place.path)[:-1]).order_by("path")


def _share(template: ReportTemplate, total: Total, on: date) -> tuple[str, Any, str, str]:
    """A place with how much of it is covered, as charts draw it."""
    href = f"/reports/{template.pk}?{urlencode({'at': total.unit.pk, 'on': on})}"
    return total.unit.name, total.share or 0, href, total.unit.code


async def file(request: Request) -> Response:
    """The same table with every village, as a file for a desk."""
    template, place, on = await _asked(request)
    table = await _table(request, template, place, on)
    name = safe_name(f"{template.name}-{place.name}", f"-{on}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    pieces = registry.table_file(table, f"{template.name}，{place.name}，{on}")
    return StreamingResponse(pieces, media_type=KINDS["xlsx"], headers=headers)


async def reveals(request: Request) -> Response:
    """Who read masked values of a place and what for; and the form to do so."""
    viewer = request.state.viewer
    unit = await Unit.find(viewer, request.path_params["id"])
    there = Reveal.visible_to(viewer).filter(unit__path__in=upwards(unit.path))
    shown = await paged(request, there.select_related("unit", "by__unit"), by=("-id",))
    names = {one.code: one.name for one in await Element.visible_to(viewer)}
    hidden = Element.visible_to(viewer).filter(sensitivity__in=("internal", "sensitive"), state="in_force")
    return page(
        request,
        "registry/reveals.html",
        unit=unit,
        shown=shown,
        names=names,
        purposes=PURPOSES.items(),
        choices=[(one.pk, one.name) for one in await hidden.order_by("id")]
        if registry.reveal.allows(viewer, unit)
        else [],
    )


async def _asked(request: Request) -> tuple[ReportTemplate, Unit, date]:
    """The template, the place and the day of the address; without a place the viewer's own."""
    viewer = request.state.viewer
    template = await ReportTemplate.find(viewer, request.path_params["id"])
    at = row_number(request.query_params.get("at", ""))
    place = await Unit.find(viewer, at) if at else await _own(viewer)
    if not registry.works_there.holds(viewer, place):
        raise NotFound("没有找到这个页面。")
    told = request.query_params.get("on", "")
    try:
        on = day_of(told) if told else today()
    except Invalid:
        raise NotFound("没有找到这个页面。") from None
    return template, place, min(on, today())


async def _own(viewer: Viewer) -> Unit:
    _must_work_somewhere(viewer)
    return await Unit.get(path=registry.place_of(viewer.hats[0]))


def _must_work_somewhere(viewer: Viewer) -> None:
    if not viewer.hats:
        raise NotFound("没有找到这个页面。")


async def _table(request: Request, template: ReportTemplate, place: Unit, on: date) -> ValueTable:
    known = {
        one.code: one
        for one in await Element.visible_to(request.state.viewer).filter(code__in=template.elements)
    }
    elements = [known[code] for code in template.elements if code in known]
    return await registry.value_table(request.state.viewer, elements, place, on)


own_form = FormsOn(RowOf(ReportSchedule), listing, at="/reports/schedules/{id:int}", back="/reports")
routes = [
    Route("/reports", listing),
    Route("/reports/{id:int}", show),
    Route("/reports/{id:int}/table.xlsx", file),
    Route("/units/{id:int}/reveals", reveals),
    own_form("end", registry.end_schedule, "已停止。"),
    FormsOn(RowOf(Unit), listing, at="/reports/at/{id:int}", back="/reports")(
        "schedule", registry.schedule_report, "已定好，每期结束后在消息里告诉您。"
    ),
    FormsOn(RowOf(Unit), reveals, at="/units/{id:int}", back="/units/{id}/reveals")(
        "reveals", registry.reveal, "可以看了，到今天晚上为止；这次查看村里看得到。"
    ),
]
