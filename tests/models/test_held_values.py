"""What an asker is told of what villages have on file: within the request, while it stands, and no more than may be read."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from models import intake, screening, tasks
from models.base.clock import today
from models.base.viewer import Viewer
from models.registry import Element
from models.requests import WorkRequest
from tests.builders import Town, a_list, a_request, a_town, a_value, a_viewer
from tests.counting import counted

pytestmark = pytest.mark.anyio
COUNT = {"code": "XZ-MZ-05", "title": "人口摸底", "category": "assist", "demands": ["data", "visit"]}
ASKED = {"matter_code": "XZ-MZ-05", "demands": ["data"]}
KINDS = {"lamps": "open", "orphans": "internal", "minds": "sensitive"}


async def a_place() -> Town:
    place = await a_town()
    for code, sensitivity in KINDS.items():
        said = {"kind": "count", "measure": "盏" if code == "lamps" else "人", "freshness_days": 100}
        name = {"lamps": "路灯数", "orphans": "孤儿数", "minds": "精神残疾人数"}[code]
        await Element.create(code=code, name=name, sensitivity=sensitivity, **said)
    await a_list(place.city, COUNT)
    return place


async def on_file(place: Town, code: str, value: str, *, days_ago: int = 0, both: bool = True) -> None:
    element = await Element.get(code=code)
    for unit in (place.village, place.second_village)[: 2 if both else 1]:
        await a_value(element, unit, value, days_ago=days_ago, number=int(value))


async def an_asker(request: WorkRequest, place: Town) -> Viewer:
    return await a_viewer("department_officer", place.department)


async def told(viewer: Viewer, request: WorkRequest) -> dict[str, list[tuple[str, str]]] | None:
    found = await WorkRequest.get(pk=request.pk).prefetch_related(*WorkRequest.judged_with)
    values = await intake.held_values(viewer, found)
    if values is None:
        return None
    return {one.element.code: [(cell.state, cell.value) for cell in one.cells] for one in values.columns}


async def test_whoever_asks_is_told_at_once_what_need_not_be_asked(town: str) -> None:
    place = await a_place()
    await on_file(place, "lamps", "31")
    await on_file(place, "orphans", "12", both=False)
    request = await a_request(place, **ASKED, elements=["lamps", "orphans", "minds"])
    asker = await an_asker(request, place)
    found = await WorkRequest.find(asker, request.pk)
    values = await intake.held_values(asker, found)
    assert values is not None
    assert values.sentence == (
        "3 项里 1 项各村都已经有，另有 1 项部分村社已经有，1 项是敏感数据，由镇街掌握。"
    )
    lamps = values.columns[0]
    assert (lamps.held, lamps.missing, lamps.oldest, lamps.is_complete) == (2, 0, today(), True)
    assert sum(one.held + one.missing for one in values.columns[:2]) == 4, "coverage and missing are asked"
    assert [(cell.village.name, cell.said) for cell in lamps.cells] == [
        ("梅渚村", "31 盏"),
        ("棠村", "31 盏"),
    ]
    assert [cell.said for cell in values.columns[1].cells] == ["已有", "没有"], "internal before it was read"
    assert {cell.said for cell in values.columns[2].cells} == {"不显示"}


async def test_what_is_internal_is_told_once_somebody_let_it_in_and_small_numbers_never_are(
    town: str,
) -> None:
    place = await a_place()
    await on_file(place, "orphans", "12", both=False)
    await a_value(await Element.get(code="orphans"), place.second_village, "2", number=2)
    await on_file(place, "minds", "5")
    request = await a_request(place, **ASKED | {"demands": ["data", "visit"]}, elements=["orphans", "minds"])
    asker, desk = await an_asker(request, place), await a_viewer("coordinator", place.township)
    assert (await told(asker, request) or {})["orphans"] == [("held", ""), ("held", "")]
    assert (await told(desk, request) or {})["orphans"] == [("held", "12 人"), ("held", "2 人")]
    await screening.admit(desk, await WorkRequest.find(desk, request.pk))
    again = await told(asker, request) or {}
    assert again["orphans"] == [("held", "12 人"), ("held", "")]
    assert again["minds"] == [("kept_back", "")] * 2
    assert (await told(desk, request) or {})["minds"] == [("held", "")] * 2


async def test_an_answered_request_is_given_all_at_once_and_a_refused_or_withdrawn_one_nothing(
    town: str,
) -> None:
    place = await a_place()
    await on_file(place, "lamps", "31")
    answered = await a_request(place, **ASKED, elements=["lamps"])
    asker = await an_asker(answered, place)
    assert answered.state == "answered"
    assert await told(asker, answered) == {"lamps": [("held", "31 盏"), ("held", "31 盏")]}
    refused = await a_request(place, matter_code="FM-01", demands=["data"], elements=["lamps"])
    assert refused.state == "rejected" and await told(asker, refused) is None
    other = await a_request(place, **ASKED | {"demands": ["data", "visit"]}, elements=["lamps"])
    assert await told(asker, other) is not None
    await tasks.withdraw_request(asker, await WorkRequest.find(asker, other.pk), reason="不办了")
    assert await told(asker, other) is None


async def test_nobody_else_is_told_and_an_old_answer_is_told_as_old(town: str) -> None:
    place = await a_place()
    await on_file(place, "lamps", "31", days_ago=101)
    request = await a_request(place, **ASKED, elements=["lamps"])
    asker = await an_asker(request, place)
    assert (await told(asker, request) or {})["lamps"] == [("stale", "31 盏"), ("stale", "31 盏")]
    for viewer in (
        await a_viewer("department_officer", place.other_department),
        await a_viewer("secretary", place.village),
        await a_viewer("coordinator", place.other_township),
        await a_viewer("office", place.office),
    ):
        assert await told(viewer, request) is None
    assert await told(asker, await a_request(place)) is None, "it wants no data"


async def test_a_table_says_the_same_as_the_page_in_a_fixed_number_of_statements(town: str) -> None:
    place = await a_place()
    await on_file(place, "lamps", "31", days_ago=3)
    request = await a_request(place, **ASKED, elements=["lamps", "orphans"])
    asker = await an_asker(request, place)
    found = await WorkRequest.find(asker, request.pk)
    with counted() as statements:
        values = await intake.held_values(asker, found)
    assert values is not None and len(statements) <= 9
    sheet = load_workbook(io.BytesIO(await intake.sheet(values))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]  # type: ignore[union-attr]
    assert rows[0] == ["村社", "编码", "路灯数", "路灯数（日期）", "孤儿数", "孤儿数（日期）"]
    assert rows[1][2] == "31 盏" and rows[1][4] == "没有"
    assert rows[1][3].date() == today() - timedelta(days=3)  # type: ignore[union-attr]


async def test_data_that_only_the_words_ask_for_is_shown_with_who_has_it(town: str) -> None:
    place = await a_place()
    await on_file(place, "lamps", "31", both=False)
    await on_file(place, "minds", "5")
    said = {"title": "路灯维护", "body": "请各村上报路灯数和精神残疾人数。"}
    request = await a_request(place, **said, elements=["orphans"])
    asker, desk = await an_asker(request, place), await a_viewer("coordinator", place.township)

    async def words(viewer: Viewer) -> list[str]:
        found = await WorkRequest.find(viewer, request.pk)
        return sorted(one.sentence for one in await intake.request_in_words(viewer, found))

    lamps = "文字里要“路灯数”：2 个村社里 1 个已经有“路灯数”，不用再报。"
    minds = "文字里要“精神残疾人数”"
    assert await words(desk) == [f"{minds}：2 个村社里 2 个已经有“精神残疾人数”，不用再报。", lamps]
    assert await words(asker) == [f"{minds}，没有勾选数据项“精神残疾人数”。", lamps]
