"""A whole city asked at once, and a whole township sent to at once: soon done, all or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter, process_time
from typing import Any

import pytest

from models import intake, screening, tasks
from models.base.clock import today
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import Assignment
from models.units import Unit
from tests.builders import DAY, a_list, a_town, a_unit, a_viewer

pytestmark = [pytest.mark.anyio, pytest.mark.nightly]
TOWNSHIPS, VILLAGES, ROUNDS = 103, 2_119, 3
ASKED = {
    "title": "秸秆禁烧巡查",
    "body": "请各村组织巡查。",
    "matter_code": "XZ-NY-01",
    "demands": ["patrol"],
}


async def test_a_request_to_the_whole_city_is_a_hundred_and_three_intakes_within_a_second(
    town: str, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    await a_list(place.city)
    townships = [await a_unit("township", place.county) for _ in range(TOWNSHIPS)]
    await _villages(townships)
    department = await a_unit("department", place.city, "绍兴市农业农村局", "3306-B01")
    officer = await a_viewer("department_officer", department)

    async def ask() -> None:
        details: dict[str, Any] = ASKED | {"deadline": today() + 20 * DAY, "units": []}
        made = await intake.submit(officer, department, townships=townships, **details)
        assert len(made) == TOWNSHIPS and {one.state for one in made} == {"pending_review"}

    worked, took = await _usual(ask)
    figure(f"{TOWNSHIPS} intakes of {VILLAGES} villages: {took:.2f} s, of which {worked:.2f} s of work here")
    assert await WorkRequest.all().count() == await Screening.all().count() == ROUNDS * TOWNSHIPS
    assert worked <= 1


async def test_a_township_sends_to_all_its_villages_within_half_a_second(
    town: str, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    await a_list(place.city)
    villages = [place.village, place.second_village]
    villages += [await a_unit("village", place.township) for _ in range(30)]
    coordinator, head = [await a_viewer(role, place.township) for role in ("coordinator", "head")]
    officer = await a_viewer("department_officer", place.department)
    ready = []
    for _ in range(ROUNDS):
        details: dict[str, Any] = ASKED | {"deadline": today() + 20 * DAY, "units": villages}
        request = (await intake.submit(officer, place.department, **details))[0]
        await screening.admit(coordinator, request)
        plan = {"title": "巡查", "body": "巡查", "due_on": today() + 10 * DAY, "units": villages}
        task = await tasks.draft(coordinator, place.township, requests=[request], **plan)
        await tasks.submit_for_approval(coordinator, task)
        await tasks.approve(head, task)
        ready.append(task)

    async def send() -> None:
        await tasks.dispatch(coordinator, ready.pop())

    worked, took = await _usual(send)
    figure(f"{len(villages)} villages sent to: {took:.2f} s, of which {worked:.2f} s of work here")
    assert await Assignment.all().count() == ROUNDS * len(villages)
    assert worked <= 0.5


async def _villages(townships: list[Unit]) -> None:
    made = []
    for number in range(VILLAGES):
        above = townships[number % len(townships)]
        code, name = f"{above.code}{number:05}", f"第{number}村"
        made.append(
            Unit(
                code=code,
                name=name,
                level="village",
                kind="village",
                parent=above,
                path=f"{above.path}{code}/",
                pinyin="dw",
            )
        )
    await Unit.bulk_create(made, batch_size=500)


async def _usual(act: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """The middle one of some rounds, in seconds: of this process's own work, and by the wall."""
    worked, took = [], []
    for _ in range(ROUNDS):
        began, ran = perf_counter(), process_time()
        await act()
        worked.append(process_time() - ran)
        took.append(perf_counter() - began)
    return sorted(worked)[ROUNDS // 2], sorted(took)[ROUNDS // 2]
