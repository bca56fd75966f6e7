"""What each copy of a task is asked: written down wherever copies are made or a version goes out."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models import tasks
from models.base.clock import now, today
from models.base.states import States
from models.matters import Matter
from models.registry import Element, put
from models.tasks import AskedField, Assignment, Task, TaskVersion
from models.tasks.asked_fields import elements_in_force
from models.tasks.states import TASK, VERSION
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.models.tasks.elements import some_elements
from tests.models.tasks.test_emergency_dispatch import TYPHOON
from tests.models.tasks.test_versions import a_task_out

pytestmark = pytest.mark.anyio


def sending(states: States, to: str) -> set[str]:
    """The commands that lead a record there, by its own table."""
    every = {**states.verbs, **states.beside}
    return {name for name, verb in every.items() if any(to in ends for ends in verb.leads.values())}


SENDS = (sending(TASK, "dispatched") | sending(VERSION, "out")) - {"tasks.sign_overload"}
"""Whatever brings a task or a version of it before villages; a signature leaves a task that is out where it is."""


async def dispatched() -> Task:
    place = await a_town()
    await a_list(place.county)
    await some_elements()
    return await a_task(place, requests=[await an_admitted_request(place, elements=["dibao", "tekun"])])


async def sent_at_once() -> Task:
    place = await a_town()
    await some_elements()
    await a_list(place.city, TYPHOON | {"form": ["dibao", "tekun"]})
    head = await a_viewer("head", place.township)
    response = await tasks.declare_response(
        head, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    return await tasks.dispatch_at_once(
        head,
        place.township,
        response=response,
        matter=await Matter.get(code=TYPHOON["code"]),
        title="转移",
        body="今晚转移完毕。",
        due_at=now() + timedelta(hours=6),
        units=[place.village],
    )


async def changed() -> Task:
    out = await a_task_out()
    await out.amend(body="新内容。", elements=["E2"])
    await out.read()
    await out.propose(body="新内容。")
    await tasks.approve_change(out.leader, out.task)
    return out.task


PLAYED: dict[str, Callable[[], Awaitable[Task]]] = {
    "tasks.dispatch": dispatched,
    "tasks.dispatch_at_once": sent_at_once,
    "tasks.approve_change": changed,
}


@pytest.mark.parametrize("command", sorted(SENDS))
async def test_whatever_brings_work_before_villages_writes_down_what_each_is_asked(
    town: str, command: str
) -> None:
    task = await PLAYED[command]()
    version = await TaskVersion.filter(task=task, state="out").order_by("-number").first()
    assert version is not None and version.elements
    wanted = {one.code for one in await elements_in_force(version.elements)}
    assert wanted == set(version.elements)
    for copy in await Assignment.filter(task=task):
        rows = AskedField.filter(assignment=copy, dropped_at=None)
        assert set(await rows.values_list("element__code", flat=True)) == wanted


def makers() -> Iterator[str]:
    """Where the source makes copies of a task."""
    for path in sorted(Path("models").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            told = ast.unparse(node.func)
            if told in ("Assignment", "Assignment.create", "Assignment.bulk_create"):
                yield path.as_posix()


def test_copies_are_made_in_one_place() -> None:
    assert set(makers()) == {"models/tasks/asked_fields.py"}


async def test_a_field_is_missing_stale_or_held_as_the_file_stands_that_day(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    await some_elements()
    clerk = await a_viewer("coordinator", place.township)
    for code, age in (("dibao", 10), ("tekun", 500)):
        element = await Element.get(code=code)
        await put(clerk, place.village, element, "7", as_of=today() - age * DAY, origin="entry")
    codes = ["tekun", "dibao", "party"]
    await a_task(place, requests=[await an_admitted_request(place, elements=codes)])
    assert await asked_of(place) == [("tekun", "stale"), ("dibao", "held"), ("party", "missing")]
    rows = AskedField.filter(assignment__unit=place.second_village)
    assert set(await rows.values_list("how", flat=True)) == {"missing"}


async def asked_of(place: Town) -> list[tuple[str, str]]:
    rows = AskedField.filter(assignment__unit=place.village, dropped_at=None).order_by("id")
    return [(str(code), str(how)) for code, how in await rows.values_list("element__code", "how")]


async def test_a_version_that_leaves_a_field_out_keeps_it_in_the_count_and_asks_it_no_more(town: str) -> None:
    task = await changed()
    rows = await AskedField.filter(assignment__task=task).order_by("id").select_related("element")
    assert {(row.element.code, row.dropped_at is None) for row in rows} == {("E1", False), ("E2", True)}


async def test_what_is_no_element_is_asked_of_nobody(town: str) -> None:
    place = await a_town()
    await some_elements()
    matter = {"code": "XZ-TJ-01", "title": "统计协助", "category": "assist", "demands": ["data"]}
    await a_list(place.county, matter | {"form": ["dibao", "unheard"]})
    await a_task(place, requests=[await an_admitted_request(place, matter_code="XZ-TJ-01", demands=["data"])])
    assert await asked_of(place) == [("dibao", "missing")]


async def test_a_grid_is_asked_for_what_its_village_has_not_on_file(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    await some_elements()
    clerk = await a_viewer("coordinator", place.township)
    await put(clerk, place.village, await Element.get(code="dibao"), "7", as_of=today(), origin="entry")
    request = await an_admitted_request(place, elements=["dibao", "party"], units=[place.grid])
    await a_task(place, requests=[request], units=[place.grid])
    rows = AskedField.filter(assignment__unit=place.grid).order_by("id")
    assert list(await rows.values_list("how", flat=True)) == ["held", "missing"]
