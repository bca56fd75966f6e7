"""The recount of verdicts: none vanishes, none is added, changed or moved without being noticed, wherever one looks."""

from __future__ import annotations

from importlib import import_module

import pytest

from models.base.viewer import Viewer
from models.ledger import Wanted
from models.recount import recount_ledger
from models.requests import RequestUnit, WorkRequest
from models.screening import Screening
from models.units import Unit
from tests.builders import a_request, a_viewer
from tests.models.past_the_triggers import undone_afterwards
from tests.models.test_ledger import NOW, a_year_of_screenings

pytestmark = pytest.mark.anyio


async def _faults(viewer: Viewer, place: Unit | None = None, department: Unit | None = None) -> list[str]:
    return (await recount_ledger(viewer, Wanted(NOW.period, place, department))).faults


@pytest.mark.parametrize("verdict", ["not_listed", "forbidden", "too_often", "answered", "rejected"])
async def test_a_vanished_verdict_is_missed_where_it_was_given_and_nowhere_else(
    town: str, verdict: str
) -> None:
    place = await a_year_of_screenings()
    await a_request(place, matter_code="", units=[place.other_village])
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(verdict=verdict, request__township=place.township).order_by("id").first()
    assert one is not None

    async def look() -> list[list[str]]:
        places = (place.city, place.township, place.other_township)
        return [await _faults(keeper), *[await _faults(keeper, at) for at in places]]

    assert await look() == [[], [], [], []]
    missed = await undone_afterwards(f"DELETE FROM screening WHERE id = {one.pk}", look)
    assert missed[-1] == [], "another township has lost nothing"
    for faults in missed[:-1]:
        assert len(faults) == 1 and faults[0].startswith(f"申请 {one.request_id}：办理经过里有"), faults


async def test_a_vanished_verdict_is_missed_among_its_departments(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(verdict="rejected", request__department=place.department).first()
    assert one is not None

    async def look() -> list[list[str]]:
        return [await _faults(keeper, department=asker) for asker in (place.department, place.office)]

    assert await look() == [[], []]
    here, elsewhere = await undone_afterwards(f"DELETE FROM screening WHERE id = {one.pk}", look)
    assert here and not elsewhere


async def test_a_vanished_request_is_missed_where_it_was_asked_and_nowhere_else(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(verdict="not_listed", request__township=place.township).first()
    assert one is not None

    async def look() -> list[list[str]]:
        return [await _faults(keeper, at) for at in (place.township, place.other_township)]

    async def without_its_request() -> list[list[str]]:
        await RequestUnit.filter(request_id=one.request_id).delete()
        await WorkRequest.filter(pk=one.request_id).delete()
        return await look()

    rows = f"DELETE FROM screening WHERE request_id = {one.request_id}"
    here, elsewhere = await undone_afterwards(rows, without_its_request)
    assert here and not elsewhere


@pytest.mark.parametrize(
    ("verdict", "change", "told"),
    [
        ("rejected", "verdict = 'admitted'", "办理经过里是“复核不符”"),
        ("rejected", "at = '2020-01-01 00:00:00+00:00'", "时间与办理经过不符"),
        ("not_listed", "at = '2020-01-01 00:00:00+00:00'", "没有它的过筛结论"),
    ],
)
async def test_a_changed_or_moved_verdict_is_noticed(town: str, verdict: str, change: str, told: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(verdict=verdict).first()
    assert one is not None

    async def look() -> list[str]:
        return await _faults(keeper)

    faults = await undone_afterwards(f"UPDATE screening SET {change} WHERE id = {one.pk}", look)
    assert any(told in fault for fault in faults), faults


async def test_a_second_verdict_of_the_list_on_one_submission_is_reported(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(kind="automatic", verdict="not_listed").first()
    assert one is not None
    forged = {n: getattr(one, n) for n in one._meta.fields_db_projection if n not in {"id", "code"}}
    made = await Screening.create(**forged)
    assert await _faults(keeper) == [f"过筛结论 {made.pk}：办理经过里没有这一条"]


async def test_a_department_counted_wrongly_on_the_page_is_reported(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    monkeypatch.setattr(import_module("models.recount.ledger"), "lines", _nothing)
    assert any("页面为 0，逐条重数为" in fault for fault in await _faults(keeper))


async def _nothing(viewer: Viewer, wanted: Wanted, page: object) -> list[object]:
    return []
