"""In a merged task everybody who asked reads what was answered to them, and nothing of what was answered to others."""

from __future__ import annotations

import pytest

from models import intake, screening, tasks
from models.base.clock import today
from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.tasks import Assignment, Report, Task
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_task, a_town, a_unit, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


async def another_asks(place: Town, units: list[Unit]) -> tuple[Viewer, WorkRequest]:
    """A second department, whose request the coordinator lets in."""
    office = await a_unit("department", place.county)
    asker = await a_viewer("department_officer", office)
    details = {
        "title": "秸秆禁烧抽查",
        "body": "请组织抽查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
    }
    request, *_ = await intake.submit(asker, office, **details, deadline=today() + 20 * DAY, units=units)
    await screening.admit(await a_viewer("coordinator", place.township), request, note="村社说可以。")
    return asker, request


async def merged() -> tuple[Town, Viewer, Viewer, WorkRequest, Task]:
    """One asks for 梅渚村, another for 棠村; the township makes one task of it, and both villages report."""
    place = await a_town()
    await a_list(place.county)
    one = await an_admitted_request(place, units=[place.village])
    other, second = await another_asks(place, [place.second_village])
    task = await a_task(place, requests=[one, second])
    for village in (place.village, place.second_village):
        row = await Assignment.get(task=task, unit=village).prefetch_related(*Assignment.judged_with)
        await tasks.report(await a_viewer("secretary", village), row, words=f"{village.name}已巡查")
    return place, await a_viewer("department_officer", place.department), other, one, task


async def read_by(viewer: Viewer) -> set[str]:
    words = await Report.visible_to(viewer).values_list("words", flat=True)
    places = await Assignment.visible_to(viewer).values_list("unit__name", flat=True)
    assert {f"{place}已巡查" for place in places} >= set(words)
    return {str(place) for place in places}


async def test_each_asker_reads_the_copies_and_reports_of_the_places_it_named(town: str) -> None:
    place, first, other, _, _ = await merged()
    assert await read_by(first) == {place.village.name}
    assert await read_by(other) == {place.second_village.name}
    assert await read_by(await a_viewer("coordinator", place.township)) == {
        place.village.name,
        place.second_village.name,
    }


async def test_whoever_withdraws_reads_nothing_more(town: str) -> None:
    _, first, other, one, _ = await merged()
    await tasks.withdraw_request(first, one, reason="不办了")
    assert await read_by(first) == set() and len(await read_by(other)) == 1


async def test_whoever_names_no_place_reads_all(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    whole = await an_admitted_request(place, units=[], townships=[place.township])
    await a_task(place, requests=[whole])
    asker = await a_viewer("department_officer", place.department)
    assert await read_by(asker) == {place.village.name, place.second_village.name}


async def test_the_grid_of_a_named_village_answers_too(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    one = await an_admitted_request(place, units=[place.village])
    await a_task(place, requests=[one], units=[place.grid])
    assert await read_by(await a_viewer("department_officer", place.department)) == {place.grid.name}


async def test_a_report_that_was_taken_back_is_not_the_askers_to_read(town: str) -> None:
    place, first, _, _, task = await merged()
    row = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    secretary = await a_viewer("secretary", place.village)
    assert await Report.visible_to(first).count() == 1
    await tasks.take_back_report(secretary, row)
    assert await Report.visible_to(first).count() == 0
    assert await Report.visible_to(secretary).count() == 1
