"""The main job played by people at browsers: with scripts and without, ending in one and the same trail."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browsing import (
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    fits,
    follow,
    number_in,
    press,
    said,
    tick_only,
    turn_to,
)
from tests.e2e.served import Served
from tests.e2e.trails import MAIN_JOB, trail_of

pytestmark = pytest.mark.anyio
ASKED, WORDS = "开展秋季秸秆禁烧巡查", "巡查两次，劝阻一起，没有发现焚烧。"


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_request_travels_from_a_department_to_a_village_and_back(
    people: People, served: Served
) -> None:
    asked = await the_department_asks(people)
    await the_coordinator_lets_it_in_and_drafts(people)
    await the_leader_approves(people)
    await the_coordinator_dispatches(people)
    await the_secretary_receives_and_reports_by_phone(people)
    await the_coordinator_accepts(people)
    await the_department_reads_the_answer(people, asked)
    assert await trail_of(served) == MAIN_JOB


async def the_department_asks(people: People) -> int:
    page = await people.at("nongye")
    await turn_to(page, "新申请")
    await page.get_by_label("先找到清单上的事项").fill("秸秆")
    await press(page, "查找事项")
    await follow(page, "秸秆禁烧巡查")
    await page.get_by_label("工作名称").fill(ASKED)
    await page.get_by_label("要村社做什么").fill("请各村组织巡查，发现露天焚烧及时劝阻。")
    await page.get_by_label("巡查发现").check()
    await page.get_by_label("澄潭街道").check()
    await press(page, "提交过筛")
    await said(page, "已提交并自动过筛")
    await expect(page.get_by_text("待复核", exact=True)).to_be_visible()
    return number_in(page, "requests")


async def the_coordinator_lets_it_in_and_drafts(people: People) -> None:
    page = await people.at("tongchou")
    await turn_to(page, "待过筛")
    await follow(page, ASKED)
    await expect(page.get_by_role("heading", name="原文与事项相符吗？")).to_be_visible()
    await press(page, "相符，通过")
    await said(page, "已过筛，编码 330624005-XZ-NY-01-")
    await follow(page, "起草任务")
    await tick_only(page, "梅渚村")
    await press(page, "保存草稿")
    await said(page, "任务已起草")
    await press(page, "提交审批")
    await said(page, "已提交审批。")


async def the_leader_approves(people: People) -> None:
    page = await people.at("fenguan")
    await follow(page, ASKED)
    await page.get_by_label("意见").fill("同意，注意安全。")
    await press(page, "同意")
    await said(page, "已批准")


async def the_coordinator_dispatches(people: People) -> None:
    page = await people.at("tongchou")
    await follow(page, ASKED)
    await press(page, "下派到 1 个村社")
    await said(page, "已下派到村。")


async def the_secretary_receives_and_reports_by_phone(people: People) -> None:
    page = await people.at("meizhu", PHONE)
    await fits(page)
    await follow(page, ASKED)
    await fits(page)
    await press(page, "签收")
    await said(page, "已签收。")
    await page.get_by_label("办理情况").fill(WORDS)
    await press(page, "提交反馈")
    await said(page, "反馈已提交")
    await turn_to(page, "今日待办")
    await expect(page.get_by_text("今天没有要办的事")).to_be_visible()


async def the_coordinator_accepts(people: People) -> None:
    page = await people.at("tongchou")
    await follow(page, ASKED)
    await expect(page.get_by_text(WORDS)).to_be_visible()
    await page.get_by_role("link", name="梅渚村", exact=True).click()
    await press(page, "通过")
    await said(page, "已通过。")


async def the_department_reads_the_answer(people: People, asked: int) -> None:
    page = await people.at("nongye")
    await page.goto(f"/requests/{asked}")
    row = page.get_by_role("row").filter(has_text="梅渚村")
    await expect(row).to_contain_text("已办结")
    await expect(row).to_contain_text(WORDS)
