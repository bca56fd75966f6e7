"""今日待办 of a secretary with twenty tasks: our page against one statement and one string."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from html import escape
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tortoise import Tortoise

from models.base.clock import today
from models.people import Post
from models.policies import set_policy
from models.tasks import ASSIGNMENT_STATES, Assignment, Task
from tests.bench.pairs import Pair
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer
from tests.views.conftest import HERE, Site
from views.base.delivery import Delivered
from views.base.middleware import Guarded, Headed, Recognised

TASKS = 20
SQL = """SELECT a.id, t.title, a.due_on, a.state FROM unit u JOIN assignment a ON a.unit_id = u.id
  JOIN task t ON t.id = a.task_id WHERE u.path >= {} AND u.path < {}
  AND a.state IN ('dispatched', 'received', 'returned') ORDER BY a.due_on, a.id LIMIT 21"""


async def pair() -> Pair:
    town = await a_town()
    await _tasks(town)
    secretary = await a_viewer("secretary", town.village)
    site = Site()
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    body, headers = (await browser.get("/")).text, {"cookie": f"session={browser.cookies['session']}"}
    twin = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=Twin(body).app), base_url=HERE, headers=headers
    )
    assert body.count("/assignments/") == TASKS
    assert (await twin.get("/")).text.count("/assignments/") == TASKS
    dialect = Tortoise.get_connection("default").capabilities.dialect
    return Pair(f"今日待办 of {TASKS} tasks ({dialect})", _got(browser), _got(twin), limit=3.0)


def _got(browser: httpx.AsyncClient) -> Callable[[], Awaitable[bytes]]:
    async def get() -> bytes:
        return (await browser.get("/")).content

    return get


async def _tasks(town: Town) -> None:
    await a_list(town.county)
    keeper = await a_viewer("list_keeper", town.county)
    for name, most in (("open_tasks", 200), ("collisions", 50)):
        await set_policy(keeper, town.county, name=name, value=most, reason="测速", from_on=today())
    like = await a_task(town, units=[town.village])
    for number in range(1, TASKS):
        copy = await a_task(
            town, units=[town.village], title=f"第{number}项巡查", due_on=today() + number * DAY
        )
        assert await Assignment.filter(task=copy).count() == 1
    assert await Task.filter(state="dispatched", matter_id=like.matter_id).count() == TASKS  # type: ignore[attr-defined]


class Twin:
    """The least that gives the same page on the same server: one statement for the tasks, the markup as strings."""

    def __init__(self, body: str) -> None:
        """Around the list stands what the real page has there, ready made."""
        start, end = body.index("<ul"), body.rindex("</ul>")
        self.before, self.after = body[:start], body[end + 5 :]
        around = [Middleware(layer) for layer in (Headed, Delivered, Guarded, Recognised)]
        self.app = Starlette(routes=[Route("/", self.show)], middleware=around)

    async def show(self, request: Request) -> Response:
        connection = Tortoise.get_connection("default")
        marks = ("?", "?") if connection.capabilities.dialect == "sqlite" else ("$1", "$2")
        path = request.state.viewer.hats[0].unit_path
        told = (await connection.execute_query(SQL.format(*marks), [path, path[:-1] + "0"]))[1]
        items = "".join(map(_item, told))
        return HTMLResponse(f'{self.before}<ul class="items">{items}</ul>{self.after}')


def _item(row: Any) -> str:
    due = row[2] if isinstance(row[2], date) else date.fromisoformat(row[2])
    left = (due - today()).days
    return (
        f'<li><a href="/assignments/{row[0]}">{escape(row[1])}</a> '
        f'<span class="tag">{ASSIGNMENT_STATES[row[3]]}</span><p>{due.month}月{due.day}日（还有 {left} 天）</p></li>'
    )
