"""The scheme and an appeal at browsers: drafted, changed, tried and adopted by another; contested in a village, answered in the county."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from models import accounts
from models.accounts.passwords import shared_hashes
from models.base.database import database
from models.base.viewer import TOWN_CLOCK
from models.people import Post
from tests.builders import Town, a_viewer
from tests.e2e.browsing import (
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    ask_until,
    fits,
    follow,
    press,
    refused,
    said,
    turn_to,
)
from tests.e2e.served import PASSWORD, Served, serve
from tests.models.evaluation.scenes import MATTERS, a_working_town, dispatched, done
from tests.nursery import Nursery

pytestmark = pytest.mark.anyio
CAST = {
    "qingdan1": ("沈丽萍", "list_keeper", "city"),
    "qingdan2": ("周建华", "city_admin", "city"),
    "xian": ("赵敏", "list_keeper", "county"),
    "meizhu": ("吕金木", "secretary", "village"),
    "bamao": ("石德法", "secretary", "other_village"),
}
ANSWER = "经核实，停电属实，村里已在期限内电话反馈。"


async def a_town_with_results() -> Town:
    """Three accepted results in each of two villages, which the server is yet to credit."""
    town = await a_working_town()
    with shared_hashes():
        for username, (name, role, place) in CAST.items():
            viewer = await a_viewer(role, getattr(town, place), name=name)
            post = await Post.get(pk=viewer.post_id)
            await accounts.open_account(TOWN_CLOCK, post, username=username, password=PASSWORD)
    await accounts.Account.all().update(must_change=False)
    for matter in MATTERS[:3]:
        await done(town, await dispatched(town, matter))
    return town


@pytest.fixture
async def served(nursery: Nursery, town_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with database(migrate=False):
        town = await a_town_with_results()
    running = serve(nursery, town, {}, tmp_path)
    try:
        yield running
    finally:
        log = running.stop()
    assert "Traceback" not in log, log


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_scheme_is_changed_by_two_keepers_and_a_village_contests_a_line(people: People) -> None:
    keeper = await people.at("qingdan1")
    await ask_until(keeper, "/schemes", "main >> text=（第 1 版）")
    await ask_until(keeper, "/rankings", "main table")
    await the_keeper_drafts_and_tries(keeper)
    await another_adopts(await people.at("qingdan2"))
    village = await people.at("meizhu", PHONE)
    address = await the_village_appeals(village)
    await the_county_answers(await people.at("xian"))
    await ask_until(village, address, "main >> text=已更正")
    await expect(village.get_by_text(ANSWER)).to_be_visible()
    await fits(village)
    neighbour = await people.at("bamao", PHONE)
    await neighbour.goto("/appeals")
    await expect(neighbour.get_by_text(ANSWER)).to_be_visible()
    await fits(neighbour)


async def the_keeper_drafts_and_tries(page: Page) -> None:
    await turn_to(page, "评价办法")
    await page.get_by_label("办法的名称").fill("村社评价办法")
    await press(page, "起草")
    await said(page, "请修改")
    await page.get_by_label("占指数（%）").first.fill("30")
    await press(page, "保存草稿")
    await refused(page, "加起来应是 100，现在是 110")
    await expect(page.get_by_label("占指数（%）").first).to_have_value("30")
    await page.get_by_label("占指数（%）").nth(1).fill("10")
    await press(page, "保存草稿")
    await said(page, "草稿已保存")
    await expect(page.get_by_role("row", name="维度“领导能力”")).to_contain_text("占 30%")
    await follow(page, "试算")
    await press(page, "试算")
    await said(page, "试算好了")
    await expect(page.get_by_text("3 个村社")).to_be_visible()
    await fits(page)


async def another_adopts(page: Page) -> None:
    await turn_to(page, "评价办法")
    await follow(page, "村社评价办法（第 2 版）")
    await page.get_by_label("为什么这样改").fill("群众意见集中在时效。")
    await press(page, "通过")
    await said(page, "已通过")
    await expect(page.get_by_text(re.compile("月1日起用$")).first).to_be_visible()
    await fits(page)


async def the_village_appeals(page: Page) -> str:
    await turn_to(page, "工分")
    await ask_until(page, page.url, "main >> text=合计 30 分")
    await fits(page)
    await follow(page, f"任务{MATTERS[0]}")
    await fits(page)
    await follow(page, "对这一条有意见，申诉")
    await page.get_by_label("哪里不对、依据是什么").fill("不对")
    await press(page, "提交申诉")
    await refused(page, "请写明哪里不对")
    await page.get_by_label("哪里不对、依据是什么").fill("那天停电，已经在电话里报过结果，有通话记录。")
    await press(page, "提交申诉")
    await said(page, "申诉已提交")
    await fits(page)
    return page.url


async def the_county_answers(page: Page) -> None:
    await page.locator("main a", has_text="梅渚村：").click()
    await page.get_by_label("申诉成立", exact=True).check()
    await page.get_by_label("为什么").fill(ANSWER)
    await press(page, "答复")
    await said(page, "已答复")
    await fits(page)
