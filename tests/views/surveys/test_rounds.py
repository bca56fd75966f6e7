"""The pages of surveys: a round made, opened by another, printed, watched and read, without scripts."""

from __future__ import annotations

import re

import brotli
import pytest

from models import surveys
from models.base.clock import clock_at, today
from models.surveys import Invitation, Survey, SurveyVillage
from tests.builders import DAY, Town, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.heart import beating
from tests.models.surveys.scenes import (
    QUESTIONS,
    SPLIT,
    a_draft,
    after,
    an_open_round,
    answered,
    closed,
    fresh,
    village_in,
)
from tests.views.conftest import Site, seen_in
from views.application import have_at_hand

pytestmark = pytest.mark.anyio


def a_form(place: Town, **changes: str) -> dict[str, str]:
    said = {
        "key": "k",
        "region": str(place.county.pk),
        "title": "上半年群众口碑调查",
        "opens_on": today().isoformat(),
        "closes_on": (today() + 10 * DAY).isoformat(),
        "sample_size": "40",
        "least_answers": "15",
        "least_percent": "25",
    }
    return said | QUESTIONS | changes


async def test_a_city_keeper_chooses_the_city_or_one_of_its_counties(town: str, site: Site) -> None:
    place = await a_town()
    city = await site.as_a("list_keeper", place.city)
    page = (await city.get("/surveys/new")).text
    for unit in (place.city, place.county):
        assert f'<option value="{unit.pk}"' in page, unit.name
    assert f'<option value="{place.township.pk}"' not in page
    answer = await city.post("/surveys", data=a_form(place))
    assert answer.status_code == 303 and (await Survey.get()).region_id == place.county.pk


async def test_villages_are_told_apart_by_their_township_and_searched_for_by_name(
    town: str, site: Site
) -> None:
    place = await a_town()
    keeper = await site.as_a("list_keeper", place.county)
    await keeper.post("/surveys", data=a_form(place))
    at = f"/surveys/{(await Survey.get()).pk}/households"
    page = (await keeper.get(at)).text
    assert "梅渚村" in page and "澄潭街道" in page and "羽林街道" in page
    found = (await keeper.get(f"{at}?q=棠村")).text
    assert "棠村" in found and "梅渚村</label>" not in found and 'name="villages"' in found
    village = re.search(r'name="villages" value="(\d+)"', found)
    assert village
    sent = {"key": "w", "villages": village[1], "households": "99999"}
    refused = await keeper.post(at, data=sent)
    assert (
        refused.status_code == 422
        and 'value="99999"' in refused.text
        and "梅渚村</label>" not in refused.text
    )
    assert "看全部" in (await keeper.get(f"{at}?q=没有")).text


async def test_a_draft_waits_on_the_morning_page_of_the_other_keepers(town: str, site: Site) -> None:
    place = await a_town()
    keeper, other, city = (
        await site.as_a("list_keeper", place.county),
        await site.as_a("city_admin", place.county),
        await site.as_a("list_keeper", place.city),
    )
    desk = await site.as_a("coordinator", place.township)
    spent = []
    for number in range(2):
        await keeper.post("/surveys", data=a_form(place, key=f"k{number}"))
        with counted() as told:
            page = (await other.get("/")).text
        spent.append(len(told))
        assert "待核对开启的调查" in page and page.count("上半年群众口碑调查") == number + 1
    with counted() as told:
        assert "上半年群众口碑调查" in (await city.get("/")).text
    assert spent[0] == spent[1] <= 8 and len(told) <= 8, len(told)
    for nobody in (keeper, desk):
        assert "上半年群众口碑调查" not in (await nobody.get("/")).text


async def test_a_keeper_drafts_another_opens_and_the_links_are_printed_once(town: str, site: Site) -> None:
    place = await a_town()
    keeper, other = [await site.as_a("list_keeper", place.county) for _ in range(2)]
    page = (await keeper.get("/surveys/new")).text
    assert 'action="/surveys"' in page and "新昌县" in page and 'value="60"' in page
    refused = await keeper.post("/surveys", data=a_form(place, title=" "))
    assert refused.status_code == 422 and 'value="40"' in refused.text
    answer = await keeper.post("/surveys", data=a_form(place))
    survey = await Survey.get()
    at = f"/surveys/{survey.pk}"
    assert answer.headers["location"] == f"{at}/households"
    page = (await keeper.get(f"{at}/households")).text
    numbers = re.findall(r'name="villages" value="(\d+)"', page)
    assert len(numbers) == 3
    sent = {"key": "h", "villages": numbers, "households": ["120", "30", "0"]}
    refused = await keeper.post(f"{at}/households", data=sent | {"households": ["120", "99999", "0"]})
    assert refused.status_code == 422 and 'value="99999"' in refused.text
    assert (await keeper.post(f"{at}/households", data=sent)).status_code == 303
    assert f'action="{at}/open"' not in (await keeper.get(at)).text
    page = (await other.get(at)).text
    assert f'action="{at}/open"' in page and "2 个村社参加" in page and "1 个没有户数" in page
    assert (
        await other.post(f"{at}/open", data={"key": "o"} | seen_in(page, f"{at}/open"))
    ).status_code == 303
    village = await SurveyVillage.get(households=120)
    there = f"/surveys/villages/{village.pk}"
    page = (await other.get(there)).text
    assert "抽到的 40 户" in page and (await fresh(survey)).seed in page
    printed = await other.post(f"{there}/slips", data={"key": "s"})
    assert printed.status_code == 200 and printed.headers["cache-control"] == "no-store"
    assert printed.text.count('class="qr"') == 40 == await Invitation.filter(village=village).count()
    links = re.findall(r"<code>http://town.test(/s/[a-z2-9-]+)</code>", printed.text)
    assert len(set(links)) == 40 and (await site.visitor().get(links[0])).status_code == 200
    again = await other.post(f"{there}/slips", data={"key": "s"})
    assert again.status_code == 422 and "链接只显示那一次" in again.text
    anew = await other.post(f"{there}/slips", data={"key": "t", "reason": "打印机卡纸，毁了几张"})
    assert anew.text.count('class="qr"') == 40
    assert (await site.visitor().get(links[0])).status_code == 404


async def test_a_draft_is_changed_until_it_is_opened(town: str, site: Site) -> None:
    place = await a_town()
    survey = await a_draft(place)
    keeper = await site.as_a("city_admin", place.city)
    at = f"/surveys/{survey.pk}"
    page = (await keeper.get(f"{at}/change")).text
    assert survey.title in page and 'name="seen"' in page
    answer = await keeper.post(f"{at}/change", data=a_form(place, title="改过的名称"))
    assert answer.status_code == 303 and (await fresh(survey)).title == "改过的名称"
    refused = await keeper.post(f"{at}/open", data={"key": "o"})
    assert refused.status_code == 403 and "起草的人不能自己开启" in refused.text
    made = await an_open_round(place)
    assert (await keeper.get(f"/surveys/{made.survey.pk}/change")).status_code == 409
    assert (await keeper.get(f"/surveys/{made.survey.pk}/households")).status_code == 409


async def test_while_it_runs_only_keepers_see_how_it_goes(town: str, site: Site) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, [(5, 5)] * 20)
    village, at = await made.village(place.village), f"/surveys/{made.survey.pk}"
    keeper = await site.as_a("list_keeper", place.county)
    page = (await keeper.get(at)).text
    assert "20 / 60 户" in page and "集中提交" in page and "邀请条还没打印" in page
    assert "梅渚村" in (await keeper.get(f"{at}?only=bunched")).text
    unprinted = (await keeper.get(f"{at}?only=unprinted")).text
    assert "棠村" in unprinted and "梅渚村" not in unprinted
    page = (await keeper.get(f"/surveys/villages/{village.pk}")).text
    assert "一小时里收到的回答特别多" in page and "重数：20 份，一致" in page
    for role, unit in {"secretary": place.village, "head": place.township}.items():
        browser = await site.as_a(role, unit)
        page = (await browser.get(at)).text
        assert "调查进行中" in page and "20 / 60" not in page and "集中提交" not in page
        assert (await browser.get(f"/surveys/villages/{village.pk}")).status_code == 404
        assert (await browser.get("/surveys/new")).status_code == 403
        assert made.survey.title in (await browser.get("/surveys")).text


async def test_results_show_to_whom_they_belong_with_their_interval_and_reason(town: str, site: Site) -> None:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.other_village])
    await answered(made, place.village, SPLIT)
    await answered(made, place.other_village, [(5, 5)] * 3)
    await closed(made)
    village, at = await made.village(place.village), f"/surveys/{made.survey.pk}"
    with clock_at(after(made.survey)):
        own = await site.as_a("secretary", place.village)
        page = (await own.get(f"/surveys/villages/{village.pk}")).text
        assert "75.0 分" in page and "（61.3–88.7）" in page and "没回答的人怎么想" in page
        assert "抽到的" not in page and made.survey.seed not in page
        other = await site.as_a("secretary", place.second_village)
        page = (await other.get(f"/surveys/villages/{village.pk}")).text
        assert "不公开" in page and "33%" in page and "75.0" not in page
        assert "梅渚村" not in (await other.get(at)).text, "one's own village comes first"
        page = (await other.get(f"{at}?only=")).text
        assert "33%" in page and "回答不够，不计入" in page and "75.0" not in page
        keeper = await site.as_a("list_keeper", place.county)
        refused = await keeper.post(f"/surveys/villages/{village.pk}/exclude", data={"key": "x"})
        assert refused.status_code == 422
        reason = "经核实，二十份由一名网格员收齐后代填。"
        data = {"key": "x", "reason": reason}
        assert (await keeper.post(f"/surveys/villages/{village.pk}/exclude", data=data)).status_code == 303
        page = (await other.get(f"/surveys/villages/{village.pk}")).text
        assert reason in page and "不计入" in page


async def test_a_round_costs_the_same_however_many_villages(town: str, site: Site) -> None:
    place = await a_town()
    spent: dict[str, list[int]] = {}
    for size in (3, 40):
        for number in range(size):
            await a_unit("village", place.township, code=f"V{size}-{number:02}")
        await a_draft(place, title=f"轮{size}", sample_size=20)
        survey = await Survey.get(title=f"轮{size}")
        browser = await site.as_a("city_admin", place.city)
        await surveys.open_survey(await a_viewer("list_keeper", place.city), await fresh(survey))
        one = await village_in(survey, place.village)
        for address in ("/surveys", f"/surveys/{survey.pk}", f"/surveys/villages/{one.pk}"):
            with counted() as told:
                answer = await browser.get(address)
            assert answer.status_code == 200
            assert len(brotli.compress(answer.content, quality=5)) < 12 * 1024
            spent.setdefault(re.sub(r"\d+", "n", address), []).append(len(told))
    assert all(counts[0] == counts[1] <= 12 for counts in spent.values()), spent


async def test_printing_many_slips_keeps_nobody_else_waiting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    found = await (await an_open_round(place)).village(place.second_village)
    monkeypatch.setattr("models.surveys.inviting.draw_of", lambda _: list(range(1, 61)))
    keeper = await site.as_a("list_keeper", place.county)
    have_at_hand()
    with beating() as heart:
        printed = await keeper.post(f"/surveys/villages/{found.pk}/slips", data={"key": "s"})
    assert printed.text.count('class="qr"') == 60 and not heart.stilled, heart.stilled
