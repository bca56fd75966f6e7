"""What each version of a task asks, of whom, and what of its answers is read and goes on file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import tasks
from models.base.clock import clock_at, now
from models.base.refusals import NotNow
from models.base.versions import versions_of
from models.base.viewer import Viewer
from models.registry import DataValue, Element
from models.tasks import AskedField, Assignment, ReportValue, Task, TaskVersion
from models.tasks.fields import form_at
from models.tasks.versions import words_of
from models.units import Unit
from tests.builders import Town, a_unit, a_viewer
from tests.models.tasks.elements import again
from tests.models.tasks.test_ask_once import a_count, a_place, on_file

pytestmark = pytest.mark.anyio


async def out(place: Town, task: Task) -> tuple[Viewer, Viewer]:
    desk, leader = await a_viewer("coordinator", place.township), await a_viewer("leader", place.township)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)
    return desk, leader


async def propose(desk: Viewer, task: Task) -> None:
    words: dict[str, Any] = {"title": task.title, "body": "改为每村报一次。", "due_on": task.due_on}
    await tasks.carry_over(desk, task, **words, reason="改了")


async def copy_at(task: Task, unit: Unit) -> Assignment:
    return await again(await Assignment.get(task=task, unit=unit))


async def to_fill(task: Task, unit: Unit) -> list[tuple[str, str]]:
    return [(one.element.code, one.how) for one in (await form_at(await copy_at(task, unit))).to_fill]


async def test_a_change_does_not_go_out_to_a_village_that_has_everything_on_file_by_then(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    desk, leader = await out(place, task)
    await on_file("lamps", place.village)
    await on_file("wells", place.village)
    await propose(desk, task)
    with pytest.raises(NotNow, match="梅渚村要填的数据底册里都已有"):
        await tasks.approve_change(leader, task)


async def test_what_is_the_whole_villages_is_asked_of_one_of_its_grids_and_says_so(town: str) -> None:
    place = await a_place()
    other = await a_unit("grid", place.village, "梅渚村第二网格", f"{place.village.code}-G02")
    await Element.filter(code="wells").update(level="grid")
    task = await a_count(place, "draft", "lamps", "wells", units=[place.grid, other])
    await out(place, task)
    first = (await form_at(await copy_at(task, place.grid))).to_fill
    assert [one.label for one in first] == ["路灯数（全村）", "水井数"]
    assert await to_fill(task, other) == [("wells", "missing")]


async def test_a_village_that_is_asked_beside_its_grid_answers_for_itself(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", units=[place.grid, place.village])
    await out(place, task)
    assert await to_fill(task, place.grid) == []
    assert [one.label for one in (await form_at(await copy_at(task, place.village))).to_fill] == ["路灯数"]


async def test_what_a_later_version_left_out_does_not_go_on_file(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    desk, _ = await out(place, task)
    copy = await copy_at(task, place.village)
    secretary = await a_viewer("secretary", place.village)
    await tasks.report(secretary, copy, elements=["lamps", "wells"], figures=["3", "4"])
    await AskedField.filter(assignment=copy, element__code="lamps").update(dropped_at=copy.due_at)
    await tasks.accept(desk, await again(copy))
    assert await DataValue.filter(unit=place.village).values_list("element__code", "value") == [
        ("wells", "4")
    ]
    outcomes = await AskedField.filter(assignment=copy).order_by("id").values_list("outcome", flat=True)
    assert outcomes == ["", "filled"]


async def test_the_figures_of_an_answer_are_read_with_it_whatever_the_newest_version_asks(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps")
    desk, leader = await out(place, task)
    copy = await copy_at(task, place.village)
    secretary = await a_viewer("secretary", place.village)
    await tasks.report(secretary, copy, elements=["lamps"], figures=["3"])
    asks_nothing = await words_of(task) | {"elements": [], "reason": "改了"}
    new = await TaskVersion.create(task=task, drafted_by_id=desk.post_id, made_at=now(), **asks_nothing)
    await TaskVersion.filter(pk=new.pk).update(number=2, state="out", decided_by_id=leader.post_id)
    before = await versions_of([await again(copy)])
    said, wells = await ReportValue.get(report__assignment=copy), await Element.get(code="wells")
    await ReportValue.create(report_id=said.report_id, element=wells, value="4", how="filled")
    assert await versions_of([await again(copy)]) != before


async def test_what_somebody_disputes_is_no_later_word_than_the_report(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps")
    desk, _ = await out(place, task)
    copy = await copy_at(task, place.village)
    secretary = await a_viewer("secretary", place.village)
    await tasks.report(secretary, copy, elements=["lamps"], figures=["30"])
    with clock_at(now() + timedelta(minutes=1)):
        await on_file("lamps", place.village)
    await DataValue.filter(unit=place.village).update(state="disputed", dispute="错", disputed_at=now())
    with clock_at(now() + timedelta(minutes=2)):
        await tasks.accept(desk, await again(copy))
    on = DataValue.filter(unit=place.village).order_by("id")
    assert await on.values_list("value", "origin") == [("12", "entry"), ("30", "report")]
