"""The reading page, whatever the advice on it is made of."""

from __future__ import annotations

import pytest

from models.base.clock import today
from models.policies import set_policy
from models.screening import Screening
from tests.builders import a_list, a_request, a_task, a_town, a_viewer
from tests.models.tasks.test_gates import HEAVY
from tests.views.conftest import Site
from tests.views.standing_forms import as_it_stands

pytestmark = pytest.mark.anyio


async def test_a_ban_of_the_list_itself_is_shown_like_a_general_one(site: Site) -> None:
    place = await a_town()
    banned = {"code": "FM-02", "title": "田间夜灯亮度微调", "category": "negative"}
    await a_list(place.county, banned)
    request = await a_request(place, title="田间夜灯亮度微调", body="请各村田间夜灯亮度微调。")
    verdict = await Screening.get(request=request)
    nearest = verdict.rests_on["prohibitions"]
    assert [one["code"] for one in nearest] == ["FM-02"] and "basis" not in nearest[0]
    desk = await site.as_a("coordinator", place.township)
    answer = await desk.get(f"/screening/{request.pk}")
    assert answer.status_code == 200 and 'href="/matters/FM-02"' in answer.text


async def test_the_reader_sees_the_load_and_is_asked_for_the_reason(site: Site) -> None:
    place = await a_town()
    await a_list(place.county, HEAVY)
    heavy = await a_request(place, matter_code="XZ-SL-01", demands=["patrol"], units=[place.village])
    light = await a_request(place, units=[place.second_village])
    browser = await site.as_a("coordinator", place.township)
    page = (await browser.get(f"/screening/{heavy.pk}")).text
    assert "再加这一件，梅渚村 1 个村社会超过负担上限" in page and "为什么仍要收下" in page
    assert "为什么仍要收下" not in (await browser.get(f"/screening/{light.pk}")).text
    at = f"/screening/{heavy.pk}/admit"
    silent = await browser.post(at, data=as_it_stands(page, at))
    assert silent.status_code == 422 and "为什么仍要收下" in silent.text
    said = as_it_stands(page, at) | {"note": ["汛期不能等。"]}
    assert (await browser.post(at, data=said)).status_code == 303


async def test_the_reader_sees_which_villages_would_be_above_their_ceiling_before_letting_it_in(
    site: Site,
) -> None:
    place = await a_town()
    await a_list(place.county)
    keeper, desk = await a_viewer("list_keeper", place.county), await site.as_a("coordinator", place.township)
    ceiling = {"name": "open_tasks", "value": 1, "reason": "示范", "from_on": today()}
    await set_policy(keeper, place.county, **ceiling)
    request = await a_request(place, units=[place.second_village])
    assert "负担上限" not in (await desk.get(f"/screening/{request.pk}")).text
    await a_task(place)
    assert "再加这一件，棠村 1 个村社会超过负担上限" in (await desk.get(f"/screening/{request.pk}")).text
    whole = await a_request(place, units=[], townships=[place.township])
    assert "梅渚村、棠村 2 个村社会超过负担上限" in (await desk.get(f"/screening/{whole.pk}")).text
