"""A report of twelve fields on a small phone: filled beforehand, and sent in three taps, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from models.base.clock import today
from models.base.database import database
from models.registry import Element, put
from tests.builders import DAY, Town, a_task, a_viewer, an_admitted_request
from tests.e2e.browsing import PHONE, WITH_AND_WITHOUT_SCRIPTS, People, fits, follow, press, said
from tests.e2e.served import Served
from tests.models.tasks.elements import ELEMENTS, some_elements

pytestmark = pytest.mark.anyio
TITLE = "低保和耕地情况核对"
KNOWN = {
    "dibao": "12",
    "tekun": "3",
    "party": "58",
    "paddy": "480.5",
    "dryland": "160",
    "arable": "640.5",
    "territory": "2100",
    "terrain": "丘陵",
    "opened": "2025-05-01",
    "hotline": "村委轮值",
}
MORE = {"lamps": "86", "toilets": "4"}


async def asked_again(town: Town) -> None:
    """All twelve were reported long ago, and are asked again."""
    await some_elements()
    for code, name in (("lamps", "路灯数"), ("toilets", "公共厕所数")):
        await Element.create(code=code, name=name, kind="count", measure="个", freshness_days=400)
    clerk = await a_viewer("coordinator", town.township)
    for code, value in (KNOWN | MORE).items():
        element = await Element.get(code=code)
        await put(clerk, town.village, element, value, as_of=today() - 500 * DAY, origin="entry")
    codes = [*(one["code"] for one in ELEMENTS), *MORE]
    request = await an_admitted_request(town, elements=codes, units=[town.village])
    await a_task(town, requests=[request], units=[town.village], title=TITLE)


@WITH_AND_WITHOUT_SCRIPTS
async def test_twelve_fields_that_did_not_change_are_sent_in_three_taps(
    people: People, served: Served
) -> None:
    async with database(migrate=False):
        await asked_again(served.town)
    page = await people.at("meizhu", PHONE)
    await follow(page, TITLE)
    await fits(page)
    assert await page.locator('input[name="field"]').count() == len(KNOWN | MORE)
    await press(page, "都没有变化，直接上报")
    await said(page, "反馈已提交")
    await fits(page)
    await expect(page.get_by_text("480.5 亩")).to_be_visible()
    await it_is_taken_back_and_one_figure_put_right(page)


async def it_is_taken_back_and_one_figure_put_right(page: Page) -> None:
    """What was sent stands in the form again; why one differs is one tap, and its sum follows."""
    await press(page, "撤回反馈，改好再交")
    await page.get_by_label("水田面积（亩）").fill("500")
    paddy = page.locator("details").filter(has=page.locator('input[name="reasons.paddy"]')).last
    await paddy.locator("summary").click()
    await paddy.get_by_label("情况有变化").check()
    await press(page, "提交反馈")
    await said(page, "反馈已提交")
    await expect(page.get_by_text("660 亩")).to_be_visible()
    await expect(page.get_by_text("改过的：情况有变化")).to_be_visible()
