"""Nobody waits unknowingly: what is asked and decided reaches the other side's home, and a desk's day takes few acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from models import tasks
from models.base.clock import today
from models.base.database import database
from models.tasks import Assignment, Task
from models.units import Unit
from tests.builders import a_task, a_unit, a_viewer, an_admitted_request
from tests.e2e.browsing import (
    ON_SQLITE,
    PHONE,
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    ask_until,
    fits,
    follow,
    press,
    said,
)
from tests.e2e.served import Served

pytestmark = pytest.mark.anyio
MOST_VILLAGES = 32


class Acts:
    """Presses, follows and ticks, counted as a person's hand counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    async def press(self, button: str) -> None:
        self.count += 1
        await press(self.page, button)

    async def follow(self, link: str) -> None:
        self.count += 1
        await follow(self.page, link)

    async def tick(self, label: str) -> None:
        self.count += 1
        await self.page.get_by_label(label).check()


@WITH_AND_WITHOUT_SCRIPTS
async def test_questions_and_decisions_reach_the_other_sides_home(people: People, served: Served) -> None:
    async with database(migrate=False):
        task = await a_task(served.town)
        row = await Assignment.get(task=task, unit=served.town.village)
    village = await people.at("meizhu", PHONE)
    await village.goto(f"/assignments/{row.pk}")
    await village.get_by_label("问或者答").fill("夜里要不要巡查？")
    await press(village, "发出")
    await expect(village.get_by_role("main").get_by_text("夜里要不要巡查？")).to_be_visible()
    desk = await people.at("tongchou")
    await expect(desk.get_by_role("main").get_by_text("待回答的提问")).to_be_visible()
    await desk.goto(f"/assignments/{row.pk}")
    await desk.get_by_label("问或者答").fill("夜里不用。")
    await press(desk, "发出")
    await ask_until(village, "/messages", "text=回答")
    await village.goto(f"/assignments/{row.pk}")
    await village.get_by_text("申请延期").first.click()
    await village.get_by_label("延到哪一天").fill((task.due_on + timedelta(days=1)).isoformat())
    await village.get_by_label("原因").first.fill("农忙")
    await press(village, "申请延期")
    await said(village, "已申请")
    await desk.goto(f"/assignments/{row.pk}")
    await desk.get_by_label("不同意", exact=True).check()
    await desk.get_by_label("说明").fill("来不及了，请按期办。")
    await press(desk, "答复")
    await ask_until(village, "/messages", "text=延期未同意")
    await fits(village)
    await village.goto(f"/assignments/{row.pk}")
    await village.get_by_text("不该本村办，提出异议").click()
    await village.get_by_label("理由", exact=True).select_option(label="对象不在本村")
    await village.get_by_label("具体情况").fill("这片田在邻村。")
    await press(village, "提出异议")
    await said(village, "异议已提出")
    await desk.goto(f"/assignments/{row.pk}")
    await desk.get_by_label("不成立，请村社继续办").check()
    await desk.get_by_label("答复村社的话").fill("田在本村，图上有。")
    await press(desk, "答复")
    await ask_until(village, "/messages", "text=异议不成立")


@ON_SQLITE
async def test_a_desk_drafts_urges_and_reviews_in_few_acts(people: People, served: Served) -> None:
    town = served.town
    async with database(migrate=False):
        own = await Unit.filter(parent=town.township, level="village").count()
        villages = [await a_unit("village", town.township, f"山村{n}村") for n in range(MOST_VILLAGES - own)]
        await an_admitted_request(town, units=[], townships=[town.township], title="冬季防火巡查")
        asked = await an_admitted_request(town, units=villages[:12])
        late = await a_task(town, requests=[asked], units=villages[:12], title="秋季禁烧巡查")
        for unit in villages[:12]:
            secretary = await a_viewer("secretary", unit)
            if unit in villages[:6]:
                row = await Assignment.get(task=late, unit=unit).prefetch_related(*Assignment.judged_with)
                await tasks.report(secretary, row, words="已巡查")
    page = await people.at("tongchou")
    draft = Acts(page)
    await draft.follow("冬季防火巡查")
    await draft.press("保存草稿")
    await said(page, "任务已起草")
    await draft.press("提交审批")
    await said(page, "已提交审批")
    async with database(migrate=False):
        made = await Task.get(title="冬季防火巡查")
        assert await tasks.TaskUnit.filter(task=made).count() == MOST_VILLAGES
    assert draft.count <= 6
    page = await people.at("tongchou")
    review = Acts(page)
    await review.follow("秋季禁烧巡查")
    await review.press("通过勾选的反馈")
    await said(page, "已通过")
    assert review.count <= 4
    urge = Acts(page)
    await urge.press("提醒全部未反馈的（6 个村社）")
    await said(page, "已提醒")
    assert urge.count <= 3
    async with database(migrate=False):
        assert await Assignment.filter(task=late, state="accepted").count() == 6
        assert await tasks.Urging.filter(assignment__task=late, day=today()).count() == 6
