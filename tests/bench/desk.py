"""The township's desk: the queue of twenty requests, and a task for twenty villages before its approval."""

from __future__ import annotations

from html import escape
from typing import Any

from models.people import Post
from models.tasks import loads_of
from tests.bench.pairs import Pair
from tests.bench.twins import Twin, dialect, got
from tests.builders import a_list, a_request, a_task, a_town, a_unit, a_viewer, an_admitted_request
from tests.views.conftest import Site

ROWS = 20
QUEUE = """SELECT r.id, r.title, d.name, r.deadline, r.state FROM work_request r
  JOIN unit d ON d.id = r.department_id WHERE r.township_id = {} AND r.state = 'pending_review'
  ORDER BY r.id DESC LIMIT 21"""
BURDEN = """SELECT u.name, (SELECT COUNT(*) FROM assignment a WHERE a.unit_id = u.id
  AND a.state IN ('dispatched', 'received', 'returned')) FROM task_unit p JOIN unit u ON u.id = p.unit_id
  WHERE p.task_id = {} ORDER BY u.path"""


async def queue() -> Pair:
    town = await a_town()
    await a_list(town.county)
    for number in range(ROWS):
        await a_request(town, title=f"第 {number} 项巡查")
    reader = await a_viewer("coordinator", town.township)
    browser = await Site().signed_in(await Post.get(pk=reader.post_id))
    body, place = (await browser.get("/screening")).text, town.township.pk
    twin = Twin("/screening", body, ("<tbody", "</tbody>"), QUEUE, lambda _: [place], _request)
    bare = twin.browser(browser)
    assert body.count('href="/screening/') == ROWS
    assert (await bare.get("/screening")).text.count('href="/screening/') == ROWS
    said = f"待过筛 of {ROWS} requests ({dialect()})"
    return Pair(said, got(browser, "/screening"), got(bare, "/screening"), limit=4.0)


def _request(row: Any) -> str:
    cells = "".join(f"<td>{escape(str(one))}</td>" for one in row[2:])
    return f'<tr><th><a href="/screening/{row[0]}">{escape(row[1])}</a></th>{cells}</tr>'


async def burden() -> Pair:
    town = await a_town()
    await a_list(town.county)
    villages = [
        await a_unit("village", town.township, f"第{n}村", f"330624005{500 + n}") for n in range(ROWS)
    ]
    asked = await an_admitted_request(town, units=villages)
    task = await a_task(town, state="submitted", requests=[asked], units=villages)
    assert len(await loads_of(task)) == ROWS
    leader = await a_viewer("head", town.township)
    browser, at = await Site().signed_in(await Post.get(pk=leader.post_id)), f"/tasks/{task.pk}"
    body = (await browser.get(at)).text
    twin = Twin(at, body, ("<tbody", "</tbody>"), BURDEN, lambda _: [task.pk], _load)
    bare = twin.browser(browser)
    assert body.count("村</") >= ROWS and (await bare.get(at)).text.count("村</") >= ROWS
    return Pair(
        f"a task for {ROWS} villages before approval ({dialect()})",
        got(browser, at),
        got(bare, at),
        limit=7.0,
    )


def _load(row: Any) -> str:
    return f"<tr><th>{escape(row[0])}</th><td>{row[1]}</td></tr>"
