"""The first hundred of a board with township and county: worked out against one statement and orjson, and from the cache."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import orjson
from tortoise import Tortoise

from models.base.clock import today
from models.base.followers import follow, listeners
from models.policies import set_policy
from models.rankings import Board, Placing
from models.schemes import PeerGroup, Period, VillageIndex
from models.schemes.calendar import settle_schemes
from models.units import Unit
from schema import door
from tests.bench.graphql import asked
from tests.bench.pairs import Pair
from tests.builders import Town, a_town, a_unit, a_viewer

VILLAGES = 240
QUERY = """query Board($first: Int!, $area: String!, $group: String!) {
  rankings(first: $first, filter: { area: {code: $area}, period: "2026-11", peerGroup: $group }) {
  pageInfo { hasNextPage endCursor }
  edges { cursor node { id rank band score
    unit { id name parent { id name parent { id name } } } } } } }"""
SQL = """SELECT p.rank, p.id, p.band, p.shown, u.id, u.name, t.id, t.name, c.id, c.name FROM board_placing p
  JOIN board b ON b.id = p.board_id JOIN unit a ON a.id = b.area_id JOIN period s ON s.id = b.period_id
  JOIN peer_group g ON g.id = p.group_id JOIN unit u ON u.id = p.unit_id LEFT JOIN unit t ON t.id = u.parent_id LEFT JOIN unit c ON c.id = t.parent_id
  WHERE a.code = {} AND b.audience = 'villages' AND b.mode = 'full' AND s.kind = 'month' AND s.since = {}
  AND g.name = {} AND p.tier <> 'bottom' ORDER BY p.rank, p.id LIMIT 101"""


async def pair() -> Pair:
    """Nothing is kept: every time the query is planned, run and completed."""
    return await _pair("the first 100 of a board through GraphQL", 2.0)


async def cached() -> Pair:
    """The same answer, given again while nothing on any board has moved."""
    made = await _pair("the same, while no board has moved", 0.1)
    await follow()
    for job in listeners:
        await job()
    return made


async def _pair(name: str, limit: float) -> Pair:
    town = await a_town()
    viewer = await a_viewer("observer", town.county)
    board, group = await _board(town)
    asking = {"first": 100, "area": town.city.code, "group": group}
    body = orjson.dumps({"query": QUERY, "variables": asking})
    twin = Twin(town.city.code, group)
    ours, theirs = await asked(door, viewer, body), await asked(twin, viewer, body)
    assert orjson.loads(ours)["data"] == orjson.loads(theirs)["data"], (ours[:400], theirs[:400])
    assert await Placing.filter(board=board).count() == VILLAGES
    dialect = Tortoise.get_connection("default").capabilities.dialect
    return Pair(
        f"{name} ({dialect})",
        lambda: asked(door, viewer, body),
        lambda: asked(twin, viewer, body),
        limit=limit,
    )


async def _board(town: Town) -> tuple[Board, str]:
    """A month of a city with so many villages of one group, published whole; with the name of the group."""
    keeper = await a_viewer("list_keeper", town.city)
    whole = {"name": "board_villages", "value": 3}
    await set_policy(keeper, town.city, **whole, reason="测速", from_on=today())
    await settle_schemes()
    group = await PeerGroup.filter(kind="village").order_by("id").first()
    assert group is not None
    scheme = await group.scheme
    span = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    period = await Period.create(city=town.city, kind="month", scheme=scheme, shown_moves=0, **span)
    board = await Board.create(area=town.city, audience="villages", period=period, mode="full")
    for number in range(VILLAGES):
        home = (town.township, town.other_township)[number % 2]
        village = await a_unit("village", home, f"第{number}村", f"{home.code}{500 + number}")
        line = await VillageIndex.create(period=period, unit=village, group=group)
        tier = "top" if number < 20 else "middle" if number < 180 else "bottom"
        told = {"rank": number + 1, "band": number // 20 + 1, "among": VILLAGES, "tier": tier}
        await Placing.create(
            board=board, group=group, unit=village, score=line, shown=9000 - 10 * number, **told
        )
    assert await Unit.filter(level="village").count() >= VILLAGES
    return board, group.name


def _id(kind: str, number: int) -> str:
    return urlsafe_b64encode(f"{kind}:{number}".encode()).decode()


def _cursor(rank: int, number: int) -> str:
    return urlsafe_b64encode(b"[%d,%d]" % (rank, number)).decode()


class Twin:
    """The same answer with nothing in between: one statement, one comprehension, orjson."""

    def __init__(self, area: str, group: str) -> None:
        self.area, self.group = area, group

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        orjson.loads((await receive())["body"])
        connection = Tortoise.get_connection("default")
        sqlite = connection.capabilities.dialect == "sqlite"
        since = "2026-11-01" if sqlite else date(2026, 11, 1)
        sql = SQL.format(*(("?", "?", "?") if sqlite else ("$1", "$2", "$3")))
        rows = list((await connection.execute_query(sql, [self.area, since, self.group]))[1])
        body = orjson.dumps(_page(rows[:100], more=len(rows) > 100))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _page(rows: list[Any], *, more: bool) -> dict[str, Any]:
    edges = [
        {
            "cursor": _cursor(r[0], r[1]),
            "node": {
                "id": _id("Placing", r[1]),
                "rank": r[0],
                "band": r[2],
                "score": r[3] / 100,
                "unit": {"id": _id("Unit", r[4]), "name": r[5], "parent": _above(r[6:])},
            },
        }
        for r in rows
    ]
    info = {"hasNextPage": more, "endCursor": edges[-1]["cursor"]}
    return {"data": {"rankings": {"pageInfo": info, "edges": edges}}}


def _above(r: Any) -> Any:
    """The township with its county, as far as there are such."""
    if r[0] is None:
        return None
    county = None if r[2] is None else {"id": _id("Unit", r[2]), "name": r[3]}
    return {"id": _id("Unit", r[0]), "name": r[1], "parent": county}
