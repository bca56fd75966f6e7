"""今日待办: the page everybody opens in the morning."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.burden import spared_this_year
from models.today import today
from views import public
from views.base.pages import page


async def show(request: Request) -> Response:
    viewer = request.state.viewer
    if not viewer.signed_in:
        return await public.start(request)
    spared = await spared_this_year(viewer)
    return page(request, "today/show.html", today=await today(viewer), spared=spared)


routes = [Route("/", show)]
