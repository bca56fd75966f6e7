"""Words that betray a demand: marked, brought back ticked, and left unticked only with a reason."""

from __future__ import annotations

import re

import pytest

from models import screening, tasks
from models.base.refusals import Invalid, NotAllowed
from models.requests import WorkRequest
from models.screening import Mark, marks_in
from models.tasks import Assignment
from tests.builders import a_list, a_request, a_task, a_town, a_viewer, an_admitted_request
from tests.views.conftest import site  # noqa: F401 - the fixture
from tests.views.intake.test_requests import a_desk, asked

pytestmark = pytest.mark.anyio


async def test_a_long_phrase_is_not_taken_for_the_short_one_in_it(town: str) -> None:
    place = await a_town()
    found = await marks_in("请下达指标任务并排名，安装率按周通报。", place.township.path)
    assert {mark.phrase for mark in found} == {"下达指标", "排名", "安装率"}
    assert Mark("排名", "ranking") in found


async def test_a_betrayed_demand_is_owned_up_to_or_explained(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    with pytest.raises(Invalid, match="排名") as no:
        await a_request(place, body="巡查结果每周排名。")
    assert no.value.field == "demands" and not await WorkRequest.exists()
    owned = await a_request(place, body="巡查结果每周排名。", demands=["patrol", "ranking"])
    assert owned.state == "rejected"
    explained = await a_request(place, body="不对村社排名。", untick_reason="只是说明不排名。")
    assert (explained.state, explained.unticked) == ("pending_review", {"ranking": "只是说明不排名。"})


async def test_keepers_set_and_end_phrases_at_once_and_nobody_else_does(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.county)
    await screening.set_red_line(keeper, place.county, phrase="日报告", demand="ranking")
    await screening.end_red_line(keeper, place.county, phrase="排名")
    found = await marks_in("日报告并排名", place.township.path)
    assert [mark.phrase for mark in found] == ["日报告"]
    assert [mark.phrase for mark in await marks_in("日报告并排名", place.city.path)] == ["排名"]
    with pytest.raises(Invalid):
        await screening.set_red_line(keeper, place.county, phrase="日报告", demand="nothing")
    with pytest.raises(NotAllowed):
        await screening.set_red_line(
            await a_viewer("coordinator", place.township), place.county, phrase="周报", demand="ranking"
        )


async def test_the_form_comes_back_with_the_betrayed_demand_ticked(site) -> None:  # noqa: F811
    town, browser = await a_desk(site)
    page = (await browser.get("/requests/new")).text
    answer = await browser.post("/requests", data=asked(town, page, body="每周排名。"))
    assert answer.status_code == 422 and "像是要求" in answer.text
    assert re.search(r'value="ranking" checked', answer.text) and "不勾选的原因" in answer.text


async def test_the_reader_sees_the_phrase_marked_and_the_reason(site) -> None:  # noqa: F811
    town, _ = await a_desk(site)
    request = await a_request(town, body="<b>不排名</b>。", untick_reason="只是说明不排名。")
    desk = await site.as_a("coordinator", town.township)
    shown = (await desk.get(f"/screening/{request.pk}")).text
    assert "&lt;b&gt;不<mark>排名</mark>&lt;/b&gt;" in shown and "只是说明不排名。" in shown


async def test_no_text_to_a_village_carries_a_red_line_but_what_an_asker_explained_or_the_village_said(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.city)
    desk, village = await a_viewer("coordinator", place.township), await a_viewer("secretary", place.village)
    request = await an_admitted_request(place, body="不对村社排名。", untick_reason="只是说明不排名。")
    task = await a_task(place, requests=[request])
    assignment = await Assignment.filter(task=task, unit=place.village).first()
    assert assignment is not None
    await tasks.say(desk, assignment, words="放心，不排名。")
    with pytest.raises(Invalid, match="“打 卡”，像是要求") as no:
        await tasks.say(desk, assignment, words="请每日打 卡。")
    assert no.value.field == "words"
    await tasks.say(village, assignment, words="要不要打卡？")
    await tasks.say(desk, assignment, words="不用打卡。")
    with pytest.raises(Invalid, match="责任狀"):
        await tasks.say(desk, assignment, words="请签责任狀。")


async def test_a_pledge_is_neither_explained_away_nor_silenced(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper, desk = await a_viewer("list_keeper", place.county), await a_viewer("coordinator", place.township)
    await screening.end_red_line(keeper, place.county, phrase="责任状")
    request = await an_admitted_request(place, body="不签责任状。", untick_reason="只是说明不签。")
    with pytest.raises(Invalid, match="责任状"):
        await a_task(place, "draft", requests=[request], body="各村签订责任状。")
    with pytest.raises(Invalid, match="拆除"):
        await tasks.withdraw(desk, await a_task(place), reason="改为由各村拆除违章棚屋。")
