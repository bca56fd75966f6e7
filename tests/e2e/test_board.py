"""The child-care station of 棠村, at the browser: published, bid for by three villages, compared, awarded, built, accepted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from models import accounts, bidding
from models.accounts.passwords import shared_hashes
from models.base.clock import clock_at, now
from models.base.database import database
from models.base.viewer import TOWN_CLOCK
from models.bidding import Project
from models.people import Post
from tests.builders import Town, a_list, a_town, a_unit, a_viewer
from tests.e2e.browsing import (
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    fits,
    follow,
    number_in,
    press,
    refused,
    said,
    turn_to,
)
from tests.e2e.served import PASSWORD, Served, serve
from tests.models.bidding.scenes import a_plan
from tests.nursery import Nursery

pytestmark = pytest.mark.anyio
CAST = {
    "tongchou": ("杨丽君", "coordinator"),
    "fenguan": ("徐伟民", "leader"),
    "tang": ("石德法", "secretary"),
    "meizhu": ("吕金木", "secretary"),
    "chengtan": ("梁小英", "secretary"),
}
OFFERS = {
    "tang": ("闲置校舍 420 平方米，产权清楚", "三个村都在 2 公里内"),
    "meizhu": ("文化礼堂二楼 260 平方米", "附近幼儿 40 多名"),
    "chengtan": ("沿街租用店面", "社区居民多"),
}
OPEN_FOR = timedelta(hours=1)
"""How long the project still takes bids when the browsers start."""


async def a_town_with_a_board() -> tuple[Town, Project]:
    """Three villages with accounts, and a project that has been on the board for hours."""
    start = now().replace(microsecond=0)
    with clock_at(start - timedelta(hours=4)), shared_hashes():
        town = await a_town()
        await a_list(town.county)
        third = await a_unit("village", town.township, "澄潭社区", code="330624005991")
        places = dict.fromkeys(("tongchou", "fenguan"), town.township)
        places |= {"tang": town.second_village, "meizhu": town.village, "chengtan": third}
        viewers = {}
        for username, (name, role) in CAST.items():
            viewers[username] = await a_viewer(role, places[username], name=name)
            post = await Post.get(pk=viewers[username].post_id)
            await accounts.open_account(TOWN_CLOCK, post, username=username, password=PASSWORD)
        plan = a_plan(start - timedelta(hours=2), title="村级托育驿站", closes_at=start + OPEN_FOR)
        project = await bidding.draft_project(viewers["tongchou"], town.township, **plan)
        await bidding.submit_project(viewers["tongchou"], project)
        project = await bidding.approve_project(viewers["fenguan"], project)
    await accounts.Account.all().update(must_change=False)
    return town, project


@pytest.fixture
async def board(town_url: str) -> AsyncIterator[tuple[Town, Project]]:
    async with database(migrate=False):
        made = await a_town_with_a_board()
    yield made


@pytest.fixture
async def served(nursery: Nursery, board: tuple[Town, Project], tmp_path: Path) -> AsyncIterator[Served]:
    """The town with its board, served."""
    running = serve(nursery, board[0], {}, tmp_path)
    try:
        yield running
    finally:
        log = running.stop()
    assert "Traceback" not in log, log
    for strengths, _ in OFFERS.values():
        assert strengths not in log, "no word of a bid in the log"


@WITH_AND_WITHOUT_SCRIPTS
async def test_three_villages_bid_one_is_awarded_and_builds_what_it_promised(
    people: People, served: Served, board: tuple[Town, Project]
) -> None:
    _, project = board
    stranger = await people.visitor(PHONE)
    await all_bid(people, stranger, project)
    with served.later(OPEN_FOR):
        await opens_and_compares(people, project)
        await awards(people, project)
        await stranger.goto(f"/board/{project.pk}")
        await fits(stranger)
        for words in ("棠村揭榜", "校舍现成，离三个村都近", OFFERS["meizhu"][0]):
            await expect(stranger.get_by_text(words).first).to_be_attached()
        await the_loser_reads_why(people, project)
        for step in ("民主议事", "开工", "进度", "验收"):
            await builds(people, project, step)
        await stranger.goto("/board?stage=done")
        await follow(stranger, project.title)
        await expect(stranger.get_by_text("已验收").first).to_be_visible()
        await expect(stranger.get_by_text("验收做好了").first).to_be_visible()


async def all_bid(people: People, stranger: Page, project: Project) -> None:
    await stranger.goto("/board")
    await follow(stranger, project.title)
    await fits(stranger)
    await expect(stranger.get_by_text("还剩").first).to_be_visible()
    for username, offer in OFFERS.items():
        await bids(people, project, username, *offer)
    await stranger.goto(f"/board/{project.pk}")
    await expect(stranger.get_by_text("3 个村社竞榜").first).to_be_visible()
    await nobody_reads_them_yet(people, stranger, project)


async def bids(people: People, project: Project, username: str, strengths: str, plan: str) -> None:
    """On a phone, in two sittings."""
    page = await people.at(username, PHONE)
    await follow(page, project.title)
    await follow(page, "写竞榜书")
    await fits(page)
    await page.get_by_label("我们的优势").fill(strengths)
    await press(page, "保存")
    await said(page, "提交了才算数")
    await press(page, "提交竞榜书")
    await refused(page, "还没有写")
    await follow(page, "修改")
    await expect(page.get_by_label("我们的优势")).to_have_value(strengths)
    await page.get_by_label("怎么做").fill(plan)
    await page.get_by_label("进度安排").fill("三个月开工，一年完工。")
    await press(page, "保存")
    await press(page, "提交竞榜书")
    await said(page, "已提交并封存")
    await fits(page)


async def nobody_reads_them_yet(people: People, stranger: Page, project: Project) -> None:
    desk = await people.at("tongchou", PHONE)
    await desk.goto(f"/projects/{project.pk}")
    for page in (stranger, desk):
        for strengths, _ in OFFERS.values():
            assert strengths not in await page.content()
    await expect(desk.get_by_text("谁也看不到").first).to_be_visible()


async def opens_and_compares(people: People, project: Project) -> None:
    page = await people.at("tongchou", PHONE)
    await turn_to(page, "榜单项目")
    await follow(page, project.title)
    await press(page, "开标")
    await said(page, "已开标")
    await fits(page)
    for number, cell in enumerate(await page.locator("textarea[name^=words-]").all()):
        await cell.fill(f"比选记录第{number}格")
    await press(page, "记录比选")
    await said(page, "比选已记录")
    assert number_in(page, "projects") == project.pk


async def awards(people: People, project: Project) -> None:
    page = await people.at("fenguan", PHONE)
    await follow(page, project.title)
    await page.get_by_label("棠村").check()
    await page.get_by_label("理由").fill("校舍现成，离三个村都近，最省钱。")
    await press(page, "公布结果")
    await said(page, "结果已公布")
    await fits(page)


async def the_loser_reads_why(people: People, project: Project) -> None:
    page = await people.at("meizhu", PHONE)
    await turn_to(page, "揭榜")
    await follow(page, "建设中")
    await follow(page, project.title)
    await follow(page, "看本村的竞榜书")
    await follow(page, "看本村的结果单")
    await expect(page.get_by_role("heading", name="梅渚村：这次没有揭榜")).to_be_visible()
    await expect(page.get_by_text("校舍现成，离三个村都近").first).to_be_visible()
    await fits(page)


async def builds(people: People, project: Project, step: str) -> None:
    """The village reports a step, the township accepts it."""
    page = await people.at("tang", PHONE)
    await turn_to(page, "揭榜")
    await follow(page, "建设中")
    await follow(page, project.title)
    await follow(page, "参加竞榜的村社：上报进展、提异议")
    await page.get_by_label("做到了什么").fill(f"{step}做好了")
    await press(page, f"上报{step}")
    await said(page, "已上报")
    await fits(page)
    desk = await people.at("tongchou", PHONE)
    await follow(desk, project.title)
    await press(desk, "通过")
    await said(desk, "已通过")
