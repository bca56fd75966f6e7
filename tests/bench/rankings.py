"""The first hundred of a board with township and county: worked out against one statement and orjson, and from the cache."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import orjson

from models.base.clock import today
from models.policies import set_policy
from models.rankings import Board, Placing
from models.schemes import PeerGroup, Period, VillageIndex
from models.schemes.calendar import settle_schemes
from models.units import Unit
from tests.bench.pairs import Pair
from tests.bench.twins import answered, rows_of
from tests.bench.wire import Asked
from tests.builders import Town, a_unit, a_viewer

VILLAGES = 240
QUERY = """query Board($first: Int!, $area: String!, $group: String!) {
  rankings(first: $first, filter: { area: {code: $area}, period: "2026-11", peerGroup: $group }) {
  pageInfo { hasNextPage endCursor }
  edges { cursor node { id rank band score
    unit { id name parent { id name parent { id name } } } } } } }"""
OF_THE_PEER = """query Board($first: Int!) {
  allBoardPlacings(first: $first, orderBy: PRIMARY_KEY_DESC) { pageInfo { hasNextPage endCursor }
  edges { cursor node { id rank band shown unitByUnitId { id name unitByParentId { id name unitByParentId { id name } } } } } } }"""
SQL = """SELECT p.rank, p.id, p.band, p.shown, u.id, u.name, t.id, t.name, c.id, c.name FROM board_placing p
  JOIN board b ON b.id = p.board_id JOIN unit a ON a.id = b.area_id JOIN period s ON s.id = b.period_id
  JOIN peer_group g ON g.id = p.group_id JOIN unit u ON u.id = p.unit_id LEFT JOIN unit t ON t.id = u.parent_id LEFT JOIN unit c ON c.id = t.parent_id
  WHERE a.code = {} AND b.audience = 'villages' AND b.mode = 'full' AND s.kind = 'month' AND s.since = {}
  AND g.name = {} AND p.tier <> 'bottom' ORDER BY p.rank, p.id LIMIT 101"""


async def pairs(town: Town, headers: dict[str, str]) -> list[Pair]:
    """Worked out for whoever is signed in, and given again from memory while no board has moved."""
    board, group = await _board(town)
    assert await Placing.filter(board=board).count() == VILLAGES
    asking = {"first": 100, "area": town.city.code, "group": group}
    twin = Twin(town.city.code, group)
    kept = Asked("/graphql", headers, orjson.dumps({"query": QUERY, "variables": asking}))
    theirs = Asked("/graphql", {}, orjson.dumps({"query": OF_THE_PEER, "variables": {"first": 100}}))
    name = "the first 100 of a board, while none has moved"
    return [Pair(name, kept, twin, 1.0, theirs, 5.0)]


async def _board(town: Town) -> tuple[Board, str]:
    """A month of a city with so many villages of one group, published whole; with the name of the group."""
    keeper = await a_viewer("list_keeper", town.city)
    whole = {"name": "board_villages", "value": 3}
    await set_policy(keeper, town.city, **whole, reason="测速", from_on=today())
    await settle_schemes()
    group = await PeerGroup.filter(kind="village").order_by("id").first()
    assert group is not None
    scheme = await group.scheme
    first = {"city": town.city, "kind": "month", "since": date(2026, 11, 1)}
    more = {"scheme": scheme, "shown_moves": 0, "until": date(2026, 11, 30)}
    period, _ = await Period.get_or_create(**first, defaults=more)
    await Board.filter(area=town.city, audience="villages", period=period).delete()
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
        rows = await rows_of(SQL, [self.area, date(2026, 11, 1), self.group])
        page = _page(rows[:100], more=len(rows) > 100)
        await answered(send, orjson.dumps(page), b"application/json")


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
