"""Months of lateness at many villages: nobody hears of one stage twice a day, at night, or more than their share."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from models.base.clock import TOWN_ZONE, clock_at, end_of, now, today
from models.base.sealer import seal_all
from models.people import Person, Post
from models.reminders import Reminder, remind
from models.reminders.words import TOLD
from models.tasks import Assignment, Task
from models.units import Unit
from tests.builders import DAY, LONG_AGO, Town, a_list, a_task, a_town, a_unit
from tests.gateway import Gateway
from tests.models.reminders.scenes import at

pytestmark = pytest.mark.anyio
STAGES = ("soon", "today", "overdue", "again", "coordinator", "leader")
NAMES = {words.replace("{} ", ""): name for name, words in TOLD.items()}
HOURS = (0, 7, 8, 12, 22)


@dataclass
class Heard:
    """One message as it arrived, with when."""

    to: str
    when: datetime
    stages: list[str]


async def _many(place: Town, villages: int, rounds: int) -> None:
    """Late work: each village has a copy of each task, due on some day of the coming months."""
    units = [await a_unit("village", place.township) for _ in range(villages)]
    township: dict[str, Unit] = {"coordinator": place.township, "leader": place.township}
    await _staff(list(township.items()) + [("secretary", one) for one in units])
    dice, builders = random.Random(7), Post.filter(person__phone="13800000000")
    for number in range(rounds):
        task = await a_task(place, due_on=today() + 30 * (number + 1) * DAY)
        for state in ("reported", "accepted"):
            await Assignment.filter(task=task).update(state=state)
        rows = [
            Assignment(task_id=task.pk, unit_id=unit.pk, due_at=end_of(today() + dice.randint(1, 60) * DAY))
            for unit in units
        ]
        await Assignment.bulk_create(rows, batch_size=200)
    await builders.update(until_on=LONG_AGO)


async def _staff(posts: list[tuple[str, Unit]]) -> None:
    await Person.bulk_create([Person(name="某人", phone=f"137{number:08d}") for number in range(len(posts))])
    people = await Person.filter(phone__startswith="137").order_by("id")
    await Post.bulk_create(
        Post(person_id=one.pk, unit_id=unit.pk, role=role, from_on=LONG_AGO)
        for one, (role, unit) in zip(people, posts, strict=True)
    )


async def simulated(gateway: Gateway, villages: int, days: int, rounds: int) -> list[Heard]:
    with clock_at(at(1, 9)):
        place = await a_town()
        await a_list(place.county)
        await _many(place, villages, rounds)
        await seal_all()
    dice, heard = random.Random(11), []
    for day in range(1, days + 1):
        for hour in HOURS:
            known = len(gateway.got)
            with clock_at(at(day, hour)):
                await remind()
                heard += [_as_heard(one.body) for one in gateway.got[known:]]
        open_ones = await Assignment.filter(state="dispatched").values_list("id", flat=True)
        done = dice.sample(list(open_ones), k=len(open_ones) // 25)
        for state in ("reported", "accepted"):
            await Assignment.filter(id__in=done).update(state=state)
    return heard


def _as_heard(body: dict[str, str]) -> Heard:
    told = body["text"].removeprefix("【兴村治社】您有：").partition("。")[0].split("、")
    stages = [NAMES[re.sub(r"\d+ ", "", part)] for part in told]
    return Heard(body["to"], now().astimezone(TOWN_ZONE), stages)


async def test_over_months_nobody_is_told_one_stage_twice_a_day(town: str, gateway: Gateway) -> None:
    heard = await simulated(gateway, villages=12, days=66, rounds=4)
    check(heard)
    assert {stage for one in heard for stage in one.stages} >= set(STAGES)
    assert await Task.filter(state="dispatched").count() >= 3
    assert not await Reminder.filter(given_up=True).exists()


def check(heard: list[Heard]) -> None:
    by_day: Counter[tuple[str, date]] = Counter((one.to, one.when.date()) for one in heard)
    by_stage = Counter((one.to, one.when.date(), stage) for one in heard for stage in one.stages)
    assert len(heard) > 20
    assert max(by_day.values()) <= 3
    assert max(by_stage.values()) == 1
    assert all(8 <= one.when.hour < 20 for one in heard)
