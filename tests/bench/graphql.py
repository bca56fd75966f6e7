"""Documents of the API beside statements by hand: a list of 100 tasks, one of 20, and 20 with their assignments."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from models.base.clock import end_of, now, town_day
from models.matters import Matter
from models.tasks import Task
from tests.bench.pairs import MOST, Pair
from tests.bench.twins import answered, rows_of
from tests.bench.wire import Asked
from tests.builders import Town, a_viewer

TASKS = 300
LIST = """query Tasks($first: Int!) { tasks(first: $first) {
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id code title state dueOn matter { id code title }
    township { id name parent { id name } } leadOffice { id name } } } } }"""
NESTED = """query Nested($first: Int!) { tasks(first: $first) { edges { node { id code title
  assignments(first: 10) { edges { node { id state unit { id name } } } } } } } }"""
LIST_OF_THE_PEER = """query Tasks($first: Int!) { allTasks(first: $first, orderBy: PRIMARY_KEY_DESC) {
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id code title state dueAt matterByMatterId { id code title }
    unitByTownshipId { id name unitByParentId { id name } } unitByLeadOfficeId { id name } } } } }"""
NESTED_OF_THE_PEER = """query Nested($first: Int!) { allTasks(first: $first, orderBy: PRIMARY_KEY_DESC) {
  edges { node { id code title assignmentsByTaskId(first: 10) { edges { node { id state
    unitByUnitId { id name } } } } } } } }"""
SQL = """SELECT t.id, t.code, t.title, t.state, t.due_at, m.id, m.code, m.title, u.id, u.name, p.id, p.name,
  o.id, o.name FROM task t JOIN matter m ON m.id = t.matter_id JOIN unit u ON u.id = t.township_id
  LEFT JOIN unit p ON p.id = u.parent_id LEFT JOIN unit o ON o.id = t.lead_office_id
  WHERE u.path >= {} AND u.path < {} ORDER BY t.id DESC LIMIT %d"""
INSIDE = """SELECT t.id, t.code, t.title, a.id, a.state, v.id, v.name FROM (SELECT t.* FROM task t
  JOIN unit u ON u.id = t.township_id WHERE u.path >= {} AND u.path < {} ORDER BY t.id DESC LIMIT %d) t
  JOIN assignment a ON a.task_id = t.id JOIN unit v ON v.id = a.unit_id ORDER BY t.id DESC, a.id"""

SHOWN = {"dispatched": "received"}
"""Whether a village has looked is not for whoever only watches: that it was sent is told as received."""


def pairs(path: str, headers: dict[str, str]) -> list[Pair]:
    """As somebody who sees all below a path, with the headers of their token."""
    found = []
    for first, beside in ((100, 1.5), (20, 1.0)):
        asked, theirs = _asked(LIST, first, headers), _asked(LIST_OF_THE_PEER, first, {})
        name = f"a list of {first} tasks through GraphQL"
        found.append(Pair(name, asked, List(path, first), MOST, theirs, beside))
    asked, theirs = _asked(NESTED, 20, headers), _asked(NESTED_OF_THE_PEER, 20, {})
    found.append(Pair("20 tasks with 10 assignments each", asked, Nested(path, 20), MOST, theirs, 1.5))
    return found


def _asked(query: str, first: int, headers: dict[str, str]) -> Asked:
    return Asked("/graphql", headers, orjson.dumps({"query": query, "variables": {"first": first}}))


async def drafts(town: Town) -> None:
    """Many tasks of two townships in turn."""
    matter = await Matter.filter(code="XZ-NY-01").order_by("id").first()
    drafter = await a_viewer("coordinator", town.township)
    assert matter is not None
    for number in range(TASKS):
        await Task.create(
            township=(town.township, town.other_township)[number % 2],
            matter=matter,
            code=f"T{number:05d}",
            title=f"核对第{number}批困难家庭名单",
            body="逐户走访。",
            due_at=end_of(date(2026, 12, 1) + timedelta(days=number)),
            lead_office=town.office if number % 3 else None,
            drafted_by_id=drafter.post_id,
            made_at=now(),
        )


def _id(kind: str, number: int) -> str:
    return urlsafe_b64encode(f"{kind}:{number}".encode()).decode()


def _cursor(number: int) -> str:
    return urlsafe_b64encode(b"[%d]" % number).decode()


class List:
    """The list with nothing in between: one statement, one comprehension, orjson."""

    def __init__(self, path: str, first: int) -> None:
        self.bounds, self.first = [path, path[:-1] + "0"], first

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        orjson.loads((await receive())["body"])
        rows = await rows_of(SQL % (self.first + 1), self.bounds)
        page = _page(rows[: self.first], more=len(rows) > self.first)
        await answered(send, orjson.dumps(page), b"application/json")


class Nested:
    """The same for tasks with what hangs on them, which one statement brings too."""

    def __init__(self, path: str, first: int) -> None:
        self.bounds, self.first = [path, path[:-1] + "0"], first

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        orjson.loads((await receive())["body"])
        rows, tasks = await rows_of(INSIDE % self.first, self.bounds), {}
        copies = defaultdict[int, list[Any]](list)
        for task, code, title, number, state, unit, name in rows:
            tasks[task] = {"id": _id("Task", task), "code": code, "title": title}
            told = {"id": _id("Assignment", number), "state": SHOWN.get(state, state).upper()}
            copies[task].append({"node": {**told, "unit": {"id": _id("Unit", unit), "name": name}}})
        edges = [{"node": {**one, "assignments": {"edges": copies[number]}}} for number, one in tasks.items()]
        await answered(send, orjson.dumps({"data": {"tasks": {"edges": edges}}}), b"application/json")


def _page(rows: list[Any], *, more: bool) -> dict[str, Any]:
    edges = [
        {
            "cursor": _cursor(r[0]),
            "node": {
                "id": _id("Task", r[0]),
                "code": r[1],
                "title": r[2],
                "state": r[3].upper(),
                "dueOn": town_day(datetime.fromisoformat(str(r[4]))).isoformat(),
                "matter": {"id": _id("Matter", r[5]), "code": r[6], "title": r[7]},
                "township": {
                    "id": _id("Unit", r[8]),
                    "name": r[9],
                    "parent": None if r[10] is None else {"id": _id("Unit", r[10]), "name": r[11]},
                },
                "leadOffice": None if r[12] is None else {"id": _id("Unit", r[12]), "name": r[13]},
            },
        }
        for r in rows
    ]
    info = {
        "hasNextPage": more,
        "hasPreviousPage": False,
        "startCursor": edges[0]["cursor"],
        "endCursor": edges[-1]["cursor"],
    }
    return {"data": {"tasks": {"pageInfo": info, "edges": edges}}}
