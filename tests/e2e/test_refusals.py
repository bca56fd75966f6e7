"""What must not go to a village is refused at once, with the reason; what was typed is not lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import WITH_AND_WITHOUT_SCRIPTS, People, number_in, press, refused, turn_to
from tests.e2e.served import Served
from tests.e2e.trails import trail_of

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Improper:
    """A request that no village may get, and what the department reads at once."""

    title: str
    code: str
    demand: str
    says: tuple[str, ...]


IMPROPER = (
    Improper(
        "组织村民观看电影",
        "",
        "组织动员群众",
        ("没有指明清单上的事项：清单外的工作不得下派给村社。", "可请澄潭街道有关办线直接办理"),
    ),
    Improper("修订村规民约", "CZ-ZZ-01", "召集会议", ("是村社自己的事务", "《示范规定》第一条")),
    Improper("完成招商引资任务", "FM-01", "报送数据", ("“承担招商引资任务”在负面清单上。",)),
    Improper(
        "签订禁烧责任状",
        "XZ-NY-01",
        "签订责任状",
        ("不得要求村社：签订责任状。", "整治形式主义为基层减负若干规定"),
    ),
)


@WITH_AND_WITHOUT_SCRIPTS
async def test_improper_requests_are_rejected_at_once_with_the_reason(people: People, served: Served) -> None:
    page = await people.at("nongye")
    numbers = [await is_rejected(page, one) for one in IMPROPER]
    assert len(set(numbers)) == len(IMPROPER)
    await turn_to(page, "我的申请")
    for one in IMPROPER:
        row = page.locator("li, tr").filter(has_text=one.title)
        await expect(row).to_contain_text("已驳回")
    assert await trail_of(served) == [("intake.submit", "Unit", "department_officer")] * len(IMPROPER)
    await nothing_waits_for_the_township(people)


async def is_rejected(page: Page, one: Improper) -> int:
    await page.goto("/requests/new")
    await page.get_by_label("清单事项编码").fill(one.code)
    await page.get_by_label("工作名称").fill(one.title)
    await page.get_by_label("要村社做什么").fill("请各村尽快落实。")
    await page.get_by_label(one.demand, exact=True).check()
    await page.get_by_label("澄潭街道").check()
    await press(page, "提交过筛")
    main = page.get_by_role("main")
    await expect(main.get_by_text("已驳回", exact=True)).to_be_visible()
    for words in one.says:
        await expect(main).to_contain_text(words)
    return number_in(page, "requests")


async def nothing_waits_for_the_township(people: People) -> None:
    page = await people.at("tongchou")
    await expect(page.get_by_text("今天没有要办的事")).to_be_visible()
    await turn_to(page, "待过筛")
    await expect(page.get_by_text("这里没有申请。")).to_be_visible()


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_refused_form_keeps_what_was_typed(people: People, served: Served) -> None:
    page = await people.at("nongye")
    await page.goto("/requests/new")
    await page.get_by_label("清单事项编码").fill("XZ-NY-01")
    await page.get_by_label("工作名称").fill("开展秸秆禁烧巡查")
    await page.get_by_label("要村社做什么").fill("第一行\n第二行 <b>粗</b>")
    await page.get_by_label("文号").fill("新农〔2026〕7号")
    await page.get_by_label("澄潭街道").check()
    await press(page, "提交过筛")
    await refused(page, "请勾选要村社做什么。")
    await still_there(page)
    await page.get_by_label("巡查发现").check()
    await page.get_by_label("澄潭街道").uncheck()
    await press(page, "提交过筛")
    await refused(page, "请选择乡镇街道或村社。")
    await the_reason_leads_to_the_field(page, "请哪里协助")
    await expect(page.get_by_label("巡查发现")).to_be_checked()
    assert await trail_of(served) == []
    await page.get_by_label("澄潭街道").check()
    await press(page, "提交过筛")
    await expect(page.get_by_text("第二行 <b>粗</b>")).to_be_visible()
    assert await trail_of(served) == [("intake.submit", "Unit", "department_officer")]


async def still_there(page: Page) -> None:
    typed = {
        "清单事项编码": "XZ-NY-01",
        "工作名称": "开展秸秆禁烧巡查",
        "要村社做什么": "第一行\n第二行 <b>粗</b>",
        "文号": "新农〔2026〕7号",
    }
    for label, words in typed.items():
        await expect(page.get_by_label(label)).to_have_value(words)
    await expect(page.get_by_label("澄潭街道")).to_be_checked()


async def the_reason_leads_to_the_field(page: Page, label: str) -> None:
    """The sentence above the form is a link to the field it is about."""
    field = page.get_by_role("group", name=label)
    await expect(field.get_by_text("请选择乡镇街道或村社。")).to_be_visible()
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(field).to_be_in_viewport()
    assert page.url.endswith(f"#{await field.get_attribute('id')}")
