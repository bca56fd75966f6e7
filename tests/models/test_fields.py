"""The report on fields that are on file: what is held, how old, from where, and who else asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import intake, screening, tasks
from models.base.clock import now, today
from models.base.viewer import Viewer
from models.intake import FieldReport
from models.registry import Element
from models.requests import WorkRequest
from models.tasks import Assignment, TaskUnit
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_unit, a_value, a_viewer
from tests.counting import counted

pytestmark = pytest.mark.anyio
FORM = {"code": "XZ-MZ-05", "title": "人口摸底", "category": "assist", "demands": ["data", "visit"]}
ASKED = {"matter_code": "XZ-MZ-05", "demands": ["data", "visit"]}


async def a_place(*form: str) -> Town:
    """Twenty data elements, and a matter whose form asks for those named."""
    place = await a_town()
    for number in range(20):
        await Element.create(code=f"e{number:02}", name=f"数据{number:02}", freshness_days=100)
    await a_list(place.city, FORM | {"form": list(form)})
    return place


async def on_file(code: str, *units: Unit, days_ago: int = 0, **more: int) -> None:
    element = await Element.get(code=code)
    for unit in units:
        await a_value(element, unit, "31", days_ago=days_ago, **more)


async def the_report(viewer: Viewer, request: WorkRequest) -> FieldReport:
    found = await WorkRequest.find(viewer, request.pk)
    return await intake.fields_of(viewer, found)


async def test_fourteen_of_twenty_fields_are_on_file(town: str) -> None:
    place = await a_place("e18", "e19", "e00")
    both = (place.village, place.second_village)
    for number in range(14):
        await on_file(f"e{number:02}", *both, days_ago=number)
    await on_file("e14", place.village)
    await on_file("e15", *both, days_ago=101)
    request = await a_request(place, **ASKED, elements=[f"e{n:02}" for n in range(18)])
    told = await the_report(await a_viewer("coordinator", place.township), request)
    assert [field.code for field in told.fields] == [f"e{n:02}" for n in range(20)], "each field once"
    assert {field.code for field in told.struck} == {f"e{n:02}" for n in range(14)}
    assert told.sentence == "20 个数据项里 14 个各村都已有且未过期，默认不再填报；另有 1 个部分村社已有。"
    held = {field.code: field.held for field in told.fields}
    assert (held["e14"], held["e15"], held["e16"]) == (1, 0, 0), "what is stale is not held"
    assert {field.code for field in told.to_ask} == {f"e{n:02}" for n in range(14, 20)}


async def test_the_newest_value_counts_with_its_day_and_its_source(town: str) -> None:
    place = await a_place()
    earlier = await a_task(place)
    await on_file("e01", place.village, days_ago=50)
    await on_file("e01", place.village, days_ago=7, task_id=earlier.pk)
    await on_file("e01", place.second_village, days_ago=30)
    coordinator = await a_viewer("coordinator", place.township)
    request = await a_request(place, **ASKED, elements=["e01"])
    field = (await the_report(coordinator, request)).fields[0]
    assert (field.oldest, field.newest) == (today() - timedelta(days=30), today() - timedelta(days=7))
    assert (field.held, field.from_tasks) == (2, 1)
    sources = await tasks.sources_of(coordinator, field.values)
    assert sorted(sources.values()) == ["任务“秸秆禁烧巡查”的反馈", "直接登记"]
    made = await a_viewer("secretary", place.village)
    await on_file("e01", place.village, by_id=made.post_id or 0)
    field = (await the_report(coordinator, request)).fields[0]
    assert "梅渚村村社党组织书记登记" in (await tasks.sources_of(coordinator, field.values)).values()


async def test_a_grid_that_is_named_stands_for_its_village_and_none_for_all(town: str) -> None:
    place = await a_place()
    await on_file("e01", place.village)
    coordinator = await a_viewer("coordinator", place.township)
    for units, villages, held in (
        ([place.grid], 1, 1),
        ([place.second_village], 1, 0),
        ([place.village, place.second_village], 2, 1),
    ):
        request = await a_request(place, **ASKED, elements=["e01"], units=units)
        field = (await the_report(coordinator, request)).fields[0]
        assert (field.villages, field.held) == (villages, held)
    whole = await a_request(place, **ASKED, elements=["e01"], units=[], townships=[place.township])
    assert len((await the_report(coordinator, whole)).villages) == 2


async def test_who_else_asks_for_the_same_field_of_the_same_village_is_named(town: str) -> None:
    place = await a_place("e05")
    mine = await a_request(place, **ASKED, elements=["e01", "e02"], units=[place.village])
    same = await a_request(place, **ASKED, elements=["e02"], title="同一个数据")
    by_form = await a_request(place, **ASKED, elements=["e03"], title="同一张表", units=[place.village])
    whole = await a_request(
        place, elements=["e01"], demands=["patrol", "data"], units=[], townships=[place.township]
    )
    await a_request(place, **ASKED, elements=["e01"], title="别的村", units=[place.second_village])
    await a_request(place, **ASKED, elements=["e01"], title="别的镇", units=[place.other_village])
    refused = await a_request(place, **ASKED, elements=["e01"], title="驳回了", units=[place.village])
    old = await a_request(place, **ASKED, elements=["e01"], title="前年的", units=[place.village])
    coordinator = await a_viewer("coordinator", place.township)
    await screening.reject(coordinator, refused, reason="不符")
    await WorkRequest.filter(pk=old.pk).update(submitted_at=now() - timedelta(days=400))
    others = {
        field.code: {one.pk for one in field.others} for field in (await the_report(coordinator, mine)).fields
    }
    assert others == {"e01": {whole.pk}, "e02": {same.pk}, "e05": {same.pk, by_form.pk}}
    assert mine.pk not in others["e01"]


async def test_values_are_told_to_those_who_may_read_them(town: str) -> None:
    place = await a_place()
    await on_file("e01", place.village, place.second_village)
    await Element.filter(code="e02").update(sensitivity="sensitive")
    await on_file("e02", place.village, place.second_village)
    request = await a_request(place, **ASKED, elements=["e01", "e02", "e03"])
    reads = {
        ("coordinator", place.township): ({"e01", "e02"}, set()),
        ("head", place.township): ({"e01", "e02"}, set()),
        ("list_keeper", place.city): ({"e01"}, {"e02"}),
        ("observer", place.county): ({"e01"}, {"e02"}),
    }
    for (role, unit), (struck, kept_back) in reads.items():
        viewer = await a_viewer(role, unit)
        assert intake.reads_values(viewer, place.township.path), role
        told = await the_report(viewer, request)
        assert {field.code for field in told.struck} == struck, role
        assert {field.code for field in told.fields if field.kept_back} == kept_back, role
    for role, unit in (
        ("department_officer", place.department),
        ("office", place.office),
        ("secretary", place.village),
        ("coordinator", place.other_township),
        ("supervisor", place.village),
    ):
        assert not intake.reads_values(await a_viewer(role, unit), place.township.path), role


async def test_the_form_of_a_village_leaves_out_what_is_on_file_there(town: str) -> None:
    place = await a_place("e02", "e03")
    await on_file("e01", place.village, days_ago=3)
    await on_file("e02", place.second_village)
    await on_file("e03", place.village, place.second_village, days_ago=200)
    request = await a_request(place, **ASKED, elements=["e01"])
    coordinator = await a_viewer("coordinator", place.township)
    await screening.admit(coordinator, request)
    task = await a_task(place, requests=[request])
    for unit, filled, held in (
        (place.village, ["e02", "e03"], ["e01"]),
        (place.second_village, ["e01", "e03"], ["e02"]),
    ):
        viewer = await a_viewer("secretary", unit)
        mine = await Assignment.find(viewer, (await Assignment.get(task=task, unit=unit)).pk)
        form = await tasks.form_of(viewer, mine)
        assert form is not None
        assert [one.element.code for one in form.to_fill] == filled
        assert [one.code for one, _ in form.on_file] == held
        officer = await a_viewer("department_officer", place.department)
        assert await tasks.form_of(officer, mine) is None


async def test_a_task_is_told_of_all_its_requests_and_its_planned_villages(town: str) -> None:
    place = await a_place("e02")
    await on_file("e01", place.village)
    coordinator = await a_viewer("coordinator", place.township)
    requests = [await a_request(place, **ASKED, elements=[code]) for code in ("e01", "e03")]
    for request in requests:
        await screening.admit(coordinator, request)
    task = await a_task(place, "submitted", requests=requests, units=[place.grid])
    await task.fetch_related("matter", "township")
    planned = await TaskUnit.filter(task=task).select_related("unit")
    told = await tasks.fields_of_task(coordinator, task, planned, requests, others=True)
    assert [(field.code, field.struck) for field in told.fields] == [
        ("e01", True),
        ("e03", False),
        ("e02", False),
    ]
    assert [unit.pk for unit in told.villages] == [place.village.pk]
    assert all(not field.others for field in told.fields), "what it answers itself is nobody else's asking"


async def test_the_report_costs_the_same_however_much_is_on_file(town: str) -> None:
    place = await a_place("e02")
    coordinator = await a_viewer("coordinator", place.township)
    request = await a_request(
        place, **ASKED, elements=["e01"], units=[], townships=[place.township], deadline=today() + DAY
    )
    await a_request(place, **ASKED, elements=["e01"])
    found = await WorkRequest.find(coordinator, request.pk)
    await on_file("e01", place.village)  # whose values may be masked takes two statements more than none
    spent = []
    for _ in range(2):
        with counted() as told:
            await intake.fields_of(coordinator, found)
        spent.append(len(told))
        for number in range(20):
            village = await a_unit("village", place.township, f"第{number}村")
            await on_file("e01", village)
            await a_request(place, **ASKED, elements=["e01"], units=[village])
    assert spent[0] == spent[1] <= 10, spent


async def test_without_fields_nothing_is_asked_of_the_database(town: str) -> None:
    place = await a_place()
    coordinator = await a_viewer("coordinator", place.township)
    found = await WorkRequest.find(coordinator, (await a_request(place)).pk)
    with counted() as told:
        report = await intake.fields_of(coordinator, found)
    assert (len(told), report.fields, report.sentence) == (0, (), "没有要填报的数据项。")
