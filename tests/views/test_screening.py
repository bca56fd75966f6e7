"""The reading page, whatever the advice on it is made of."""

from __future__ import annotations

import pytest

from models.screening import Screening
from tests.builders import a_list, a_request, a_town
from tests.views.conftest import Site

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
