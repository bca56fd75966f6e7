"""The numbers in force and the calendar: everybody reads them, with who set them; few set them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from models import policies, workdays
from models.base.clock import clock_at, today
from models.people import Post
from models.policies import Policy
from models.workdays import WorkCalendar
from tests.builders import DAY, a_town, a_viewer
from tests.counting import counted
from tests.views.conftest import Site
from tests.views.intake.test_amendment import key_of
from tests.views.standing_forms import seen_on

pytestmark = pytest.mark.anyio
UNPUBLISHED = 2035


def row_of(page: str, label: str) -> str:
    """The words of one row of the table of numbers."""
    rows = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if label in row]
    assert len(rows) == 1, label
    return re.sub(r"<[^>]+>|\s+", " ", rows[0])


async def test_a_village_reads_what_holds_there_and_who_set_it(site: Site) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county, name="周建国")
    await policies.set_policy(
        keeper, place.county, name="open_tasks", value=9, reason="减轻负担", from_on=today()
    )
    later = today() + 30 * DAY
    await policies.set_policy(
        keeper, place.county, name="hours_a_week", value=15, reason="再减", from_on=later
    )
    page = (await (await site.as_a("secretary", place.village)).get("/policies")).text
    told = row_of(page, "每村同时办理的任务上限")
    assert "9 件" in told and "新昌县" in told and "周建国" in told and "减轻负担" in told
    waiting = row_of(page, "每村每周任务用时上限")
    assert "20 小时" in waiting and "系统默认值" in waiting and "起改为 15 小时" in waiting
    assert "<form" not in page.split("<main")[1], "a village sets no numbers"


async def test_the_nearest_government_decides_what_a_place_reads(site: Site) -> None:
    place = await a_town()
    for unit, value in ((place.city, 30), (place.county, 8)):
        keeper = await a_viewer("list_keeper", unit)
        await policies.set_policy(
            keeper, unit, name="open_tasks", value=value, reason="因地制宜", from_on=today()
        )
    for role, unit, value in (("secretary", place.village, 8), ("city_admin", place.city, 30)):
        page = (await (await site.as_a(role, unit)).get("/policies")).text
        assert f"{value} 件" in row_of(page, "每村同时办理的任务上限")


async def test_a_keeper_sets_a_number_from_the_page_and_a_wrong_one_is_told_why(site: Site) -> None:
    place = await a_town()
    keeper = await site.as_a("list_keeper", place.county)
    page = (await keeper.get(f"/policies?at={place.county.pk}&name=open_tasks")).text
    action = f"/policies/{place.county.pk}"
    assert 'name="name" value="open_tasks"' in page and "每村同时办理的任务上限" in page
    sent = seen_on(page, action) | {
        "key": key_of(page, action),
        "name": "open_tasks",
        "value": "999",
        "from_on": today().isoformat(),
        "reason": "年底任务集中",
    }
    wrong = await keeper.post(action, data=sent)
    assert wrong.status_code == 422 and "应在 1 到 200 件之间" in wrong.text and "年底任务集中" in wrong.text
    for _ in range(2):
        assert (await keeper.post(action, data=sent | {"value": "10"})).status_code == 303
    assert "10 件" in row_of((await keeper.get("/policies")).text, "每村同时办理的任务上限")
    late = await keeper.post(action, data=sent | {"key": "k-2", "value": "12"})
    assert late.status_code == 409 and "数值现在是“10”" in late.text, "set meanwhile by somebody else"
    assert await Policy.all().count() == 1


async def test_a_city_keeper_sets_numbers_for_a_county_and_others_may_not(site: Site) -> None:
    place = await a_town()
    city = await site.as_a("list_keeper", place.city)
    assert f'href="/policies?at={place.county.pk}"' in (await city.get("/policies")).text
    action = f"/policies/{place.county.pk}"
    sent = {
        "key": key_of((await city.get(f"/policies?at={place.county.pk}&name=concern_days")).text, action),
        "name": "concern_days",
        "value": "3",
        "from_on": today().isoformat(),
        "reason": "快一点",
    }
    assert (await city.post(action, data=sent)).status_code == 303
    for role, unit in (("head", place.township), ("secretary", place.village)):
        refused = await (await site.as_a(role, unit)).post(action, data=sent)
        assert refused.status_code == 403 and "清单管理员" in refused.text
    assert await Policy.all().count() == 1


async def test_a_year_nobody_has_published_says_how_it_is_counted(site: Site) -> None:
    place = await a_town()
    village = await site.as_a("secretary", place.village)
    page = (await village.get(f"/workdays?year={UNPUBLISHED}")).text
    assert "还没有公布，期限先按周一至周五推算" in page and "<form" not in page.split("<main")[1]
    known = (await village.get("/workdays?year=2026")).text
    assert "按周一至周五推算" not in known and "国务院办公厅放假通知" in known
    for odd in ("0", "99999", "x", "２０２６", "99999999999999999999"):
        assert f"{today().year} 年工作日历" in (await village.get(f"/workdays?year={odd}")).text


async def test_the_city_enters_a_year_and_deadlines_count_by_it(site: Site) -> None:
    place = await a_town()
    admin = await site.as_a("city_admin", place.city)
    action = f"/workdays/{place.city.pk}"
    sent = {
        "key": key_of((await admin.get(f"/workdays?year={UNPUBLISHED}")).text, action),
        "year": str(UNPUBLISHED),
        "days_off": f"{UNPUBLISHED}-10-01 至 {UNPUBLISHED}-10-07",
        "make_up": "十月十三",
        "source": "国办发明电〔2034〕1号",
    }
    wrong = await admin.post(action, data=sent)
    assert wrong.status_code == 422 and "看不懂“十月十三”" in wrong.text
    assert f"{UNPUBLISHED} 年工作日历" in wrong.text and "国办发明电" in wrong.text
    weekday = await admin.post(action, data=sent | {"make_up": f"{UNPUBLISHED}-10-11"})
    assert weekday.status_code == 422 and "补班日应是周末" in weekday.text
    assert not await WorkCalendar.exists()
    answer = await admin.post(action, data=sent | {"make_up": f"{UNPUBLISHED}-10-13"})
    assert answer.status_code == 303
    page = (await admin.get(answer.headers["location"])).text
    assert "新昌县" not in page and "绍兴市第 1 版" in page and "国办发明电" in page
    counted_by = await workdays.workdays_of(place.village.path)
    assert counted_by.after(date(UNPUBLISHED, 9, 30), 1) == date(UNPUBLISHED, 10, 8)
    assert counted_by.works_on(date(UNPUBLISHED, 10, 13))


async def test_a_table_is_taken_instead_of_the_boxes(site: Site) -> None:
    place = await a_town()
    admin = await site.as_a("city_admin", place.city)
    action = f"/workdays/{place.city.pk}"
    sent = {
        "key": key_of((await admin.get(f"/workdays?year={UNPUBLISHED}")).text, action),
        "year": str(UNPUBLISHED),
        "days_off": "",
        "source": "通知",
    }
    empty = await admin.post(action, data=sent)
    assert empty.status_code == 422 and "请填写放假的日子" in empty.text
    table = f"日期,安排\n{UNPUBLISHED}-01-01,放假\n{UNPUBLISHED}-01-06,上班\n".encode()
    answer = await admin.post(action, data=sent, files={"table": ("年.csv", table, "text/csv")})
    assert answer.status_code == 303
    made = await WorkCalendar.get()
    assert (made.days_off, made.make_up) == ([f"{UNPUBLISHED}-01-01"], [f"{UNPUBLISHED}-01-06"])


async def test_only_the_citys_administrator_keeps_the_calendar(site: Site) -> None:
    place = await a_town()
    sent = {"key": "k", "year": "2035", "days_off": "2035-01-01", "make_up": "", "source": "通知"}
    for role, unit in (("city_admin", place.county), ("list_keeper", place.city), ("head", place.township)):
        browser = await site.as_a(role, unit)
        refused = await browser.post(f"/workdays/{place.city.pk}", data=sent)
        assert refused.status_code == 403 and "市级系统管理员" in refused.text
    assert not await WorkCalendar.exists()


async def test_both_pages_cost_the_same_however_much_was_set(site: Site) -> None:
    place = await a_town()
    keeper, admin = await a_viewer("list_keeper", place.city), await a_viewer("city_admin", place.city)
    browser = await site.signed_in(await Post.get(pk=admin.post_id))
    spent = []
    for _ in range(2):
        for address in ("/policies", f"/workdays?year={UNPUBLISHED}"):
            with counted() as told:
                assert (await browser.get(address)).status_code == 200
            spent.append(len(told))
        for name, known in policies.KNOWN.items():
            for value in (known.least, known.most):
                await policies.set_policy(
                    keeper, place.city, name=name, value=value, reason="试", from_on=today()
                )
        for number in range(3):
            off = [date(UNPUBLISHED, 1, 1 + number)]
            await workdays.set_year(
                admin, place.city, year=UNPUBLISHED, days_off=off, make_up=[], source="通知"
            )
    assert spent[2] <= spent[0] + 1 and spent[3] <= spent[1] + 1, "the first setting brings its setter"
    assert max(spent) <= 8, spent


async def test_a_number_set_for_next_month_holds_from_then(site: Site) -> None:
    place = await a_town()
    with clock_at(datetime(2026, 11, 2, 2, tzinfo=UTC)):
        keeper = await a_viewer("list_keeper", place.county)
        await policies.set_policy(
            keeper, place.county, name="collisions", value=5, reason="试行", from_on=date(2026, 12, 1)
        )
        viewer = await a_viewer("secretary", place.village)
        before = {one.name: one.value for one in await policies.standing(viewer, place.village.path)}
    with clock_at(datetime(2026, 12, 1, 2, tzinfo=UTC)):
        after = {one.name: one.value for one in await policies.standing(viewer, place.village.path)}
    assert (before["collisions"], after["collisions"]) == (3, 5)
    assert after == await policies.policies(place.village.path, policies.KNOWN, on=date(2026, 12, 1))
