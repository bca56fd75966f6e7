"""今日待办 of a secretary with twenty tasks: our page against one statement and one string."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from models.base.clock import today, town_day
from models.people import Post
from models.policies import set_policy
from models.tasks import ASSIGNMENT_STATES, Assignment, Task
from tests.bench.pairs import Pair
from tests.bench.twins import Twin, dialect, got
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer
from tests.views.conftest import Site

TASKS = 20
SQL = """SELECT a.id, t.title, a.due_at, a.state FROM unit u JOIN assignment a ON a.unit_id = u.id
  JOIN task t ON t.id = a.task_id WHERE u.path >= {} AND u.path < {}
  AND a.state IN ('dispatched', 'received', 'returned') ORDER BY a.due_at, a.id LIMIT 21"""


async def pair() -> Pair:
    town = await a_town()
    await _tasks(town)
    secretary = await a_viewer("secretary", town.village)
    browser = await Site().signed_in(await Post.get(pk=secretary.post_id))
    body, path = (await browser.get("/")).text, town.village.path
    twin = Twin("/", body, ("<ul", "</ul>"), SQL, lambda _: [path, path[:-1] + "0"], _item)
    bare = twin.browser(browser)
    assert body.count("/assignments/") == TASKS
    assert (await bare.get("/")).text.count("/assignments/") == TASKS
    return Pair(f"今日待办 of {TASKS} tasks ({dialect()})", got(browser, "/"), got(bare, "/"), limit=3.0)


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
    assert await Task.filter(state="dispatched", matter_id=like.matter_id).count() == TASKS


def _item(row: Any) -> str:
    due = town_day(datetime.fromisoformat(str(row[2])))
    left = (due - today()).days
    return (
        f'<li><a href="/assignments/{row[0]}">{escape(row[1])}</a> '
        f'<span class="tag">{ASSIGNMENT_STATES[row[3]]}</span><p>{due.month}月{due.day}日（还有 {left} 天）</p></li>'
    )
