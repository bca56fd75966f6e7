"""Waivers of asking once, published to the township and those who watch over it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.base.refusals import NotFound
from models.registry import Element
from models.tasks import WaivedRequest, Waiver
from views.base.pages import page
from views.base.paging import paged


async def listing(request: Request) -> Response:
    """Who had villages fill in again what they had on file, which data, why, and for which departments; newest first."""
    viewer = request.state.viewer
    if not any(hat.unit_level not in {"village", "grid"} for hat in viewer.hats):
        raise NotFound("没有找到这个页面。")
    shown = await paged(request, Waiver.visible_to(viewer).select_related("task__township", "by__person"))
    asking = WaivedRequest.visible_to(viewer).filter(waiver_id__in=[one.pk for one in shown.rows])
    askers: dict[int, dict[str, None]] = {one.pk: {} for one in shown.rows}
    for row in await asking.select_related("request__department"):
        askers[row.waiver_id][row.request.department.name] = None
    codes = {code for one in shown.rows for code in one.cells}
    rows = await Element.visible_to(viewer).filter(code__in=sorted(codes)) if codes else []
    names = {one.code: one.name for one in rows}
    return page(request, "tasks/waivers.html", shown=shown, askers=askers, names=names)


routes = [Route("/waivers", listing)]
