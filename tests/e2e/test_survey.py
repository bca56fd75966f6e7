"""A survey at browsers: one keeper drafts it, another opens it and prints, and a household answers on a small phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from models.base.clock import today
from tests.e2e.browsing import (
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    fits,
    follow,
    press,
    refused,
    said,
    turn_to,
)

pytestmark = pytest.mark.anyio
TITLE = "上半年群众口碑调查"


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_household_drawn_by_lot_answers_once_on_a_small_phone(people: People) -> None:
    await one_keeper_drafts_it(people)
    link = await another_opens_it_and_prints(people)
    phone = await people.visitor(PHONE)
    await the_household_answers(phone, link)
    await phone.goto(link)
    await expect(phone.get_by_text("这个链接没有用了。")).to_be_visible()
    cadre = await people.at("meizhu", PHONE)
    await cadre.goto(link)
    await expect(cadre.get_by_text("干部不能代填")).to_be_visible()
    await fits(cadre)
    keeper = await people.at("qingdan2")
    await turn_to(keeper, "群众口碑")
    await follow(keeper, TITLE)
    await expect(keeper.get_by_text("1 / 15 户").first).to_be_visible()


async def one_keeper_drafts_it(people: People) -> None:
    page = await people.at("qingdan1")
    await turn_to(page, "群众口碑")
    await page.get_by_role("link", name="新一轮调查").first.click()
    await page.get_by_label("名称").fill(TITLE)
    await page.get_by_label("从哪天开始回答").fill(today().isoformat())
    await page.get_by_label("到哪天为止").fill((today() + timedelta(days=10)).isoformat())
    await page.get_by_label("每村邀请多少户").fill("15")
    await page.get_by_label("至少收到几份才计入").fill("9")
    await press(page, "保存")
    await refused(page, "至少收到 15 份才计入")
    await page.get_by_label("至少收到几份才计入").fill("15")
    await press(page, "保存")
    await said(page, "请核对每个村社的户数")
    for name, number in (("梅渚村", "120"), ("棠村", "0"), ("拔茅村", "0")):
        await page.get_by_label(name, exact=True).fill(number)
    await press(page, "保存")
    await said(page, "户数已保存。")
    await expect(page.get_by_text("要由起草人以外的一位管理员核对后开启")).to_be_visible()


async def another_opens_it_and_prints(people: People) -> str:
    page = await people.at("qingdan2")
    await turn_to(page, "群众口碑")
    await follow(page, TITLE)
    await press(page, "开启并抽签")
    await said(page, "抽样完成")
    await follow(page, "梅渚村")
    await press(page, "生成并打印")
    await expect(page.locator(".invites svg.qr")).to_have_count(15)
    text = await page.locator(".invites code").first.inner_text()
    found = re.search(r"/s/[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{5}", text)
    assert found, text
    return found[0]


async def the_household_answers(phone: Page, link: str) -> None:
    await phone.goto("/s")
    await fits(phone)
    await phone.get_by_label("纸条上的字母和数字").fill(link.removeprefix("/s/").upper())
    await press(phone, "打开")
    await expect(phone.get_by_role("heading", name="梅渚村的乡亲")).to_be_visible()
    await fits(phone)
    for question, answer in (("1．", "很满意"), ("2．", "一般")):
        group = phone.get_by_role("group").filter(has_text=question)
        box = group.get_by_text(answer, exact=True).locator("xpath=ancestor::label")
        size = await box.bounding_box()
        assert size is not None and size["height"] >= 48
        await box.click()
    await press(phone, "交上去")
    await expect(phone.get_by_role("heading", name="谢谢您，已经收到")).to_be_visible()
    await fits(phone)
