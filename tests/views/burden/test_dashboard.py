"""The dashboard's pages as people meet them: each figure leads to its rows, and the other door tells the same."""

from __future__ import annotations

import argparse
import re
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from models import burden
from models.base.clock import today
from models.ledger import Period, Wanted
from models.people import Post
from models.policies import set_policy
from models.requests import WorkRequest
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, a_request, a_task, a_viewer, an_admitted_request
from tests.counting import counted
from tests.models.burden.scenes import a_busy_town
from tests.schema.toys import ask
from tests.views.conftest import Site
from tests.views.ledger.test_ledger import counted_again, recounted
from views.base.words import trimmed

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]
BURDEN = """query($since: Date!, $until: Date!, $place: UnitRef) { burden(since: $since, until: $until, within: $place) {
  figures { tasks hours requests merged load { villages sent perVillage } screenings { rejected answered screened }
    fields { wanted toFill struck fromFile rejected } }
  months { since sent hours }
  children(first: 100) { edges { node { unit { name } sent perVillage hours merged rejected answered } } totalCount { count } }
} }"""
ASKERS = """query($since: Date!, $until: Date!, $by: AskerColumn!) { askers(since: $since, until: $until, by: $by) {
  lines(first: 100) { edges { cursor node { unit { name } figures {
    asked rejected forbidden notListed tooOften rejectedOnReading exception waived duplicate short anew } } } pageInfo { hasNextPage } }
} }"""


def _period() -> Period:
    return Period(today() - 120 * DAY, today())


def _span() -> str:
    return f"since={_period().since}&until={_period().until}"


def _told(page: str, label: str) -> str:
    found = re.search(rf"<dt>{re.escape(label)}</dt><dd>(?:<a[^>]*>)?([^<]*?) \S+?<", page)
    assert found, label
    return found.group(1)


async def test_page_and_api_tell_the_same_and_every_link_has_its_rows(site: Site) -> None:
    place = await a_busy_town()
    for role, unit in (("list_keeper", place.city), ("observer", place.county), ("head", place.township)):
        viewer = await a_viewer(role, unit)
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        page = (await browser.get(f"/burden?{_span()}")).text
        asked = {"since": str(_period().since), "until": str(_period().until)}
        told = (await ask(door, viewer, BURDEN, **asked))["data"]["burden"]
        figures = told["figures"]
        assert _told(page, "到村任务单") == str(figures["load"]["sent"])
        assert _told(page, "下派的任务") == str(figures["tasks"])
        assert Decimal(_told(page, "预计用时（估算）")) == Decimal(str(figures["hours"]))
        assert _told(page, "合并减少") == str(figures["merged"])
        assert _told(page, "申请要的数据") == str(figures["fields"]["wanted"])
        assert f"驳回 {figures['screenings']['rejected']} 件" in page
        bars = re.findall(
            r'<a href="(/burden/rows/assignments[^"]*)">[^<]*月</a></th><td class="n nw">([\d.]+)', page
        )
        assert len(bars) == 12
        for month, (address, shown) in zip(told["months"], bars, strict=True):
            each, number = month["sent"] / figures["load"]["villages"], month["sent"]
            assert f"{each + 1e-9:.2f}".rstrip("0").rstrip(".") == shown
            behind = (await browser.get(address.replace("&amp;", "&"))).text
            assert f"共 {number} 条" in behind
            assert f"{number} 件 ÷ {figures['load']['villages']} 个村社 ＝ 每村 {shown} 件" in behind
        for name, number in (
            ("refused", figures["screenings"]["rejected"]),
            ("merged", figures["merged"]),
            ("requests", figures["requests"]),
            ("tasks", figures["tasks"]),
            ("assignments", figures["load"]["sent"]),
            ("answered", figures["screenings"]["answered"]),
        ):
            assert f"共 {number} 条" in (await browser.get(f"/burden/rows/{name}?{_span()}")).text, name
        rows = re.search(r'aria-label="下一级".*?</table>', page, re.DOTALL)
        assert rows
        for edge in told["children"]["edges"]:
            one = edge["node"]
            assert one["unit"]["name"] in rows.group(
                0
            ) and f"{trimmed(Decimal(one['hours']))} 小时" in rows.group(0)
        assert told["children"]["totalCount"]["count"] == len(told["children"]["edges"]) > 0


async def test_a_place_leads_down_and_back_up(site: Site) -> None:
    place = await a_busy_town()
    keeper = await site.as_a("list_keeper", place.city)
    city = (await keeper.get(f"/burden?{_span()}")).text
    assert "绍兴市减负看板" in city and f"at={place.county.pk}" in city
    county = (await keeper.get(f"/burden?{_span()}&at={place.county.pk}")).text
    assert "澄潭街道" in county and "羽林街道" in county and f"at={place.city.pk}" in county
    township = (await keeper.get(f"/burden?{_span()}&at={place.township.pk}")).text
    assert "梅渚村" in township and "棠村" in township and "拔茅村" not in township
    village = (await keeper.get(f"/burden?{_span()}&at={place.village.pk}")).text
    assert "梅渚村减负看板" in village and "挡在村外的" not in village and "到村任务单" in village
    assert (await keeper.get("/burden?at=987654321")).status_code == 404


async def test_the_stated_baseline_stands_beside_the_months(site: Site) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.county)
    await set_policy(
        keeper, place.county, name="baseline_tasks", value=24, reason="2024 年统计", from_on=today()
    )
    page = (await (await site.as_a("head", place.township)).get(f"/burden?{_span()}")).text
    assert "竖线是减负前每月：2.0 件" in page and "2024 年统计" in page and page.count('class="mark"') == 12


async def test_departments_and_villages_have_their_own_small_page(site: Site) -> None:
    place = await a_busy_town()
    officer = await site.as_a("department_officer", place.department)
    page = (await officer.get(f"/burden?{_span()}")).text
    assert f"{place.department.name}的申请</h1>" in page and "驳回的理由" in page and "到村的任务" not in page
    secretary = await site.as_a("secretary", place.village)
    page = (await secretary.get(f"/burden?{_span()}")).text
    assert "梅渚村收到的任务" in page and "新昌县替村社挡回" in page and "/requests/" not in page
    mine = (await secretary.get(f"/burden/rows/received?{_span()}")).text
    assert "梅渚村" in mine and "棠村" not in mine
    for name in ("refused", "assignments", "merged", "fields", "nonsense"):
        assert (await secretary.get(f"/burden/rows/{name}?{_span()}")).status_code == 404, name
    for address in ("/askers", "/askers/table.xlsx", f"/askers/{place.department.pk}/refused"):
        assert (await secretary.get(address)).status_code == 404
    viewer = await a_viewer("secretary", place.village)
    asked = {"since": str(_period().since), "until": str(_period().until)}
    assert (await ask(door, viewer, BURDEN, **asked))["data"]["burden"] is None
    assert (await ask(door, viewer, ASKERS, by="ASKED", **asked))["data"]["askers"] is None


async def test_a_place_of_which_one_could_only_read_a_false_nought_is_not_found(site: Site) -> None:
    place = await a_busy_town()
    officer = await site.as_a("department_officer", place.department)
    page = (await officer.get(f"/burden?{_span()}&at={place.county.pk}")).text
    assert f"<h1>{place.department.name}的申请（在新昌县）</h1>" in page and "减负看板</h1>" not in page
    head = await site.as_a("head", place.township)
    for browser, unit in (
        (officer, place.village),
        (officer, place.department),
        (head, place.department),
        (head, place.other_village),
        (head, place.county),
    ):
        for path in ("/burden", "/burden/rows/refused"):
            answer = await browser.get(f"{path}?{_span()}&at={unit.pk}")
            missing = await browser.get(f"{path}?{_span()}&at=987654321")
            assert (answer.status_code, missing.status_code) == (404, 404), (path, unit.name)
    assert (await head.get(f"/burden?{_span()}&at={place.village.pk}")).status_code == 200
    for figure in ("assignments", "tasks"):
        assert (await officer.get(f"/burden/rows/{figure}?{_span()}")).status_code == 404
    told = await ask(
        door,
        await a_viewer("head", place.township),
        BURDEN,
        since=str(_period().since),
        until=str(_period().until),
        place={"id": global_id("Unit", place.other_village.pk)},
    )
    assert told["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_villages_of_a_township_stand_in_one_table_with_the_busiest_first(site: Site) -> None:
    place = await a_busy_town()
    await a_task(place, requests=[await an_admitted_request(place)], units=[place.second_village])
    page = (await (await site.as_a("head", place.township)).get(f"/burden?{_span()}")).text
    table = re.search(r'<table aria-label="下一级">.*?</table>', page, re.DOTALL)
    assert table
    sent = [int(n) for n in re.findall(r'data-label="任务单">(\d+)', table.group(0))]
    assert len(sent) >= 2 and sent == sorted(sent, reverse=True) and sent[0] > 0


async def test_rows_say_how_the_figure_comes_from_them(site: Site) -> None:
    place = await a_busy_town()
    head = await site.as_a("head", place.township)
    told = await burden.burden(await a_viewer("head", place.township), Wanted(_period(), place.township))
    assert told.load is not None
    sent = (await head.get(f"/burden/rows/assignments?{_span()}")).text
    assert f"{told.load.tasks} 件合计 {trimmed(told.hours)} 小时" in sent and ".00" not in sent
    asked = (await head.get(f"/burden/rows/fields?{_span()}")).text
    assert f"件申请，共 {told.fields.wanted} 项次" in asked


async def test_the_pages_cost_the_same_however_much_there_is(site: Site) -> None:
    place = await a_busy_town()
    keeper = await site.as_a("list_keeper", place.county)
    addresses = (
        *(f"/burden?{_span()}&at={unit.pk}" for unit in (place.county, place.township)),
        f"/burden/rows/assignments?{_span()}",
        f"/burden/rows/merged?{_span()}",
        f"/burden/rows/refused?{_span()}",
        f"/askers?{_span()}",
        f"/askers/{place.department.pk}/asked?{_span()}",
    )
    spent: dict[str, list[int]] = {}
    for _ in range(2):
        for address in addresses:
            await keeper.get(address)
            spent.setdefault(address, []).append(await _statements(keeper, address))
        asked = [await an_admitted_request(place) for _ in range(3)]
        await a_task(place, requests=asked)
        for _ in range(4):
            await a_request(place, demands=["patrol", "ranking"])
    assert all(before == after for before, after in spent.values()), spent
    assert max(before for before, _ in spent.values()) <= 24, spent


async def _statements(browser: httpx.AsyncClient, address: str) -> int:
    with counted() as told:
        answer = await browser.get(address)
    assert answer.status_code == 200, address
    return len(told)


async def test_the_terminal_recounts_the_dashboard_and_fails_where_a_row_was_altered(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from views.terminal import recount

    await a_busy_town()
    args = argparse.Namespace(since=_period().since, until=_period().until, at="", replay=False)
    assert await recount.recount(args) == 0
    assert "合并减少的申请" in capsys.readouterr().out
    await WorkRequest.filter(state="answered").update(fields_wanted=777)
    assert await recount.recount(args) == 1
    assert "fields_wanted 存为 777" in capsys.readouterr().out


async def test_the_archive_is_counted_again_without_us_and_a_changed_figure_is_found(
    site: Site, tmp_path: Path
) -> None:
    place = await a_busy_town()
    head = await site.as_a("head", place.township)
    content = (await head.get(f"/ledger/archive.zip?{_span()}")).content
    done = recounted(content, tmp_path)
    assert (done.returncode, "重数与台账一致" in done.stdout) == (0, True), done.stdout + done.stderr
    told = await burden.burden(await a_viewer("head", place.township), Wanted(_period(), place.township))
    assert f"预计用时 {told.hours} 小时，{told.requests} 件申请" in done.stdout
    path = tmp_path / "看板.csv"
    kept = path.read_text("utf-8-sig")
    for name in ("预计用时", "合并减少的申请"):
        path.write_text(re.sub(rf"({name}),[\d.]+", r"\1,777", kept), "utf-8-sig")
        assert counted_again(tmp_path).returncode == 1, name


async def test_a_period_that_makes_no_sense_is_told(site: Site) -> None:
    place = await a_busy_town()
    head = await site.as_a("head", place.township)
    for address in ("/burden", "/burden/rows/merged", "/askers"):
        answer = await head.get(f"{address}?since=gestern")
        assert answer.status_code == 422 and "请填写日期" in answer.text
    assert await burden.home(await a_viewer("head", place.township)) == place.township
    assert Wanted(_period()).place is None
