"""At a province's size the calendar goes through: every village hears of its deadline, and memory stays flat."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models.base.clock import clock_at, now, tick
from models.base.sealer import seal_all
from models.people import Person, Post
from models.reminders.records import Reminder
from models.tasks import Assignment
from models.units import Unit
from tests.builders import an_assignment
from tests.models.past_the_triggers import without_triggers
from tests.models.reminders.scenes import MONDAY, TUESDAY, a_listed_town, at

pytestmark = [pytest.mark.anyio, pytest.mark.nightly]
VILLAGES = 40_000
FAR = 1_000_000


async def villages_with_work(like: Assignment) -> None:
    """So many more villages, each with a secretary and a copy of this assignment, which is due tomorrow."""
    township = await Unit.get(pk=like.unit.parent_id)
    numbers = range(FAR, FAR + VILLAGES)
    units = [
        Unit(
            id=n,
            parent_id=township.pk,
            code=f"{n}",
            name=f"村{n}",
            level="village",
            path=f"{township.path}{n}/",
        )
        for n in numbers
    ]
    people = [Person(id=n, name=f"人{n}") for n in numbers]
    posts = [
        Post(id=n, person_id=n, unit_id=n, role="secretary", from_on=now().date() - timedelta(days=9))
        for n in numbers
    ]
    copies = [
        Assignment(id=n, task_id=like.task_id, unit_id=n, state="dispatched", due_at=like.due_at)
        for n in numbers
    ]
    async with in_transaction():
        await without_triggers()
        for rows in (units, people, posts, copies):
            await type(rows[0]).bulk_create(rows, batch_size=2_000)  # type: ignore[arg-type]


async def test_the_calendar_goes_through_with_work_due_in_every_village(
    town: str, figure: Callable[[str], None]
) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        like = await an_assignment(place)
        await seal_all()
        await tick()
        await villages_with_work(like)
        await Assignment.all().update(due_at=at(TUESDAY, 18))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with clock_at(at(MONDAY + 1, 8)):
        began = time.perf_counter()
        await tick()
    took = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    figure(f"{VILLAGES} villages in {took:.1f} s, {grown} MB more")
    assert await Reminder.filter(person_id__gte=FAR, subject_type="Assignment").count() >= VILLAGES
    assert grown < 100
