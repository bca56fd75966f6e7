"""A village's points by pages: reading them, an entry taken back, an appeal."""

from __future__ import annotations

import re

import pytest

from models.evaluation import Appeal
from models.people import Post
from models.points import PointEntry
from tests.leaks.browsers import shown
from tests.models.evaluation.scenes import (
    MATTERS,
    a_month,
    a_scored_town,
    a_working_town,
    entries_of,
    follow,
    index_of,
    results,
)
from tests.views.conftest import Site
from tests.views.evaluation.test_schemes import WORDS
from tests.views.standing_forms import seen_on

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]


ANSWER = "经核实，停电属实，村里已在期限内电话反馈。"


def total(page: str) -> str:
    found = re.search(r"合计 (\S+) 分", page)
    assert found, page
    return found[1]


async def test_a_village_and_its_people_read_their_points_and_the_sum_is_their_sum(
    town: str, site: Site
) -> None:
    place = await a_scored_town()
    secretary = await site.as_a("secretary", place.village)
    page = (await secretary.get("/points")).text
    assert total(page) == "40" and page.count('href="/points/') == 4 + page.count('href="/points/?')
    for matter in MATTERS:
        assert f"任务{matter}" in page
    first = await PointEntry.filter(unit=place.village, person_id__isnull=False).order_by("id").first()
    assert first is not None
    worker = await site.signed_in(await Post.get(pk=first.post_id))
    assert total((await worker.get("/points?mine=1")).text) == "10"
    neighbour = await site.as_a("secretary", place.second_village)
    missing = await neighbour.get("/points?at=987654321")
    for unit in (place.village, place.township, place.city):
        hidden = await neighbour.get(f"/points?at={unit.pk}")
        assert hidden.status_code == missing.status_code == 404 and shown(hidden) == shown(missing)
    assert (await neighbour.get(f"/points?at={place.second_village.pk}")).status_code == 200
    own = (await entries_of(place))[0]
    assert (await neighbour.get(f"/points/{own.pk}")).status_code == 404
    assert (await secretary.get(f"/points/{first.pk}")).status_code == 404
    assert "还没有工分" in (await secretary.get("/points?period=2020-01")).text
    assert total((await secretary.get(f"/points?period={(await a_month(place)).key}")).text) == "40"


@pytest.mark.furnished(by=None)
async def test_a_keeper_finds_a_village_and_takes_an_entry_back_with_a_reason(town: str, site: Site) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:2])
    keeper = await site.as_a("list_keeper", place.county)
    assert f'href="/points?at={place.village.pk}"' in (await keeper.get("/points?q=梅渚")).text
    first = (await entries_of(place))[0]
    answer = await keeper.post(f"/points/{first.pk}/reverse", data={"key": "r", "reason": "假"})
    assert answer.status_code == 422 and "为什么撤销" in answer.text
    reason = "现场核查，没有巡查过，照片是去年的。"
    answer = await keeper.post(f"/points/{first.pk}/reverse", data={"key": "r2", "reason": reason})
    assert answer.status_code == 303
    await follow()
    secretary = await site.as_a("secretary", place.village)
    page = (await secretary.get("/points")).text
    assert total(page) == "10" and reason in page and "-10" in page and "已撤销" in page
    shown = (await secretary.get(f"/points/{first.pk}")).text
    assert reason in shown and "对撤销有意见，申诉" in shown, "a reversal can be contested, too"
    taken = await PointEntry.get(reverses_id=first.pk)
    assert f"/points/{first.pk}" in (await secretary.get(f"/points/{taken.pk}")).text


async def test_a_village_appeals_on_a_phone_and_the_county_answers_in_the_open(town: str, site: Site) -> None:
    place = await a_scored_town()
    first, score = (await entries_of(place))[0], await index_of(place, await a_month(place))
    secretary = await site.as_a("secretary", place.village)
    link = f"/appeals/new?index={score.pk}&amp;entry={first.pk}"
    assert link in (await secretary.get(f"/points/{first.pk}")).text
    form = {"key": "a", "index": str(score.pk), "entry": str(first.pk)}
    assert "任务" in (await secretary.get(link.replace("&amp;", "&"))).text
    answer = await secretary.post("/appeals", data=form | {"words": "不对"})
    assert (
        answer.status_code == 422 and "请写明哪里不对" in answer.text and ">\n不对</textarea>" in answer.text
    )
    answer = await secretary.post("/appeals", data=form | {"words": WORDS})
    made = await Appeal.get()
    assert answer.headers["location"] == f"/appeals/{made.pk}"
    neighbour = await site.as_a("secretary", place.other_village)
    assert (await neighbour.get(f"/appeals/{made.pk}")).status_code == 404
    assert (await neighbour.get(link.replace("&amp;", "&"))).status_code == 404
    keeper = await site.as_a("list_keeper", place.county)
    assert "待答复的评价申诉" in (await keeper.get("/")).text
    page = (await keeper.get(f"/appeals/{made.pk}")).text
    assert WORDS in page and "应在何时答复" in page
    at = f"/appeals/{made.pk}/answer"
    answer = await keeper.post(at, data={"key": "b", "answer": ANSWER})
    assert answer.status_code == 422 and "成立还是不成立" in answer.text and ANSWER in answer.text
    await keeper.post(at, data=seen_on(page, at) | {"key": "c", "decision": "upheld", "answer": ANSWER})
    await follow()
    shown = (await secretary.get(f"/appeals/{made.pk}")).text
    assert "申诉成立" in shown and "工分已满" in shown and "已按更正重新计算" in shown
    public = (await neighbour.get(f"/appeals/{made.pk}")).text
    assert ANSWER in public and WORDS not in public and "/points/" not in public
    assert ANSWER[:20] in (await neighbour.get("/appeals")).text
    assert (await neighbour.get(f"/trail/Appeal/{made.pk}")).status_code == 404
    assert "待答复的评价申诉" not in (await keeper.get("/")).text
