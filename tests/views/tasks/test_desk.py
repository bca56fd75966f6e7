"""The desk's day in few acts: who is meant is ticked, all are taken at once, the late reminded, reports read together."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, now
from models.base.events import Event
from models.people import Person
from models.tasks import Assignment, Task, TaskUnit, Urging
from tests.builders import (
    Town,
    a_list,
    a_task,
    a_town,
    a_unit,
    a_viewer,
    an_admitted_request,
    an_assignment,
)  # fmt: skip
from tests.views.conftest import Site
from tests.views.standing_forms import as_it_stands

pytestmark = pytest.mark.anyio


async def a_place(villages: int = 0, communities: int = 0) -> Town:
    place = await a_town()
    await a_list(place.county)
    for number in range(villages):
        await a_unit("village", place.township, f"山村{number}村")
    for number in range(communities):
        await a_unit("village", place.township, f"城南{number}社区")
    return place


async def test_the_villages_an_asker_named_stand_on_the_reading_page_and_are_ticked_in_the_draft(
    town: str, site: Site
) -> None:
    place = await a_place(villages=3)
    one = await an_admitted_request(place, units=[place.second_village])
    desk = await site.as_a("coordinator", place.township)
    reading = (await desk.get(f"/screening/{one.pk}")).text
    assert "请哪些村社办（1 个）" in reading and place.second_village.name in reading
    form = as_it_stands((await desk.get(f"/tasks/new?requests={one.pk}")).text, "/tasks")
    assert form["units"] == [str(place.second_village.pk)] and form["reach"] == ["ticked"]
    assert (await desk.post("/tasks", data=form)).status_code == 303
    assert await TaskUnit.all().values_list("unit_id", flat=True) == [place.second_village.pk]


async def test_a_request_to_the_whole_township_is_drafted_for_all_of_it_in_two_acts(
    town: str, site: Site
) -> None:
    place = await a_place(villages=3, communities=2)
    whole = await an_admitted_request(place, units=[], townships=[place.township])
    desk = await site.as_a("coordinator", place.township)
    page = (await desk.get(f"/tasks/new?requests={whole.pk}")).text
    assert "全部村社（7 个）" in page and "全部村（5 个）" in page and "全部社区（2 个）" in page
    form = as_it_stands(page, "/tasks")
    assert form["reach"] == ["all"] and len(form["units"]) == 7
    for reach, many in (("communities", 2), ("villages", 5), ("all", 7)):
        if reach != "communities":
            whole = await an_admitted_request(place, units=[], townships=[place.township])
            form = as_it_stands((await desk.get(f"/tasks/new?requests={whole.pk}")).text, "/tasks")
        sent = await desk.post("/tasks", data=form | {"reach": [reach]})
        assert sent.status_code == 303
        task = await Task.all().order_by("-id").first()
        assert await TaskUnit.filter(task=task).count() == many


async def test_everybody_who_has_not_answered_is_reminded_in_one_act_and_once_a_day(
    town: str, site: Site
) -> None:
    place = await a_place(villages=4)
    villages = await a_viewer("secretary", place.village), await a_viewer("secretary", place.second_village)
    task = await a_task(place)
    first = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    await tasks.report(villages[0], first, words="已巡查")
    desk, at = await site.as_a("coordinator", place.township), f"/tasks/{task.pk}"
    page = (await desk.get(at)).text
    assert "1/2</strong> 个村社已反馈" in page and "提醒全部未反馈的（1 个村社）" in page
    assert 'href="tel:13800000000"' in page
    form = as_it_stands(page, f"{at}/urge")
    assert (await desk.post(f"{at}/urge", data=form)).status_code == 303
    assert await Urging.all().values_list("person_id", flat=True) == [villages[1].person_id]
    again = await desk.post(f"{at}/urge", data=form | {"key": ["another"]})
    assert again.status_code == 409 and "今天已经提醒过" in again.text
    with clock_at(now() + timedelta(days=1)):
        tomorrow = await site.as_a("coordinator", place.township)
        await tomorrow.post(f"{at}/urge", data=form | {"key": ["tomorrow"]})
    assert await Event.filter(command="tasks.urge").count() == 2


async def test_reports_to_review_stand_in_one_row_a_task_that_leads_to_all_of_them(
    town: str, site: Site
) -> None:
    place = await a_place()
    task = await a_task(place)
    for village in (place.village, place.second_village):
        row = await Assignment.get(task=task, unit=village).prefetch_related(*Assignment.judged_with)
        await tasks.report(await a_viewer("secretary", village), row, words="已巡查")
    desk = await site.as_a("coordinator", place.township)
    home = (await desk.get("/")).text
    assert home.count("待审核的反馈") >= 1 and "2 个村社待审核 · 已办结 0/2" in home
    link = re.search(rf'href="(/tasks/{task.pk}\?all=1#answers)"', home)
    assert link
    form = as_it_stands((await desk.get(link.group(1))).text, f"/tasks/{task.pk}/accept")
    assert len(form["assignments"]) == 2
    assert (await desk.post(f"/tasks/{task.pk}/accept", data=form)).status_code == 303
    assert (await Task.get(pk=task.pk)).state == "closed"


async def test_an_asker_reads_how_many_villages_have_answered(town: str, site: Site) -> None:
    place = await a_place()
    request = await an_admitted_request(place)
    task = await a_task(place, requests=[request])
    row = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    await tasks.report(await a_viewer("secretary", place.village), row, words="已巡查")
    asker = await site.as_a("department_officer", place.department)
    assert "2 个村社，已反馈 1" in (await asker.get("/")).text
    assert "2 个村社，已反馈 1" in (await asker.get(f"/requests/{request.pk}")).text


async def test_each_side_is_shown_the_others_telephone(town: str, site: Site) -> None:
    place = await a_place()
    row = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    await Person.filter(pk=secretary.person_id).update(phone="13911112222")
    desk = await site.as_a("coordinator", place.township)
    page = (await desk.get(f"/assignments/{row.pk}")).text
    assert 'href="tel:13911112222"' in page and "村里谁在办" in page and "13800000000" not in page
    village = await site.as_a("secretary", place.village)
    page = (await village.get(f"/assignments/{row.pk}")).text
    assert 'href="tel:13800000000"' in page and "13911112222" not in page


async def test_no_answer_about_a_village_is_given_by_silence(town: str, site: Site) -> None:
    place = await a_place()
    row = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    made = await tasks.object_to(secretary, row, kind="not_ours", words="不是本村的地")
    leader = await site.as_a("head", place.township)
    form = as_it_stands((await leader.get(f"/assignments/{row.pk}")).text, f"/objections/{made.pk}/answer")
    assert "upheld" not in form
    silent = await leader.post(f"/objections/{made.pk}/answer", data=form | {"answer": ["再看看"]})
    assert silent.status_code == 422 and "请选择一项" in silent.text and "再看看" in silent.text
    assert (await tasks.Objection.get(pk=made.pk)).state == "open"
    said = await leader.post(
        f"/objections/{made.pk}/answer", data=form | {"answer": ["再看看"], "upheld": [""]}
    )
    assert said.status_code == 303 and (await tasks.Objection.get(pk=made.pk)).state == "refused"


async def test_the_asker_is_not_asked_which_villages_twice(town: str, site: Site) -> None:
    place = await a_place(villages=1)
    both = [await an_admitted_request(place, units=[v]) for v in (place.village, place.second_village)]
    desk = await site.as_a("coordinator", place.township)
    at = f"/tasks/new?requests={both[0].pk},{both[1].pk}"
    form = as_it_stands((await desk.get(at)).text, "/tasks")
    assert sorted(form["units"]) == sorted(str(v.pk) for v in (place.village, place.second_village))
