"""The ledger's pages, what is taken away from them and how it is counted again, as people meet them."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from models import ledger, policies
from models.base.clock import today
from models.people import Post
from models.recount import recount_ledger
from models.units import Unit
from schema import door
from schema.ledger import CALLED
from tests.builders import Town, a_list, a_request, a_task, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.models.test_ledger import NOW, a_year_of_screenings
from tests.schema.toys import ask
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
FIGURES = "screened rejected forbidden notListed tooOften rejectedOnReading answered pendingReview admitted exception"
ASKED = f"""query($since: Date!, $until: Date!, $place: UnitRef) {{ ledger(since: $since, until: $until, within: $place) {{
  total {{ {FIGURES} }}
  departments(first: 100) {{ edges {{ node {{ department {{ name }} figures {{ {FIGURES} }} }} }} totalCount {{ count }} }}
  load {{ villages sent perVillage expectedPerVillage overBaselinePercent sentAYearBefore }}
  villages(first: 100) {{ edges {{ node {{ unit {{ name }} sent }} }} }}
}} }}"""


def _span() -> str:
    """This year so far."""
    return f"since={today().year}-01-01&until={today()}"


def figures_on(page: str) -> dict[str, list[int]]:
    """The numbers of every row of the table of askers, by the asker's name."""
    table = re.search(r'aria-label="按提出单位".*?</table>', page, re.DOTALL)
    assert table
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table.group(0), re.DOTALL)[1:]:
        name, *cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found[_bare(name)] = [int(_bare(cell)) for cell in cells]
    return found


def _bare(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text).strip()


def in_page_order(figures: dict[str, int]) -> list[int]:
    """Figures of the other door in the order of the page."""
    names = {re.sub(r"[A-Z]", lambda at: "_" + at.group(0).lower(), name): n for name, n in figures.items()}
    kept = {kept: said for said, kept in CALLED.items()}
    return [names[kept.get(name, name)] for name in ledger.LABELS]


def recounted(content: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the script in an archive says of the rows beside it."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    return counted_again(folder)


def counted_again(folder: Path) -> subprocess.CompletedProcess[str]:
    """The script run by itself, without anything of ours to import."""
    alone = [sys.executable, "-I", "-S", "-X", "utf8", str(folder / "recount.py")]
    return subprocess.run(alone, capture_output=True, text=True, check=False)


async def test_page_api_and_recount_agree_to_the_figure(site: Site, tmp_path: Path) -> None:
    place = await a_year_of_screenings()
    await a_task(place)
    await a_request(place, title="另一个部门的事", units=[place.other_village])
    for role, unit in (
        ("list_keeper", place.city),
        ("coordinator", place.township),
        ("department_officer", place.department),
        ("observer", place.county),
    ):
        viewer = await a_viewer(role, unit)
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        shown = figures_on((await browser.get(f"/ledger?{_span()}")).text)
        period = {"since": f"{today().year}-01-01", "until": str(today())}
        told = (await ask(door, viewer, ASKED, **period))["data"]["ledger"]
        assert shown.pop("合计") == in_page_order(told["total"]), role
        lines = {e["node"]["department"]["name"]: e["node"]["figures"] for e in told["departments"]["edges"]}
        assert shown == {name: in_page_order(figures) for name, figures in lines.items()}, role
        assert told["departments"]["totalCount"]["count"] == len(lines) > 0
        again = (await recount_ledger(viewer, NOW, replayed=True)).total
        assert told["total"]["rejected"] == again.refused and told["total"]["screened"] == again.screened
        done = recounted((await browser.get(f"/ledger/archive.zip?{_span()}")).content, tmp_path / role)
        assert (done.returncode, "重数与台账一致" in done.stdout) == (0, True), done.stdout + done.stderr
        assert f"其中驳回 {again.refused} 条" in done.stdout


async def test_villages_have_no_ledger_of_what_was_refused(site: Site) -> None:
    place = await a_year_of_screenings()
    village = await site.as_a("secretary", place.village)
    watcher = await site.as_a("supervisor", place.village)
    for address in ("", "/villages", "/table.xlsx", "/archive.zip", f"/departments/{place.department.pk}"):
        for browser in (village, watcher):
            assert (await browser.get(f"/ledger{address}")).status_code == 404, address
    secretary = await a_viewer("secretary", place.village)
    told = await ask(door, secretary, ASKED, since="2020-01-01", until="2026-01-01")
    assert told["data"]["ledger"] is None and "errors" not in told
    officer = await site.as_a("department_officer", place.department)
    assert (await officer.get("/ledger/villages")).status_code == 404


async def test_the_load_is_told_with_the_baseline_and_who_stated_it(site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    await a_task(place)
    head = await site.as_a("head", place.township)
    page = (await head.get("/ledger")).text
    assert "每村 1.0 件" in page and "市、县还没有规定" in page
    keeper = await a_viewer("list_keeper", place.county)
    await policies.set_policy(
        keeper, place.county, name="baseline_tasks", value=365, reason="按 2024 年统计", from_on=today()
    )
    since = f"since={today()}&until={today()}"
    page = (await head.get(f"/ledger?{since}")).text
    assert "0.0%" in page and "同样天数每村 1.0 件" in page and "按 2024 年统计" in page
    listed = (await head.get(f"/ledger/villages?{since}")).text
    assert "梅渚村" in listed and "棠村" in listed and "拔茅村" not in listed and "基线 1.0 件" in listed


async def test_a_department_is_read_down_to_the_single_verdict(site: Site) -> None:
    place = await a_year_of_screenings()
    desk = await site.as_a("coordinator", place.township)
    listed = (await desk.get(f"/ledger/departments/{place.department.pk}?{_span()}")).text
    assert "文字与事项不符" in listed and "禁止下派 2" in listed
    only = (await desk.get(f"/ledger/departments/{place.department.pk}?{_span()}&verdict=rejected")).text
    assert "文字与事项不符" in only and "不得要求村社" not in only
    assert (await desk.get("/ledger/departments/987654321")).status_code == 404


async def test_a_period_that_makes_no_sense_is_told_and_nothing_breaks(site: Site) -> None:
    place = await a_town()
    desk = await site.as_a("coordinator", place.township)
    for query, told in (
        ("since=2026-05-01&until=2026-04-01", "开始日期不能晚于结束日期"),
        ("since=gestern", "请填写日期"),
        ("since=1995-01-01", "20 年以内"),
    ):
        answer = await desk.get(f"/ledger?{query}")
        assert answer.status_code == 422 and told in answer.text and "过筛台账" in answer.text
        assert (await desk.get(f"/ledger/archive.zip?{query}")).status_code == 422
    assert (await desk.get("/ledger?at=987654321")).status_code == 404
    viewer = await a_viewer("coordinator", place.township)
    told = await ask(door, viewer, ASKED, since="2026-05-01", until="2026-04-01")
    assert told["errors"][0]["message"] == "开始日期不能晚于结束日期。"
    foreign = await ask(door, viewer, ASKED, since="2026-01-01", until="2026-04-01", place={"id": "x"})
    assert foreign["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_pages_of_askers_follow_one_another_without_loss(site: Site) -> None:
    place = await _many_askers(35)
    keeper = await site.as_a("list_keeper", place.county)
    first = (await keeper.get(f"/ledger?{_span()}")).text
    on = re.search(r'rel="next" href="([^"]+)"', first)
    assert on
    second = (await keeper.get(on.group(1).replace("&amp;", "&"))).text
    one, two = figures_on(first), figures_on(second)
    assert one.pop("合计") == two.pop("合计")
    assert (len(one), len(two), len(one | two)) == (30, 5, 35)


async def test_the_pages_cost_the_same_however_long_the_ledger_is(site: Site) -> None:
    place = await _many_askers(2)
    viewer = await a_viewer("list_keeper", place.county)
    keeper = await site.signed_in(await Post.get(pk=viewer.post_id))
    spent: dict[str, list[int]] = {}
    for _ in range(2):
        for address in ("", "/villages", f"/departments/{place.department.pk}"):
            spent.setdefault(address, []).append(await _statements(keeper, f"/ledger{address}?{_span()}"))
        with counted() as told:
            await ask(door, viewer, ASKED, since=f"{today().year}-01-01", until=str(today()))
        spent.setdefault("graphql", []).append(len(told))
        await _ask_from(place, 20)
        for number in range(12):
            await a_unit("village", place.township, f"第{number}村")
    assert all(before == after for before, after in spent.values()), spent
    assert max(spent[""]) <= 12, spent


async def _many_askers(count: int) -> Town:
    place = await a_town()
    await a_list(place.county)
    await a_task(place)
    await _ask_from(place, count - 1)
    return place


async def _ask_from(place: Town, count: int) -> None:
    """So many departments that each ask for something the list does not have."""
    from models import intake

    for _ in range(count):
        department = await a_unit("department", await Unit.get(pk=place.county.pk))
        await intake.submit(
            await a_viewer("department_officer", department),
            department,
            title="清单外的事",
            body="请办理。",
            matter_code="",
            demands=["patrol"],
            deadline=today(),
            units=[place.village],
        )


async def _statements(browser: httpx.AsyncClient, address: str) -> int:
    with counted() as told:
        answer = await browser.get(address)
    assert answer.status_code == 200, address
    return len(told)


async def test_the_terminal_counts_again_and_finds_what_was_written_past_the_commands(town: str) -> None:
    import argparse

    from models.screening import Screening
    from views.terminal import recount

    await a_year_of_screenings()
    args = argparse.Namespace(since=None, until=None, at="", replay=True)
    assert await recount.recount(args) == 0
    one = await Screening.filter(kind="reading", code=None).first()
    assert one is not None
    kept: dict[str, Any] = {
        name: getattr(one, name) for name in one._meta.fields_db_projection if name != "id"
    }
    await Screening.create(**kept | {"inputs": json.dumps(one.rests_on)})
    assert await recount.recount(args) == 1
