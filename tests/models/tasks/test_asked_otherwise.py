"""What a later version, a leader's word for it, or a second grid changes in what is asked: never twice, and never by an old word."""

from __future__ import annotations

from typing import Any

import pytest

from models import tasks
from models.registry import DataValue
from models.tasks import AskedField, Assignment
from models.tasks.fields import form_at
from tests.builders import Town, a_unit, a_viewer
from tests.models.tasks.elements import again
from tests.models.tasks.test_ask_once import a_count, a_place, on_file, signed

pytestmark = pytest.mark.anyio


async def sent(place: Town, task: Any) -> tuple[Any, Any]:
    desk, leader = await a_viewer("coordinator", place.township), await a_viewer("leader", place.township)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)
    return desk, leader


async def asked_at(task: Any, unit: Any) -> dict[str, str]:
    copy = await Assignment.get(task=task, unit=unit).select_related("unit")
    return {one.element.code: one.how for one in (await form_at(copy)).to_fill}


def anew(task: Any) -> dict[str, Any]:
    return {"title": task.title, "body": "改为每村报一次。", "due_on": task.due_on, "reason": "改了"}


async def test_a_word_for_one_version_asks_nothing_in_the_next(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    await on_file("lamps", place.village)
    await signed(place, task, "lamps")
    desk, leader = await sent(place, task)
    assert await asked_at(task, place.village) == {"lamps": "waived", "wells": "missing"}
    await tasks.carry_over(desk, task, **anew(task))
    await tasks.approve_change(leader, task)
    assert await asked_at(task, place.village) == {"wells": "missing"}


async def test_a_word_for_a_change_asks_anew_in_that_version(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    await on_file("lamps", place.village)
    desk, leader = await sent(place, task)
    await tasks.carry_over(desk, task, **anew(task))
    await signed(place, task, "lamps")
    await tasks.approve_change(leader, task)
    assert await asked_at(task, place.village) == {"lamps": "waived", "wells": "missing"}


async def test_what_is_the_villages_is_asked_of_one_of_its_grids(town: str) -> None:
    place = await a_place()
    second = await a_unit("grid", place.village, "梅渚村第二网格", "330624005201-G02")
    task = await a_count(place, "draft", "wells", units=[place.grid, second])
    desk, _ = await sent(place, task)
    (one,) = await AskedField.filter(assignment__task=task).select_related("assignment__unit")
    asked = one.assignment.unit
    copy = await Assignment.get(task=task, unit=asked).select_related("unit")
    (field,) = (await form_at(copy)).to_fill
    assert "全村" in field.label
    worker = await a_viewer("grid_worker", asked)
    await tasks.report(worker, await again(copy), elements=["wells"], figures=["8"])
    await tasks.accept(desk, await again(copy))
    assert await DataValue.filter(element__code="wells").values_list("unit__name", "value") == [
        (place.village.name, "8")
    ]
