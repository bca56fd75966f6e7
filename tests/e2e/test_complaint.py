"""A complaint at browsers: signed and answered over the township's head, and unsigned with a code for whoever has it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import (
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    fits,
    follow,
    press,
    refused,
    said,
)
from tests.e2e.served import Served

pytestmark = pytest.mark.anyio
THREE_TIMES, STILL = "同一张表这个月报了三次。", "这周又要了一次。"
TITLE = "负担投诉：重复报数、多头填表"
CODE = re.compile(r"^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$")


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_village_complains_signed_and_unsigned_and_reads_the_answers(
    people: People, served: Served
) -> None:
    await the_secretary_complains_from_the_foot_of_a_page(people)
    await the_county_answers(people, THREE_TIMES)
    await the_secretary_is_not_satisfied_once(people)
    await the_county_answers(people, STILL)
    await the_secretary_takes_the_answer(people)
    code = await the_cadre_complains_without_a_name(people)
    await whoever_has_the_code_withdraws_it(people, code)
    await the_township_finds_nothing_but_what_is_public(people)


async def the_form(page: Page) -> None:
    await page.get_by_role("contentinfo").get_by_role("link", name="这是负担？投诉或建议").click()
    await expect(page.get_by_role("heading", name="投诉或建议", level=1)).to_be_visible()
    await fits(page)


async def the_secretary_complains_from_the_foot_of_a_page(people: People) -> None:
    page = await people.at("meizhu", PHONE)
    await the_form(page)
    await expect(page.get_by_text("镇街看不到")).to_be_visible()
    await page.get_by_label("哪方面的事").select_option("重复报数、多头填表")
    await page.get_by_label("具体情况").fill("  ")
    await page.get_by_role("radio", name="署名 答复的人看得到").check()
    await press(page, "提出")
    await refused(page, "请写明是什么事")
    await page.get_by_label("具体情况").fill(THREE_TIMES)
    await press(page, "提出")
    await said(page, "已提出")
    await expect(page.get_by_text("待答复", exact=True)).to_be_visible()
    await fits(page)


async def the_county_answers(people: People, after: str) -> None:
    page = await people.at("xianqingdan")
    await follow(page, TITLE)
    await expect(page.get_by_text(after).first).to_be_visible()
    await page.get_by_label("处理结果").select_option("已停止该要求")
    await page.get_by_label("给提出人的答复").fill("已通知停报。")
    await page.get_by_label("公开的答复").fill("梅渚村反映的报表已停。")
    await press(page, "答复")
    await refused(page, "以免认出提出人")
    await page.get_by_label("公开的答复").fill("同类报表已合并，不再重复报。")
    await press(page, "答复")
    await said(page, "已答复。")


async def the_secretarys_page(people: People) -> Page:
    page = await people.at("meizhu")
    await the_form(page)
    await follow(page, "我提出的")
    await fits(page)
    await follow(page, TITLE)
    await expect(page.get_by_text("已通知停报。").first).to_be_visible()
    await fits(page)
    return page


async def the_secretary_is_not_satisfied_once(people: People) -> None:
    page = await the_secretarys_page(people)
    await page.locator("summary", has_text="还没有解决").click()
    await page.get_by_label("哪里还没有解决").fill(STILL)
    await press(page, "要求再答复")
    await said(page, "已要求再次答复。")


async def the_secretary_takes_the_answer(people: People) -> None:
    page = await the_secretarys_page(people)
    await expect(page.locator("summary", has_text="还没有解决")).to_have_count(0)
    await press(page, "可以，办结")
    await said(page, "已办结。")


async def the_cadre_complains_without_a_name(people: People) -> str:
    page = await people.at("meizhu2", PHONE)
    await the_form(page)
    await page.get_by_label("哪方面的事").select_option("指尖打卡、刷数据")
    await page.get_by_label("具体情况").fill("天天要打卡。")
    await page.get_by_role("radio", name="不署名").check()
    await press(page, "提出")
    await expect(page.get_by_role("heading", name="已提出，没有署名")).to_be_visible()
    await fits(page)
    code = (await page.locator(".code").inner_text()).strip()
    assert CODE.match(code), code
    return code


async def whoever_has_the_code_withdraws_it(people: People, code: str) -> None:
    page = await people.visitor(PHONE)
    await page.goto("/complaints/follow")
    await fits(page)
    await page.get_by_label("查询码").fill(code.lower())
    await press(page, "查看")
    await expect(page.get_by_text("天天要打卡。")).to_be_visible()
    assert code not in page.url
    await fits(page)
    await page.locator("summary", has_text="撤回").click()
    await press(page, "撤回")
    await said(page, "已撤回。")


async def the_township_finds_nothing_but_what_is_public(people: People) -> None:
    page = await people.at("tongchou")
    await page.goto("/complaints")
    await expect(page.get_by_text("这里没有您署名提出的")).to_be_visible()
    await page.goto("/complaints/published")
    await expect(page.get_by_text("当月答复的下个月公布")).to_be_visible()
    await expect(page.get_by_text("同类报表已合并，不再重复报。")).to_have_count(0)
    await expect(page.get_by_text("梅渚村")).to_have_count(0)
