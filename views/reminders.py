"""Whether reminders reach the township's people: counts, and who could not be reached."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import reminders
from models.base.refusals import NotFound
from models.people.roles import REMINDER_READERS
from models.reminders.channels import way_out
from views.base.pages import page

MOST = 100


async def show(request: Request) -> Response:
    """The last week, those first whom nothing reached."""
    viewer = request.state.viewer
    if not viewer.hats_as(*REMINDER_READERS):
        raise NotFound("没有找到这个页面。")
    rows = await reminders.sendings(viewer)
    return page(request, "reminders/show.html", rows=rows[:MOST], more=len(rows) > MOST, way=way_out())


routes = [Route("/reminders", show)]
