"""The pages of the scheme, its simulator, points and appeals, as keepers and villages meet them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from tortoise import Tortoise

from models import evaluation
from models.base.clock import today
from models.people import Post
from models.schemes import Scheme
from tests.builders import Town, a_viewer
from tests.counting import counted
from tests.models.evaluation.scenes import (
    MATTERS,
    a_draft,
    a_month,
    a_scored_town,
    a_working_town,
    adopted,
    entries_of,
    follow,
    fresh,
    index_of,
    results,
    sheet,
)
from tests.views.conftest import Site, seen_in
from views.terminal.cli import check_points

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]
WORDS = "那天停电，前一天已经在电话里报过结果，有通话记录。"


async def a_keeper(site: Site, place: Town) -> tuple[httpx.AsyncClient, Scheme]:
    """A keeper of the city at a browser, with a draft of their own."""
    viewer = await a_viewer("list_keeper", place.city)
    browser = await site.signed_in(await Post.get(pk=viewer.post_id))
    return browser, await a_draft(place, viewer)


def posted(said: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return said | {"key": "k1"} | changes


@pytest.mark.furnished(by=None)
async def test_everybody_signed_in_reads_the_scheme_and_only_keepers_find_forms(
    town: str, site: Site
) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:1])
    scheme = await Scheme.get()
    assert (await site.visitor().get("/schemes")).status_code == 303
    for role, unit in (("secretary", place.village), ("department_officer", place.department)):
        browser = await site.as_a(role, unit)
        assert scheme.name in (await browser.get("/schemes")).text
        shown = (await browser.get(f"/schemes/{scheme.pk}")).text
        for words in ("领导能力", "按时反馈", "村（300户以下）", "办结一件任务（难度 1）", "系统自带的示例"):
            assert words in shown
        assert "<form" not in shown.split("<main")[1].split("</main")[0]
        assert "/edit" not in shown and "评价办法</a>" not in shown.split("<main")[0]
    keeper = await site.as_a("list_keeper", place.city)
    assert 'action="/schemes"' in (await keeper.get("/schemes")).text


async def test_a_keeper_drafts_changes_tries_and_another_adopts(town: str, site: Site) -> None:
    place = await a_scored_town()
    keeper = await site.as_a("list_keeper", place.city)
    answer = await keeper.post(
        "/schemes", data={"key": "d", "city": str(place.city.pk), "title": "第二版办法"}
    )
    draft = await fresh(await Scheme.get(number=2))
    assert answer.headers["location"] == f"/schemes/{draft.pk}/edit"
    page = (await keeper.get(f"/schemes/{draft.pk}/edit")).text
    assert page.count('name="weights"') == 8 and page.count('name="sources"') == 24
    said = await sheet(draft)
    said["points"][0] = "5"
    answer = await keeper.post(f"/schemes/{draft.pk}/change", data=posted(said))
    assert answer.status_code == 303, answer.text
    shown = (await keeper.get(f"/schemes/{draft.pk}")).text
    assert "<del>10 分</del>" in shown and "<ins>5 分</ins>" in shown and "/adopt" not in shown
    month = (await a_month(place)).key
    assert "个村社里" not in (await keeper.get(f"/schemes/{draft.pk}/simulation?period={month}")).text
    answer = await keeper.post(f"/schemes/{draft.pk}/simulation", data={"key": "s", "period": month})
    assert answer.headers["location"] == f"/schemes/{draft.pk}/simulation?period={month}"
    tried = (await keeper.get(answer.headers["location"])).text
    assert "3 个村社的名次和分组都不变" in tried and "8 人的工分会变" in tried and "10 分" in tried
    table = await keeper.get(f"/schemes/{draft.pk}/simulation/persons.xlsx?period={month}")
    assert len(list(load_workbook(BytesIO(table.content)).active.iter_rows())) == 9  # type: ignore[union-attr]
    table = await keeper.get(f"/schemes/{draft.pk}/simulation/villages.xlsx?period={month}")
    assert len(list(load_workbook(BytesIO(table.content)).active.iter_rows())) == 4  # type: ignore[union-attr]
    assert "起草的人不能自己通过" in (await keeper.get(f"/schemes/{draft.pk}")).text
    other = await site.as_a("city_admin", place.city)
    for browser, waits in (
        (other, True),
        (keeper, False),
        (await site.as_a("list_keeper", place.county), False),
    ):
        assert ("待通过的评价办法" in (await browser.get("/")).text) == waits
    page = (await other.get(f"/schemes/{draft.pk}")).text
    first = re.findall(r'<option value="(\d{4}-\d\d-01)"', page)
    assert first == [f"{today().year + 1}-01-01"] and "只能从 1 月 1 日起用" in page
    adopt = f"/schemes/{draft.pk}/adopt"
    sent = {"key": "a", "from_on": first[0], "reason": "按调研结果调整"} | seen_in(page, adopt)
    answer = await other.post(adopt, data=sent)
    assert answer.status_code == 303
    assert (await Scheme.get(pk=draft.pk)).state == "adopted"
    assert "按调研结果调整" in (await keeper.get(f"/schemes/{draft.pk}")).text
    assert "待通过的评价办法" not in (await other.get("/")).text
    listed = (await keeper.get("/schemes")).text
    assert ">现行<" in listed and "月1日起用<" in listed and "已通过" not in listed and "已停用" not in listed
    again = await a_draft(place, await a_viewer("list_keeper", place.city), "第三版办法")
    await adopted(place, again, date.fromisoformat(first[0]))
    assert ">已停用<" in (await keeper.get(f"/schemes/{draft.pk}")).text, "another begins on the same day"
    assert f'起改用<a href="/schemes/{again.pk}"' in (await keeper.get("/rankings/method")).text
    assert "通过办法" in (await keeper.get(f"/trail/Scheme/{draft.pk}")).text


@pytest.mark.furnished(by=None)
async def test_a_refused_sheet_comes_back_as_it_was_typed_with_the_error_beside_its_field(
    town: str, site: Site
) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:1])
    keeper, draft = await a_keeper(site, place)
    said = await sheet(draft)
    said["weights"][5] = "十"
    said["dimensions"] += ["新维度", ""]
    said["weights"] += ["", ""]
    for name in ("sources", "shares", "leasts"):
        said[name] += [""] * 6
    answer = await keeper.post(f"/schemes/{draft.pk}/change", data=posted(said, title="改过的名称"))
    assert answer.status_code == 422
    page = answer.text
    assert (
        'value="十" aria-invalid="true"' in page and 'value="新维度"' in page and 'value="改过的名称"' in page
    )
    assert f'id="schemes-{draft.pk}-change-weights.5-wrong">“清廉守规”的权重应是' in page
    assert f'href="#schemes-{draft.pk}-change-weights.5"' in page
    said["weights"][5] = "11"
    answer = await keeper.post(f"/schemes/{draft.pk}/change", data=posted(said))
    assert "“新维度”的权重应是 1 到 100" in answer.text


@pytest.mark.furnished(by=None)
async def test_nobody_else_changes_tries_or_adopts_and_missing_is_missing(town: str, site: Site) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:1])
    _, draft = await a_keeper(site, place)
    month = (await a_month(place)).key
    for role, unit in (("secretary", place.village), ("list_keeper", place.county), ("head", place.township)):
        browser = await site.as_a(role, unit)
        for address in ("edit", "simulation", f"simulation/villages.xlsx?period={month}"):
            assert (await browser.get(f"/schemes/{draft.pk}/{address}")).status_code == 403, address
        answer = await browser.post(f"/schemes/{draft.pk}/simulation", data={"key": "x", "period": month})
        assert answer.status_code == 403
        for address in ("/schemes/987654321", "/points/987654321", "/appeals/987654321"):
            assert (await browser.get(address)).status_code == 404
    keeper = await site.as_a("city_admin", place.city)
    answer = await keeper.post(f"/schemes/{draft.pk}/simulation", data={"key": "x", "period": "2031-01"})
    assert answer.status_code == 404 and "已经开始的周期" in answer.text


@pytest.mark.furnished(by=None)
async def test_pages_cost_the_same_however_much_there_is(town: str, site: Site) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:1])
    viewers = {
        role: await site.as_a(role, unit)
        for role, unit in (
            ("secretary", place.village),
            ("list_keeper", place.county),
            ("city_admin", place.city),
        )
    }
    spent: dict[tuple[str, str], list[int]] = {}
    for matters in (MATTERS[1:2], MATTERS[2:]):
        await results(place, matters)
        for entry in (await entries_of(place))[-len(matters) :]:
            score = await index_of(place, await a_month(place))
            await evaluation.appeal(
                await a_viewer("secretary", place.village), score, words=WORDS, entry=entry
            )
        for role, browser in viewers.items():
            for address in ("/", "/points", "/points?mine=1", "/schemes", "/appeals", "/appeals?show=own"):
                await browser.get(address)
                with counted() as told:
                    assert (await browser.get(address)).status_code == 200
                spent.setdefault((role, address), []).append(len(told))
    assert {at: counts for at, counts in spent.items() if counts[0] != counts[1]} == {}
    assert max(counts[1] for (_, address), counts in spent.items() if address == "/") <= 8
    assert max(most for counts in spent.values() for most in counts) <= 12, spent


async def test_the_terminal_finds_a_ledger_that_was_altered_behind_its_back(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = await a_scored_town()
    keeper = await a_viewer("list_keeper", place.county)
    first, *_, last = await entries_of(place)
    await evaluation.reverse(keeper, first, reason="现场核查，没有巡查过。")
    await follow()
    assert await check_points(None) == 0  # type: ignore[arg-type]
    assert "工分与办理经过一致" in capsys.readouterr().out
    connection = Tortoise.get_connection("default")
    if town.startswith("sqlite"):
        await connection.execute_script("DROP TRIGGER point_entry_no_update")
    else:
        await connection.execute_script("DROP TRIGGER point_entry_guard ON point_entry")
    await connection.execute_script(f"UPDATE point_entry SET points = points + 1 WHERE id = {last.pk}")
    assert await check_points(None) == 1  # type: ignore[arg-type]
    assert f"工分记录 {last.pk}：与办理经过不符" in capsys.readouterr().out
