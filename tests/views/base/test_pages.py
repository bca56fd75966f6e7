"""What every page holds, and how the refusals look without a form."""

import re

import pytest
from starlette.routing import Route

from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, TooMany
from tests.builders import a_town
from views.base.pages import done

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("没有找到这个任务。"), 404),
        (NotAllowed("只有本镇街的统筹员可以派发。"), 403),
        (NotNow("这个任务已经派发。"), 409),
        (Invalid("请写明原因。"), 422),
        (TooMany("尝试次数太多。", retry_after=60), 429),
    ],
)
async def test_a_refusal_nobody_caught_is_a_page_in_plain_words(site, refusal, status):
    async def refused(_):
        raise refusal

    site.app.router.routes.insert(0, Route("/look/refused", refused))
    try:
        plain = await site.visitor().get("/look/refused")
        swapped = await site.visitor().get("/look/refused", headers={"hx-request": "true"})
    finally:
        site.app.router.routes.pop(0)
    assert plain.status_code == swapped.status_code == status
    assert f"<h1>{refusal.reason}</h1>" in plain.text
    assert refusal.reason in swapped.text and "<html" not in swapped.text
    assert swapped.headers["hx-retarget"] == "#refusal"
    assert plain.headers.get("retry-after") == ("60" if status == 429 else None)


@pytest.mark.parametrize(
    ("role", "place", "entries"),
    [
        (
            "secretary",
            "village",
            ["今日待办", "任务", "民情", "揭榜", "榜", "工分", "清单", "减负看板", "本村"],
        ),
        (
            "coordinator",
            "township",
            [
                "今日待办",
                "待过筛",
                "任务",
                "民情",
                "揭榜",
                "榜",
                "榜单项目",
                "应急",
                "我的申请",
                "清单",
                "过筛台账",
                "减负看板",
                "部门派活",
                "报表",
                "人员",
                "数据接口",
            ],
        ),
        (
            "department_officer",
            "department",
            [
                "今日待办",
                "民情",
                "揭榜",
                "我的申请",
                "新申请",
                "清单",
                "减负看板",
                "部门派活",
                "报表",
                "数据接口",
            ],
        ),
        (
            "list_keeper",
            "city",
            [
                "今日待办",
                "任务",
                "民情",
                "投诉建议",
                "揭榜",
                "榜",
                "清单",
                "过筛台账",
                "减负看板",
                "部门派活",
                "报表",
                "清单版本",
                "群众口碑",
                "评价办法",
                "规则数值",
                "辖区",
                "数据接口",
            ],
        ),
        (
            "observer",
            "county",
            [
                "今日待办",
                "任务",
                "民情",
                "揭榜",
                "榜",
                "清单",
                "过筛台账",
                "减负看板",
                "部门派活",
                "报表",
                "辖区",
                "数据接口",
            ],
        ),
    ],
)
async def test_the_bar_leads_where_the_role_works_and_every_entry_answers(site, role, place, entries):
    town = await a_town()
    browser = await site.as_a(role, getattr(town, place))
    bar = re.search(
        r'<nav aria-label="主菜单">(.*?)</nav>', (await browser.get("/account")).text, re.S
    ).group(1)
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', bar)
    assert [label for _, label in found] == entries
    for address, label in found:
        assert (await browser.get(address)).status_code == 200, label


async def test_a_long_bar_keeps_five_places_in_sight_and_the_rest_behind_one_word(site):
    town = await a_town()
    for role, place in (("coordinator", "township"), ("secretary", "village")):
        page = (await (await site.as_a(role, getattr(town, place))).get("/matters")).text
        before, _, behind = page.partition('<details class="more"><summary>更多</summary></details>')
        assert before.partition("<nav")[2].count("<a ") == 5
        assert 'href="/matters" aria-current="page"' in behind, "the bar still shows where one is"


async def test_strangers_see_no_bar_and_load_no_script(site):
    page = (await site.visitor().get("/")).text
    assert "<nav" not in page and "<script" not in page and 'href="/login"' in page


async def test_htmx_gets_the_piece_with_the_status_line_or_is_led_on(site):
    async def worked(request):
        return done(request, request.query_params.get("piece") or None, at="/login", say="已保存。")

    site.app.router.routes.insert(0, Route("/look/worked", worked))
    try:
        browser = site.visitor(**{"hx-request": "true"})
        piece = await browser.get("/look/worked?piece=base/lists.html")
        led_on = await browser.get("/look/worked")
    finally:
        site.app.router.routes.pop(0)
    assert '<p id="said" role="status" hx-swap-oob="true">已保存。</p>' in piece.text
    assert led_on.headers["hx-redirect"] == "/login"
    assert "已保存。" in (await browser.get("/login")).text
