"""The township's harder days at the browser: a typhoon, a major matter, too much for a village, a village that says no."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from models.base.clock import today
from tests.e2e.browsing import (
    ON_SQLITE,
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    fits,
    follow,
    number_in,
    press,
    refused,
    said,
    tick_only,
    turn_to,
)
from tests.e2e.served import PASSWORD, Served
from tests.e2e.trails import trail_of

pytestmark = pytest.mark.anyio


async def asks(people: People, title: str, code: str, demand: str) -> None:
    page = await people.at("nongye")
    await page.goto("/requests/new")
    await page.get_by_label("清单事项编码").fill(code)
    await page.get_by_label("工作名称").fill(title)
    await page.get_by_label("要村社做什么").fill("请各村按事项协助。")
    await page.get_by_label(demand, exact=True).check()
    await page.get_by_label("澄潭街道").check()
    await press(page, "提交过筛")
    await said(page, "已提交并自动过筛")


async def is_drafted(people: People, title: str, code: str, demand: str, why: str = "") -> Page:
    """A department asks, the coordinator lets it in, with a reason where it is too much, and drafts for one village."""
    await asks(people, title, code, demand)
    page = await people.at("tongchou")
    await turn_to(page, "待过筛")
    await follow(page, title)
    if why:
        await press(page, "相符，通过")
        await refused(page, "请写明为什么仍要收下")
        await page.get_by_label("为什么仍要收下").fill(why)
    await press(page, "相符，通过")
    await said(page, "已过筛")
    await follow(page, "起草任务")
    await tick_only(page, "梅渚村")
    await press(page, "保存草稿")
    await said(page, "任务已起草")
    return page


@WITH_AND_WITHOUT_SCRIPTS
async def test_in_a_typhoon_villages_get_their_work_at_once_and_another_leader_approves_after(
    people: People, served: Served
) -> None:
    page = await people.at("zhuyao")
    await page.goto("/emergency")
    await page.get_by_label("什么响应").fill("防台风")
    await page.get_by_label("依据").fill("市防指通知：台风今夜登陆。")
    await page.get_by_role("radio").first.check()
    await press(page, "宣布")
    await said(page, "应急响应")
    await follow(page, "应急下派")
    await page.get_by_label("任务名称").fill("转移低洼处住户")
    await page.get_by_label("村社要做什么").fill("逐户叫应，送到避灾点。")
    await tick_only(page, "梅渚村")
    await press(page, "马上下派")
    await said(page, "已")
    village = await people.at("meizhu", PHONE)
    await fits(village)
    await follow(village, "转移低洼处住户")
    await press(village, "签收")
    await said(village, "已签收。")
    page = await people.at("fenguan")
    await follow(page, "转移低洼处住户")
    await page.get_by_label("意见").fill("同意，注意安全。")
    await press(page, "补批")
    await said(page, "已补批。")
    await page.goto("/emergency")
    await expect(page.get_by_role("main")).to_contain_text("已补批")


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_major_matter_waits_for_its_discussion(people: People, served: Served) -> None:
    title = "库区搬迁协助"
    page = await is_drafted(people, title, "XZ-SL-02", "巡查发现")
    await press(page, "提交审批")
    await said(page, "已提交审批。")
    number = number_in(page, "tasks")
    leader = await people.at("fenguan")
    await leader.goto(f"/tasks/{number}")
    await expect(leader.get_by_text("这是重大事项，集体讨论同意后才能审批。")).to_be_visible()
    await page.goto(f"/tasks/{number}")
    await page.get_by_label("讨论日期").fill(today().isoformat())
    for name in ("杨丽君", "徐伟民", "何志远"):
        await page.get_by_label(name).check()
    await page.get_by_label("讨论结果").fill("同意搬迁协助，先做好解释。")
    await page.get_by_label("同意下派", exact=True).check()
    await page.get_by_label("会议记录编号").fill("2026-31")
    await press(page, "保存讨论记录")
    await said(page, "讨论")
    for username in ("tongchou", "fenguan", "zhuyao"):
        each = await people.at(username)
        await each.goto(f"/tasks/{number}")
        await press(each, "我参加了，记录属实")
        await said(each, "已确认")
    await leader.goto(f"/tasks/{number}")
    await press(leader, "同意")
    await said(leader, "已批准")


@WITH_AND_WITHOUT_SCRIPTS
async def test_above_the_ceiling_only_with_the_reason_the_head_signs(people: People, served: Served) -> None:
    title = "水库清淤协助"
    page = await is_drafted(people, title, "XZ-SL-01", "巡查发现", why="汛前须清完，镇里另请施工队。")
    await expect(page.get_by_text("须主要领导签署理由才能继续。")).to_be_visible()
    number = number_in(page, "tasks")
    head = await people.at("zhuyao")
    await head.goto(f"/tasks/{number}")
    await head.get_by_label("为什么非做不可").fill("汛前必须清完，已请施工队承担清运。")
    await head.get_by_label("您的密码").fill("记错了的密码")
    await press(head, "签署并公开")
    await refused(head, "密码不对，没有签署")
    await expect(head.get_by_label("为什么非做不可")).to_have_value("汛前必须清完，已请施工队承担清运。")
    await head.get_by_label("您的密码").fill(PASSWORD)
    await press(head, "签署并公开")
    await said(head, "理由已签署并公开。")
    await page.goto(f"/tasks/{number}")
    await press(page, "提交审批")
    await said(page, "已提交审批。")
    leader = await people.at("fenguan")
    await follow(leader, title)
    await press(leader, "同意")
    await said(leader, "已批准")


@ON_SQLITE
async def test_a_village_that_says_no_with_reason_is_spared(people: People, served: Served) -> None:
    title = "秸秆禁烧巡查"
    page = await is_drafted(people, title, "XZ-NY-01", "巡查发现")
    await press(page, "提交审批")
    await said(page, "已提交审批。")
    leader = await people.at("fenguan")
    await follow(leader, title)
    await press(leader, "同意")
    await said(leader, "已批准")
    page = await people.at("tongchou")
    await follow(page, title)
    await press(page, "下派到 1 个村社")
    await said(page, "已下派到村。")
    village = await people.at("meizhu", PHONE)
    await follow(village, title)
    number = number_in(village, "assignments")
    await village.get_by_text("不该本村办，提出异议").click()
    await village.get_by_label("理由", exact=True).select_option(label="对象不在本村")
    await village.get_by_label("具体情况").fill("这片田去年已划给棠村。")
    await press(village, "提出异议")
    await expect(village.get_by_text("答复前不计时。提出异议不影响考评。")).to_be_visible()
    page = await people.at("tongchou")
    await page.goto(f"/assignments/{number}")
    await page.get_by_label("成立，这个村社不用办了").check()
    await page.get_by_label("答复村社的话").fill("查实，改由棠村办理。")
    await press(page, "答复")
    await expect(page.get_by_text("查实，改由棠村办理。")).to_be_visible()
    village = await people.at("meizhu")
    await expect(village.get_by_text("今天没有要办的事")).to_be_visible()
    await village.goto(f"/assignments/{number}")
    await expect(village.get_by_text("查实，改由棠村办理。")).to_be_visible()
    told = [command for command, *_ in await trail_of(served)]
    assert told[-2:] == ["tasks.object_to", "tasks.answer_objection"]
