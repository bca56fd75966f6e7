"""消息 as people meet it: the count in the bar, the list, one tap to the thing, and the red band of an emergency."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import now
from models.inbox import InboxMessage
from models.matters import Matter
from models.people import Post
from tests.builders import Town, a_list, a_town, a_viewer, an_assignment
from tests.models.inbox.scenes import delivered
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
ALARM = {
    "code": "XZ-YJ-01",
    "title": "人员转移协助",
    "category": "assist",
    "demands": ["visit"],
    "emergency": True,
}


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.county, ALARM)
    return place


async def test_a_question_stands_on_the_other_sides_morning_page_and_in_the_bar(
    town: str, site: Site
) -> None:
    place = await a_place()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    mine = await an_assignment(place)
    await tasks.say(meizhu, mine, words="要不要拍照？")
    await delivered()
    browser = await site.signed_in(await Post.get(pk=desk.post_id))
    page = (await browser.get("/")).text
    assert "待回答的提问" in page and "<small>1 件</small>" in page and "条未读" in page
    await tasks.say(desk, mine, words="不用。")
    await delivered()
    assert "待回答的提问" not in (await browser.get("/")).text
    village = await site.signed_in(await Post.get(pk=meizhu.post_id))
    assert "回答" in (await village.get("/messages")).text
    await tasks.say(desk, mine, words="几号能巡完？")
    assert "待回答的提问" in (await village.get("/")).text


async def test_a_message_leads_to_its_thing_and_loses_its_mark(town: str, site: Site) -> None:
    place = await a_place()
    meizhu = await a_viewer("secretary", place.village)
    mine = await an_assignment(place)
    await delivered()
    message = await InboxMessage.get(person_id=meizhu.person_id)
    browser = await site.signed_in(await Post.get(pk=meizhu.post_id))
    led = await browser.get(f"/messages/{message.pk}")
    assert (led.status_code, led.headers["location"]) == (303, f"/assignments/{mine.pk}")
    assert "条未读" not in (await browser.get("/messages")).text
    other = await site.as_a("secretary", place.second_village)
    assert (await other.get(f"/messages/{message.pk}")).status_code == 404


async def test_all_can_be_put_away_at_once(town: str, site: Site) -> None:
    place = await a_place()
    meizhu = await a_viewer("secretary", place.village)
    for _ in range(2):
        await an_assignment(place)
    await delivered()
    browser = await site.signed_in(await Post.get(pk=meizhu.post_id))
    assert "2<span" in (await browser.get("/messages?show=new")).text
    await browser.post("/messages/put-away")
    assert "没有未读的消息" in (await browser.get("/messages?show=new")).text


async def test_an_emergency_is_a_red_band_for_whom_it_concerns_until_it_is_reported(
    town: str, site: Site
) -> None:
    place = await a_place()
    leader = await a_viewer("leader", place.township)
    response = await tasks.declare_response(
        leader, place.township, name="防台风", level="Ⅲ级", reason="气象预警"
    )
    meizhu = await a_viewer("secretary", place.village)
    task = await tasks.dispatch_at_once(
        leader,
        place.township,
        response=response,
        matter=await Matter.get(code="XZ-YJ-01"),
        title="转移低洼处住户",
        body="逐户转移",
        due_at=now() + timedelta(hours=5, minutes=1),
        units=[place.village],
    )
    concerned = [await site.signed_in(await Post.get(pk=one.post_id)) for one in (meizhu, leader)]
    for browser in concerned:
        for address in ("/", "/messages", "/matters"):
            page = (await browser.get(address)).text
            assert 'class="alarm"' in page and "还剩 5 小时" in page, address
        sections = re.findall(r'<h2 id="s\d+">(\S+) ', (await browser.get("/")).text)
        assert sections[0] == "应急任务", sections
    for stranger in (("secretary", place.second_village), ("coordinator", place.other_township)):
        assert 'class="alarm"' not in (await (await site.as_a(*stranger)).get("/")).text
    copy = await tasks.Assignment.get(task=task).prefetch_related(*tasks.Assignment.judged_with)
    await tasks.report(meizhu, copy, words="已全部转移")
    for browser in concerned:
        assert 'class="alarm"' not in (await browser.get("/matters")).text


async def test_a_liaison_cadre_finds_in_the_morning_what_is_late_in_the_village(
    town: str, site: Site
) -> None:
    place = await a_place()
    mine = await an_assignment(place)
    await tasks.Assignment.filter(pk=mine.pk).update(due_at=now() - timedelta(days=2))
    for role, unit in (
        ("liaison", place.village),
        ("first_secretary", place.village),
        ("supervisor", place.village),
    ):
        page = (await (await site.as_a(role, unit)).get("/")).text
        assert mine.task.title in page and "已逾期" in page, role
    for role in ("supervisor", "observer"):
        page = (await (await site.as_a(role, place.county)).get("/")).text
        assert "个别村社有逾期的任务单" in page and mine.task.title not in page, role
    calm = (await (await site.as_a("liaison", place.other_village)).get("/")).text
    assert "您看护的地方今天没有逾期的事" in calm


async def test_what_reaches_one_outside_is_chosen_on_a_page(town: str, site: Site) -> None:
    place = await a_place()
    browser = await site.as_a("secretary", place.village)
    page = (await browser.get("/messages/outside")).text
    assert page.count(" checked") == 9 and "应急任务、催办和逾期总会提醒" in page
    await browser.post("/messages/outside", data={"key": "k1", "topics": ["task", "talk"]})
    page = (await browser.get("/messages/outside")).text
    assert page.count(" checked") == 2
