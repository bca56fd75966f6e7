"""A typhoon from the page: declared, sent at once, approved afterwards, ended; and what nobody may do with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from models import tasks
from models.base.clock import TOWN_ZONE, clock_at, now
from models.base.refusals import Invalid
from models.base.versions import version_of
from models.matters import Matter
from models.people import Post
from models.tasks import Assignment, EmergencyResponse, Extension, Task
from tests.builders import Town, a_list, a_town, a_viewer
from tests.counting import counted
from tests.models.tasks.test_emergency_dispatch import TYPHOON
from tests.views.conftest import Site
from tests.views.intake.test_amendment import key_of
from tests.views.standing_forms import as_it_stands

pytestmark = pytest.mark.anyio
DECLARED = {"name": "防台风", "level": "Ⅲ级", "reason": "县防指通知"}


async def a_stormy_town(*extra: dict[str, object]) -> Town:
    place = await a_town()
    await a_list(place.county, TYPHOON, *extra)
    return place


async def declared(place: Town, where: str = "township") -> EmergencyResponse:
    unit = getattr(place, where)
    commander = await a_viewer("leader" if where == "township" else "city_admin", unit)
    return await tasks.declare_response(commander, unit, **DECLARED)


def local(hours: float) -> str:
    return f"{(now() + timedelta(hours=hours)).astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}"


async def test_a_leader_declares_sends_at_once_and_another_approves(site: Site) -> None:
    place = await a_stormy_town()
    leader = await site.as_a("leader", place.township)
    page = (await leader.get("/emergency")).text
    assert "现在没有应急响应" in page and place.township.name in page
    sent = DECLARED | {"key": key_of(page, "/emergency"), "unit": str(place.township.pk)}
    for _ in range(2):
        assert (await leader.post("/emergency", data=sent)).headers["location"] == "/emergency"
    response = await EmergencyResponse.get()
    at = f"/emergency/{response.pk}/dispatch"
    assert f'href="{at}"' in (await leader.get("/emergency")).text
    form = (await leader.get(at)).text
    matter = await Matter.get(code=TYPHOON["code"])
    order = {
        "key": key_of(form, at),
        "matter": str(matter.pk),
        "title": "转移危房住户",
        "body": "今晚前转移完毕。",
        "due_at": local(6),
        "units": [str(place.village.pk)],
    }
    answer = await leader.post(at, data=order)
    task = await Task.get(response=response)
    assert answer.headers["location"] == f"/tasks/{task.pk}"
    assert task.due_at and f"{task.due_at.astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}" == order["due_at"]
    assert "待补批" in (await leader.get("/emergency")).text
    assert "/approve-afterwards" not in (await leader.get(f"/tasks/{task.pk}")).text
    head = await site.as_a("head", place.township)
    approving = f"/tasks/{task.pk}/approve-afterwards"
    key, seen = key_of((await head.get(f"/tasks/{task.pk}")).text, approving), await version_of(task)
    note = {"key": key, "seen": seen, "note": "情况紧急，同意"}
    assert (await head.post(approving, data=note)).status_code == 303
    assert "已补批" in (await head.get("/emergency")).text


async def test_the_village_reads_the_hour_wherever_the_task_stands(site: Site) -> None:
    with clock_at(datetime(2026, 8, 3, 15, tzinfo=TOWN_ZONE)):
        place = await a_stormy_town()
        response = await declared(place)
        leader = await a_viewer("leader", place.township)
        task = await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=await Matter.get(code=TYPHOON["code"]),
            title="转移",
            body="转移",
            due_at=datetime(2026, 8, 3, 20, tzinfo=TOWN_ZONE),
            units=[place.village],
        )
        row = await Assignment.get(task=task)
        village = await site.as_a("secretary", place.village)
        for address in ("/", "/tasks", f"/assignments/{row.pk}", f"/tasks/{task.pk}"):
            assert "应急：8月3日 20:00 前（还有 5 小时）" in (await village.get(address)).text, address
    with clock_at(datetime(2026, 8, 3, 20, 1, tzinfo=TOWN_ZONE)):
        assert "时限已过" in (await village.get("/")).text


async def test_a_refused_order_keeps_what_was_typed(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader = await site.as_a("leader", place.township)
    at = f"/emergency/{response.pk}/dispatch"
    order = {
        "key": key_of((await leader.get(at)).text, at),
        "matter": str((await Matter.get(code=TYPHOON["code"])).pk),
        "title": "转移危房住户",
        "body": "今晚前转移完毕。",
        "due_at": local(100),
        "units": [str(place.village.pk)],
    }
    for due_at, why in (
        (order["due_at"], "三天以内"),
        (local(-1), "三天以内"),
        ("今晚八点", "不是日期和时间"),
        ("", "请填写这一项"),
    ):
        refused = await leader.post(at, data=order | {"due_at": due_at})
        assert refused.status_code == 422 and why in refused.text, due_at
        assert 'value="转移危房住户"' in refused.text and "checked" in refused.text
    nowhere = await leader.post(at, data=order | {"due_at": local(2), "units": []})
    assert nowhere.status_code == 422
    assert not await Task.exists()


async def test_only_flagged_matters_are_offered_and_without_any_the_page_says_so(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader = await site.as_a("leader", place.township)
    page = (await leader.get(f"/emergency/{response.pk}/dispatch")).text
    offered = re.search(r'<select[^>]*name="matter".*?</select>', page, re.DOTALL)
    assert page.count("checked") == 1, "villages are chosen, not left ticked"
    assert page.count('name="units"') == 2 and "全部村社（2 个）" in page
    assert offered and TYPHOON["title"] in offered.group(0) and "秸秆禁烧巡查" not in offered.group(0)


async def test_a_list_that_flags_nothing_offers_no_form(site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    response = await declared(place)
    leader = await site.as_a("head", place.township)
    page = (await leader.get(f"/emergency/{response.pk}/dispatch")).text
    assert "不能应急下派" in page and "<select" not in page


async def test_a_village_of_another_township_gets_nothing(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place, "county")
    leader = await a_viewer("leader", place.township)
    for units in ([place.other_village], [place.village, place.other_village]):
        with pytest.raises(Invalid):
            await tasks.dispatch_at_once(
                leader,
                place.township,
                response=response,
                matter=await Matter.get(code=TYPHOON["code"]),
                title="转移",
                body="转移",
                due_at=now() + timedelta(hours=2),
                units=units,
            )
    assert not await Assignment.exists()


async def test_only_those_who_command_see_the_forms_and_reach_them(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    at = f"/emergency/{response.pk}"
    for role, unit in (
        ("coordinator", place.township),
        ("secretary", place.village),
        ("department_officer", place.department),
        ("head", place.other_township),
    ):
        browser = await site.as_a(role, unit)
        page = (await browser.get("/emergency")).text
        own = role == "head"
        assert ('action="/emergency"' in page) == own and f"{at}/" not in page, role
        assert (await browser.get(f"{at}/dispatch")).status_code == 403, role
        assert (await browser.post(f"{at}/dispatch", data={"key": "k"})).status_code == 403, role
        ending = await browser.post(f"{at}/end", data={"key": "k", "reason": "x"})
        assert ending.status_code == 403, role
        declaring = DECLARED | {"key": "k2", "unit": str(place.township.pk)}
        assert (await browser.post("/emergency", data=declaring)).status_code == 403, role
    assert await EmergencyResponse.all().count() == 1 and (await EmergencyResponse.get()).is_open


async def test_everybody_reads_what_is_declared_over_them_and_nothing_of_elsewhere(site: Site) -> None:
    place = await a_stormy_town()
    await declared(place)
    for role, unit, told in (
        ("secretary", place.village, True),
        ("city_admin", place.city, True),
        ("secretary", place.other_village, False),
    ):
        page = (await (await site.as_a(role, unit)).get("/emergency")).text
        assert ("防台风Ⅲ级" in page) == told, (role, unit.name)


async def test_an_ended_response_sends_nothing_and_stays_to_be_read(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader = await site.as_a("leader", place.township)
    at = f"/emergency/{response.pk}"
    order = {
        "key": key_of((await leader.get(f"{at}/dispatch")).text, f"{at}/dispatch"),
        "matter": str((await Matter.get(code=TYPHOON["code"])).pk),
        "title": "转移",
        "body": "转移",
        "due_at": local(2),
        "units": [str(place.village.pk)],
    }
    ending = key_of((await leader.get("/emergency")).text, f"{at}/end")
    empty = await leader.post(f"{at}/end", data={"key": ending, "reason": " "})
    assert empty.status_code == 422 and "请写明解除的依据" in empty.text
    assert (await leader.post(f"{at}/end", data={"key": ending, "reason": "台风已过"})).status_code == 303
    after = (await leader.get("/emergency")).text
    assert "现在没有应急响应" in after and "已解除的" in after and "防台风" in after
    late = await leader.post(f"{at}/dispatch", data=order)
    assert late.status_code == 409 and "没有这个应急响应" in late.text
    assert not await Task.exists()


async def test_the_page_costs_the_same_however_much_went_out(site: Site) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader = await a_viewer("leader", place.township)
    browser, spent = await site.signed_in(await Post.get(pk=leader.post_id)), []
    for number in range(3):
        await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=await Matter.get(code=TYPHOON["code"]),
            title=f"第{number}次转移",
            body="转移",
            due_at=now() + timedelta(hours=2 + number),
            units=[place.village],
        )
        for address in ("/emergency", f"/emergency/{response.pk}/dispatch"):
            with counted() as told:
                assert (await browser.get(address)).status_code == 200
            spent.append(len(told))
    assert spent[:2] == spent[2:4] == spent[4:] and max(spent) <= 9, spent


async def test_a_village_asks_for_hours_and_gets_them(site: Site) -> None:
    place = await a_stormy_town()
    leader, response = await a_viewer("leader", place.township), await declared(place)
    details = {
        "title": "转移",
        "body": "转移",
        "due_at": now() + timedelta(hours=2),
        "units": [place.village],
    }
    details["matter"] = await Matter.get(code=TYPHOON["code"])
    await tasks.dispatch_at_once(leader, place.township, response=response, **details)
    mine = await Assignment.get()
    village, at = await site.as_a("secretary", place.village), f"/assignments/{mine.pk}"
    page = (await village.get(at)).text
    assert 'name="until_at"' in page and 'name="until"' not in page
    asked = {"key": key_of(page, f"{at}/extensions"), "until_at": local(5), "reason": "路断了"}
    assert (await village.post(f"{at}/extensions", data=asked)).status_code == 303
    made = await Extension.get()
    hour = f"{made.until_at.astimezone(TOWN_ZONE):%H:%M}"
    desk = await site.as_a("coordinator", place.township)
    page = (await desk.get(at)).text
    assert local(5).endswith(hour) and f"{hour} <" in page
    answer = as_it_stands(page, f"/extensions/{made.pk}/answer") | {"granted": ["1"]}
    assert (await desk.post(f"/extensions/{made.pk}/answer", data=answer)).status_code == 303
    assert (await Assignment.get()).due_at == made.until_at
