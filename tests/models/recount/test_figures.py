"""Every figure of the dashboard is held against the recount: one that a page counted wrongly is found out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models import burden
from models.base.clock import clock_at, now, today
from models.base.viewer import Viewer
from models.burden.askers import AskersWanted, sums_of
from models.burden.children import tallies
from models.burden.months import months
from models.ledger import Period, Wanted
from models.recount import recount_asker, recount_burden
from models.requests import WorkRequest
from models.units import Unit
from tests.builders import DAY, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request
from tests.models.burden.scenes import a_busy_town, half_a_year
from tests.models.past_the_triggers import undone_afterwards

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


async def _faults(viewer: Viewer, place: Unit, period: Period | None = None) -> list[str]:
    return (await recount_burden(viewer, Wanted(period or half_a_year()), place)).faults


async def _a_month_wrong(*asked: Any) -> list[Any]:
    """The last month that is wholly inside has one too many."""
    told = await months(*asked)
    inside = max(n for n, one in enumerate(told) if one.period.until <= asked[1].period.until)
    told[inside] = replace(told[inside], assignments=told[inside].assignments + 1)
    return told


async def _a_place_wrong(*asked: Any) -> list[Any]:
    return [replace(one, assignments=one.assignments + 1) for one in await tallies(*asked)]


async def _wrong_sums(wanted: AskersWanted, figure: str, within: Any = None) -> dict[int, int]:
    told = await sums_of(wanted, figure, within)
    return {unit: n + (figure == "duplicate") for unit, n in told.items()}


async def _wrong_refusals(wanted: AskersWanted, figure: str, within: Any = None) -> dict[int, int]:
    told = await sums_of(wanted, figure, within)
    return {unit: n + (figure == "rejected") for unit, n in told.items()}


@pytest.mark.parametrize(
    ("page", "wrong", "told"),
    [
        ("burden.months", _a_month_wrong, "月：页面为"),
        ("burden.tallies", _a_place_wrong, "澄潭街道：页面为"),
        ("askers.sums_of", _wrong_sums, "部门派活·重复要求"),
        ("askers.sums_of", _wrong_refusals, "部门派活·复核不符"),
    ],
)
async def test_a_figure_that_a_page_counts_wrongly_is_found_out(
    town: str,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    wrong: Callable[..., Awaitable[Any]],
    told: str,
) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    assert await _faults(keeper, place.county) == []
    monkeypatch.setattr(f"models.recount.{page}", wrong)
    assert any(told in fault for fault in await _faults(keeper, place.county))


@pytest.mark.furnished(by=None)
async def test_the_last_month_is_compared_where_it_ends_with_the_period(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    last = date(today().year - 1, 11, 30)
    with clock_at(now() - (today() - last) * 1 - 3 * DAY):
        await a_list(place.city)
        await a_task(place)
    keeper, november = await a_viewer("list_keeper", place.city), Period(last.replace(day=1), last)
    assert last.day == monthrange(last.year, last.month)[1]
    assert await _faults(keeper, place.city, november) == []
    monkeypatch.setattr("models.recount.burden.months", _a_month_wrong)
    assert await _faults(keeper, place.city, november) == ["11月：页面为 3，逐条重数为 2"]


@pytest.mark.furnished(by=None)
@pytest.mark.parametrize(
    "change", ['waived = 1, unticked = \'{"x":"y"}\'', "notice_due = 0", "notice_due = 99"]
)
async def test_what_counts_against_an_asker_is_held_against_the_trail(town: str, change: str) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    asked = await a_request(place, deadline=today() + DAY)
    await a_request(place)
    assert await _faults(keeper, place.county) == []

    async def look() -> tuple[list[str], list[str]]:
        _, faults = await recount_asker(half_a_year(), place.county, place.department)
        return await _faults(keeper, place.county), faults

    whole, own = await undone_afterwards(f"UPDATE work_request SET {change} WHERE id = {asked.pk}", look)
    for faults in (whole, own):
        assert any(f"申请 {asked.pk}" in fault and "办理经过为" in fault for fault in faults), faults


async def test_a_department_is_counted_again_alone(town: str) -> None:
    place = await a_busy_town()
    for asker in (place.department, place.other_department):
        counted, faults = await recount_asker(half_a_year(), place.county, asker)
        region = AskersWanted(place.county, half_a_year())
        shown = {name: (await sums_of(region, name)).get(asker.pk, 0) for name in burden.COLUMNS}
        assert (dict(counted), faults) == (shown, [])


async def test_what_is_wrong_elsewhere_is_not_told_of_a_place(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    one = await WorkRequest.filter(township=place.township).order_by("-id").first()
    assert one is not None

    async def look() -> list[list[str]]:
        return [await _faults(keeper, at) for at in (place.county, place.township, place.other_township)]

    assert await look() == [[], [], []]
    moved = f"UPDATE work_request SET submitted_at = '2020-01-01 00:00:00+00:00' WHERE id = {one.pk}"
    county, township, other = await undone_afterwards(moved, look)
    assert county and township and not other


@pytest.mark.furnished(by=None)
async def test_a_request_taken_out_of_a_draft_behind_the_trail_still_counts_as_asked_again(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    first, second = [await an_admitted_request(place) for _ in range(2)]
    await a_task(place, state="draft", requests=[first, second])

    async def look() -> tuple[int, list[str]]:
        counted, faults = await recount_asker(half_a_year(), place.county, place.department)
        return counted["duplicate"], faults

    assert await look() == (1, [])
    gone = f"DELETE FROM task_source WHERE request_id = {second.pk}"
    counted, faults = await undone_afterwards(gone, look)
    assert counted == 1 and [one for one in faults if "重复要求" in one and "页面为 0" in one], faults
