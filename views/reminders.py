"""Whether reminders reach the township's people: counts, and who could not be reached."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import reminders
from models.base.refusals import NotFound
from models.base.settings import settings
from models.people.roles import REMINDER_READERS
from views.base.pages import page

MOST = 100
WAYS = {
    "print": "只写进服务日志（演示方式，不会送达）",
    "sms": "短信网关",
    "dingtalk": "钉钉机器人",
    "wecom": "企业微信机器人",
}


async def show(request: Request) -> Response:
    """The last week, those first whom nothing reached."""
    viewer = request.state.viewer
    if not viewer.hats_as(*REMINDER_READERS):
        raise NotFound("没有找到这个页面。")
    rows = await reminders.sendings(viewer)
    way = WAYS[settings().remind_via]
    return page(request, "reminders/show.html", rows=rows[:MOST], more=len(rows) > MOST, way=way)


routes = [Route("/reminders", show)]
