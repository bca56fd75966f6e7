"""A concern at browsers: up from a phone in the village, on to a department, and the answer back down."""

from __future__ import annotations

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
    turn_to,
)
from tests.e2e.served import Served
from tests.views.test_concerns import PICTURE

pytestmark = pytest.mark.anyio
LAMPS, HOW = "进村路口三盏路灯不亮", "已经半个多月，晚上老人出门看不清。"


@WITH_AND_WITHOUT_SCRIPTS
async def test_a_village_raises_a_concern_and_says_whether_the_answer_does(
    people: People, served: Served
) -> None:
    await the_secretary_raises_it_with_a_photo(people)
    await the_coordinator_passes_it_on(people)
    await the_department_answers(people, "已派人检修。")
    page = await the_secretary_opens_the_answer(people)
    await page.locator("summary", has_text="还没有解决").click()
    await page.get_by_label("哪里还没有解决").fill("还有一盏不亮。")
    await press(page, "没有解决")
    await said(page, "已确认。")
    await the_department_answers(people, "三盏都已修好。", after="还有一盏不亮。")
    page = await the_secretary_opens_the_answer(people)
    await press(page, "解决了")
    await expect(page.get_by_text("已办结", exact=True)).to_be_visible()
    await fits(page)


async def the_secretary_raises_it_with_a_photo(people: People) -> None:
    page = await people.at("meizhu", PHONE)
    await turn_to(page, "民情")
    await fits(page)
    await follow(page, "上报民情")
    await fits(page)
    await page.get_by_label("什么事").fill(LAMPS)
    await page.get_by_label("具体情况").fill("  ")
    await page.get_by_label("照片或材料").set_input_files(
        {"name": "路灯.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    await press(page, "上报")
    await refused(page, "请写明具体情况")
    await expect(page.get_by_label("什么事")).to_have_value(LAMPS)
    await page.get_by_label("具体情况").fill(HOW)
    await page.get_by_label("照片或材料").set_input_files(
        {"name": "路灯.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    await press(page, "上报")
    await said(page, "已上报镇街")
    await expect(page.get_by_role("img", name="路灯.png")).to_be_visible()
    await fits(page)


async def the_coordinator_passes_it_on(people: People) -> None:
    page = await people.at("tongchou")
    await follow(page, LAMPS)
    await expect(page.get_by_text(HOW)).to_be_visible()
    await page.locator("summary", has_text="转给办线或县里的部门").click()
    await page.get_by_label("转给哪里").select_option("新昌县农业农村局")
    await page.get_by_label("转办说明").fill("请派人看看。")
    await press(page, "转办")
    await said(page, "已转办。")


async def the_department_answers(people: People, words: str, after: str = "请派人看看。") -> None:
    page = await people.at("nongye")
    await follow(page, LAMPS)
    await expect(page.get_by_text(after)).to_be_visible()
    await page.get_by_label("办理结果").fill(words)
    await press(page, "答复")
    await said(page, "已答复村社。")


async def the_secretary_opens_the_answer(people: People) -> Page:
    page = await people.at("meizhu")
    await expect(page.get_by_text("请确认答复")).to_be_visible()
    await follow(page, LAMPS)
    return page
