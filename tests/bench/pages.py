"""The pages that are read most, each beside one statement and one string."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import httpx

from models.base.viewer import Viewer
from models.bidding import Project
from models.tasks import Task
from tests.bench.pairs import Pair
from tests.bench.twins import Page
from tests.bench.wire import Asked
from tests.builders import Town

MOST = 2.5
OF_THE_VILLAGE = """SELECT a.id, t.title, a.due_at, a.state FROM unit u JOIN assignment a ON a.unit_id = u.id
  JOIN task t ON t.id = a.task_id WHERE u.path >= {} AND u.path < {}
  AND a.state IN ('dispatched', 'received', 'returned') ORDER BY a.due_at, a.id LIMIT 21"""
OF_THE_QUEUE = """SELECT r.id, r.title, d.name, r.deadline FROM work_request r JOIN unit d ON d.id = r.department_id
  WHERE r.township_id = {} AND r.state = 'pending_review' ORDER BY r.deadline, r.id LIMIT 21"""
OF_THE_TASKS = """SELECT t.id, t.title, t.due_at, t.state, m.title FROM task t JOIN matter m ON m.id = t.matter_id
  WHERE t.township_id = {} ORDER BY t.id DESC LIMIT 21"""
OF_THE_LOAD = """SELECT u.id, u.name, (SELECT COUNT(*) FROM assignment a WHERE a.unit_id = u.id
  AND a.state IN ('dispatched', 'received', 'returned')) FROM task_unit p JOIN unit u ON u.id = p.unit_id
  WHERE p.task_id = {} ORDER BY u.path"""
OF_THE_BOARD = """SELECT p.id, p.title, u.name, p.kind, p.support_yuan, p.closes_at, (SELECT COUNT(*) FROM bid b
  WHERE b.project_id = p.id AND b.state = 'submitted') FROM project p JOIN unit u ON u.id = p.township_id
  WHERE p.state = {} ORDER BY p.closes_at, p.id LIMIT 21"""
OF_A_PROJECT = """SELECT b.id, u.name, b.strengths FROM bid b JOIN unit u ON u.id = b.unit_id
  WHERE b.project_id = {} ORDER BY u.path"""
OF_THE_BURDEN = """SELECT u.id, u.name, COUNT(a.id) FROM unit u LEFT JOIN assignment a ON a.unit_id = u.id
  WHERE u.parent_id = {} AND u.level = 'village' GROUP BY u.id, u.name, u.path ORDER BY u.path"""


@dataclass(frozen=True)
class Reader:
    """Somebody signed in."""

    viewer: Viewer
    browser: httpx.AsyncClient

    async def page(
        self, name: str, at: str, begins: str, sql: str, given: Sequence[Any], least: int = 15
    ) -> Pair:
        """A page whose rows begin so, and the statement for them."""
        body = (await self.browser.get(at)).text
        assert body.count(begins) >= least, (
            name,
            body.count(begins),
            re.findall(r"<[a-z]+(?= |>)", body),
            body[2000:],
        )
        headers = {"cookie": f"session={self.browser.cookies['session']}", "accept-encoding": "br"}
        return Pair(name, Asked(at, headers), Page(body, begins, sql, given, _row(begins)), MOST)


def _row(begins: str) -> Callable[[Any], str]:
    """A line with a link, or a row of a table."""

    def line(row: Any) -> str:
        more = " · ".join(escape(str(one)) for one in row[2:])
        return f'{begins}{row[0]}">{escape(str(row[1]))}</a> <p>{more}</p></li><li>'

    def of_a_table(row: Any) -> str:
        return f"{begins}{''.join(f'<td>{escape(str(one))}</td>' for one in row[1:])}</tr>"

    return line if begins.startswith("<a ") else of_a_table


async def pairs(town: Town, of: dict[str, Reader], wide: Task) -> list[Pair]:
    path, here = town.village.path, town.township.pk
    secretary, coordinator, leader = (of[name] for name in ("secretary", "coordinator", "leader"))
    opened = await Project.filter(state="opened").order_by("id").first()
    assert opened is not None
    below, villages = [path, path[:-1] + "0"], '<a href="/burden?'
    return [
        await secretary.page("今日待办 of a secretary", "/", '<a href="/assignments/', OF_THE_VILLAGE, below),
        await coordinator.page(
            "今日待办 of a coordinator", "/", '<a href="/screening/', OF_THE_QUEUE, [here]
        ),
        await coordinator.page("tasks", "/tasks", '<a href="/tasks/', OF_THE_TASKS, [here]),
        await leader.page("a task for 32 villages", f"/tasks/{wide.pk}", "<tr>", OF_THE_LOAD, [wide.pk]),
        await coordinator.page("queue", "/screening", '<a href="/screening/', OF_THE_QUEUE, [here]),
        await secretary.page("board", "/board", '<a href="/board/', OF_THE_BOARD, ["published"]),
        await coordinator.page("project", f"/board/{opened.pk}", "<dt>", OF_A_PROJECT, [opened.pk], 4),
        await coordinator.page("burden", f"/burden?at={here}", villages, OF_THE_BURDEN, [here]),
    ]
