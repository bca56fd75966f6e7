"""A connection of 100 tasks with matter, unit and township: GraphQL against one statement and orjson."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from tortoise import Tortoise

from models.base.clock import end_of, now, town_day
from models.base.viewer import Viewer
from models.matters import Matter, MatterList
from models.tasks import Task
from schema import door
from tests.bench.pairs import Pair
from tests.builders import Town, a_town, a_viewer

TASKS = 300
QUERY = """query Tasks($first: Int!) { tasks(first: $first) {
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id code title state dueOn matter { id code title }
    township { id name parent { id name } } leadOffice { id name } } } } }"""
SQL = """SELECT t.id, t.code, t.title, t.state, t.due_at, m.id, m.code, m.title, u.id, u.name, p.id, p.name,
  o.id, o.name FROM task t JOIN matter m ON m.id = t.matter_id JOIN unit u ON u.id = t.township_id
  LEFT JOIN unit p ON p.id = u.parent_id LEFT JOIN unit o ON o.id = t.lead_office_id
  WHERE u.path >= {} AND u.path < {} ORDER BY t.id DESC LIMIT 101"""
Application = Callable[[Any, Any, Any], Awaitable[None]]


async def pair() -> Pair:
    town = await a_town()
    viewer = await a_viewer("observer", town.county)
    await _tasks(town)
    body = orjson.dumps({"query": QUERY, "variables": {"first": 100}})
    twin = Twin(viewer.hats[0].unit_path)
    ours, theirs = await asked(door, viewer, body), await asked(twin, viewer, body)
    assert orjson.loads(ours)["data"] == orjson.loads(theirs)["data"], (ours[:400], theirs[:400])
    dialect = Tortoise.get_connection("default").capabilities.dialect
    return Pair(
        f"100 tasks through GraphQL ({dialect})",
        lambda: asked(door, viewer, body),
        lambda: asked(twin, viewer, body),
        limit=2.5,
    )


async def _tasks(town: Town) -> None:
    matter_list = await MatterList.create(region=town.county, number=1, title="清单")
    matter = await Matter.create(list=matter_list, code="MZ-001", title="走访困难家庭", category="assist")
    drafter = await a_viewer("coordinator", town.township)
    for number in range(TASKS):
        await Task.create(
            township=(town.township, town.other_township)[number % 2],
            matter=matter,
            code=f"T{number:05d}",
            title=f"核对第{number}批困难家庭名单",
            body="逐户走访。",
            due_at=end_of(date(2026, 1, 1) + timedelta(days=number)),
            lead_office=town.office if number % 3 else None,
            drafted_by_id=drafter.post_id,
            made_at=now(),
        )


def _id(kind: str, number: int) -> str:
    return urlsafe_b64encode(f"{kind}:{number}".encode()).decode()


def _cursor(number: int) -> str:
    return urlsafe_b64encode(b"[%d]" % number).decode()


class Twin:
    """The same answer with nothing in between: one statement, one comprehension, orjson."""

    def __init__(self, path: str) -> None:
        self.bounds = [path, path[:-1] + "0"]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        orjson.loads((await receive())["body"])
        connection = Tortoise.get_connection("default")
        marks = ("?", "?") if connection.capabilities.dialect == "sqlite" else ("$1", "$2")
        rows = list((await connection.execute_query(SQL.format(*marks), self.bounds))[1])
        body = orjson.dumps(_page(rows[:100], more=len(rows) > 100))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


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


async def asked(application: Application, viewer: Viewer, body: bytes) -> bytes:
    """One POST to an ASGI application, without a network in between."""
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
    scope = {"type": "http", "method": "POST", "headers": headers, "state": {"viewer": viewer}}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    await application(scope, receive, send)
    return b"".join(parts)
