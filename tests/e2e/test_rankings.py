"""The boards at browsers: results move them by themselves, a score opens down to its events, praise is read at once."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from models.base.clock import today
from models.base.database import database
from models.tasks import Assignment
from tests.e2e.browsing import (
    OFFICE,
    ON_SQLITE,
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
from tests.e2e.served import Served
from tests.views.playing import MATTERS, Played

pytestmark = pytest.mark.anyio
SCORED = "main a[href^='/rankings/index/']"
"""The way to a score: periods are counted one after the other, so the year's may come after the month's."""
STANDS = "梅渚村：.* 分，5 个里在第 1 档"
STORY = "一户一户走到，回来就把情况写清楚了。"


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_village_sees_where_it_stands_why_and_what_was_praised(
    people: People, served: Served, scripted: bool
) -> None:
    page = await people.at("meizhu", PHONE)
    await turn_to(page, "榜")
    await expect(page.get_by_text("还没有结果")).to_be_visible()
    await fits(page)
    copy = await results_come_in(served)
    await the_board_has_moved(page, scripted)
    await the_score_opens_to_its_events(page)
    await the_head_praises_it(people, copy)
    await page.goto("/rankings?board=praise")
    await expect(page.get_by_text(STORY)).to_be_visible()
    await expect(page.get_by_text("梅渚村 吕金木")).to_be_visible()
    await fits(page)
    await the_secretary_does_not_want_to_be_named(page)
    await nobody_else_reads_the_name(people)


async def results_come_in(served: Served) -> int:
    """Work of three villages, done by others of the town; the server itself credits it."""
    async with database(migrate=False):
        await (await Played(served.town).begin(more=3)).work()
        rows = Assignment.filter(unit=served.town.village, task__title=MATTERS[0]["title"])
        return (await rows.get()).pk


def this_year() -> str:
    return f"/rankings?period={today().year}"


async def the_board_has_moved(page: Page, scripted: bool) -> None:
    """By itself; a browser without scripts asks again."""
    if not scripted:
        await ask_until(page, "/rankings", f"main >> text=/{STANDS}/")
    await expect(page.get_by_text(re.compile(STANDS))).to_be_visible()
    await fits(page)


async def the_score_opens_to_its_events(page: Page) -> None:
    await ask_until(page, this_year(), SCORED)
    await follow(page, "看怎么来的、怎么做得更好")
    await expect(page.get_by_role("img", name="每个维度得了满分的多少")).to_be_visible()
    await expect(page.get_by_text("十次里有九次")).to_be_visible()
    await fits(page)
    await follow(page, "任务成效")
    await expect(page.get_by_text("按时、一次办好").first).to_be_visible()
    await fits(page)
    await follow(page, str(MATTERS[0]["title"]))
    await expect(page.get_by_text("已办结", exact=True)).to_be_visible()


async def the_head_praises_it(people: People, copy: int) -> None:
    head = await people.at("zhuyao")
    await head.goto(f"/assignments/{copy}")
    await head.locator("summary", has_text="表扬").click()
    await head.get_by_label("做了什么、好在哪里").fill("办得好")
    await head.get_by_label("吕金木").check()
    await press(head, "表扬")
    await refused(head, "10 到 500 个字")
    await expect(head.get_by_label("吕金木")).to_be_checked()
    await head.get_by_label("做了什么、好在哪里").fill(STORY)
    await press(head, "表扬")
    await said(head, "已表扬")


async def the_secretary_does_not_want_to_be_named(page: Page) -> None:
    await page.goto("/account")
    await press(page, "不在榜上和表扬里写我的名字")
    await said(page, "不再写您的名字")


async def nobody_else_reads_the_name(people: People) -> None:
    head = await people.at("zhuyao")
    await head.goto("/rankings?board=praise")
    await expect(head.get_by_text(STORY)).to_be_visible()
    await expect(head.get_by_role("main").get_by_text("吕金木")).to_have_count(0)
    await head.goto("/rankings/method")
    await expect(head.get_by_text("这些不扣分")).to_be_visible()


@ON_SQLITE
@pytest.mark.parametrize("scripted", [False], ids=["without-scripts"])
async def test_the_bar_leaves_a_phone_its_screen_and_boards_fit_in_every_size_of_words(
    people: People, served: Served, scripted: bool
) -> None:
    await results_come_in(served)
    page = await people.at("tongchou", PHONE)
    for address in ("/", "/burden", "/explorer"):
        await page.goto(address)
        bar = await page.locator("header nav").bounding_box()
        assert bar is not None and bar["height"] <= 120
        await expect(page.locator("header nav a").nth(4)).to_be_visible()
    await page.locator("header summary").click()
    await expect(page.locator("header nav a").last).to_be_visible()
    page = await people.at("zhuyao", PHONE)
    await ask_until(page, this_year(), SCORED)
    for look in ("1", "2", "3"):
        await page.context.add_cookies([{"name": "look", "value": look, "url": people.url}])
        for address in ("/rankings", this_year(), "/points", "/rankings/method"):
            await page.goto(address)
            await fits(page)
        await page.goto(this_year())
        await page.locator(SCORED).first.click()
        await fits(page)
    await page.set_viewport_size(OFFICE)
    await expect(page.locator("header summary")).to_be_hidden()
    await expect(page.locator("header nav a").last).to_be_visible()
