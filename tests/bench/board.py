"""The board as strangers read it: twenty of five hundred projects, with their bids counted."""

from __future__ import annotations

from html import escape
from typing import Any

from tests.bench.pairs import Pair
from tests.bench.twins import Twin, dialect, got
from tests.builders import a_town, a_unit
from tests.views.bidding.test_board import many_projects
from tests.views.conftest import HERE, Site

ROWS, VILLAGES, PROJECTS = 20, 10, 500
SQL = """SELECT p.id, p.title, u.name, p.kind, p.support_yuan, p.closes_at,
  (SELECT COUNT(*) FROM bid b WHERE b.project_id = p.id AND b.state = 'submitted') FROM project p
  JOIN unit u ON u.id = p.township_id WHERE p.state = {} ORDER BY p.closes_at, p.id LIMIT 21"""


async def pair() -> Pair:
    town = await a_town()
    villages = [await a_unit("village", town.township, code=f"33062400599{n}") for n in range(VILLAGES)]
    await many_projects(town, villages, PROJECTS)
    browser = Site().visitor(HERE)
    body = (await browser.get("/board")).text
    twin = Twin("/board", body, ("<ul", "</ul>"), SQL, lambda _: ["published"], _item)
    browser.cookies.set("session", "")
    bare = twin.browser(browser)
    assert body.count('href="/board/') == ROWS
    assert (await bare.get("/board")).text.count('href="/board/') == ROWS + 1
    said = f"the board, {ROWS} of {PROJECTS} projects of {VILLAGES} bids ({dialect()})"
    return Pair(said, got(browser, "/board"), got(bare, "/board"), limit=8.0)


def _item(row: Any) -> str:
    return (
        f'<li><a href="/board/{row[0]}">{escape(row[1])}</a> <p>{escape(row[2])} · {row[3]} · {row[4]} 元</p>'
        f"<p>{row[5]} 截止 · {row[6]} 个村社竞榜</p></li>"
    )
