"""A year of work: a secretary is disturbed a few times a day at most, and of one stage once a day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

import pytest
from tortoise.transactions import in_transaction

from models import inbox, tasks
from models.base.clock import clock_at, now, today
from models.base.sealer import seal_all
from models.inbox import InboxMessage
from models.people import Person, Post
from models.reminders import WAITING, Reminder
from models.reminders.deadlines import look_at_the_calendar
from models.reminders.words import DEADLINE
from models.tasks import Assignment
from models.units import Unit
from tests.builders import DAY, LONG_AGO, Town, a_list, a_town, a_unit, a_viewer, an_admitted_request
from tests.models.past_the_triggers import without_triggers
from tests.models.reminders.scenes import at

pytestmark = pytest.mark.anyio
DAYS_TO_DO = 15
MOST_A_DAY = 4


@dataclass
class Year:
    """The town while its year goes by, and who was disturbed when."""

    place: Town
    villages: list[Unit]
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    inside: Counter[tuple[int, date]] = field(default_factory=Counter)


async def _a_year(villages: int) -> Year:
    place = await a_town()
    await a_list(
        place.county,
        {
            "code": "XZ-NY-09",
            "title": "日常巡查",
            "category": "assist",
            "demands": ["patrol"],
            "effort_hours": 0,
        },
    )
    units = [await a_unit("village", place.township) for _ in range(villages)]
    await Person.bulk_create(
        [Person(name="书记", phone=f"137{n:08d}") for n in range(villages)], batch_size=200
    )
    people = await Person.filter(phone__startswith="137").order_by("id")
    await Post.bulk_create(
        [
            Post(person_id=one.pk, unit_id=unit.pk, role="secretary", from_on=LONG_AGO)
            for one, unit in zip(people, units, strict=True)
        ],
        batch_size=200,
    )
    return Year(place, units)


async def _sent_out(year: Year) -> None:
    """One more task for every village, by the ordinary commands."""
    request = await an_admitted_request(year.place, matter_code="XZ-NY-09", units=year.villages)
    desk, leader = [await a_viewer(role, year.place.township) for role in ("coordinator", "leader")]
    details = {"title": "日常巡查", "body": "巡查一次。", "due_on": today() + DAYS_TO_DO * DAY}
    task = await tasks.draft(desk, year.place.township, requests=[request], units=year.villages, **details)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)
    await Post.filter(person__phone="13800000000").update(until_on=today() - DAY)


async def _villages_work(year: Year) -> None:
    """Each day some finish, so that some are late and a few very late; straight into the tables."""
    open_ones = [
        int(str(one)) for one in await Assignment.filter(state="dispatched").values_list("id", flat=True)
    ]
    done = year.dice.sample(open_ones, k=len(open_ones) // 12)
    async with in_transaction():
        await without_triggers()
        for first in range(0, len(done), 500):
            await Assignment.filter(id__in=done[first : first + 500]).update(state="accepted")


async def _a_day(year: Year) -> None:
    """Messages are delivered and told at eight and at noon, all that waits for a person in one."""
    before = await InboxMessage.all().order_by("-id").first()
    await seal_all()
    await inbox.deliver()
    rows = InboxMessage.filter(id__gt=before.pk if before else 0)
    for (person,) in await rows.values_list("person_id"):
        year.inside[int(person), today()] += 1
    await look_at_the_calendar()
    await Reminder.filter(WAITING).update(sent_at=now())


async def played(villages: int, days: int, every: int) -> Year:
    with clock_at(at(1, 8)):
        year = await _a_year(villages)
    for day in range(1, days + 1):
        with clock_at(at(day, 8)):
            await _a_day(year)
        with clock_at(at(day, 10)):
            if day % every == 1:
                await _sent_out(year)
            await _villages_work(year)
        with clock_at(at(day, 12)):
            await _a_day(year)
    return year


class Disturbed(NamedTuple):
    """How many messages a secretary has on a day: on the median day, on 99 of 100 days at most, and ever."""

    usual: float
    busy: int
    most: int

    @classmethod
    def of(cls, by_day: Counter[tuple[int, date]], days: int) -> Disturbed:
        """Of so many days of all secretaries together; one that is not told of had nothing."""
        each = sorted([*by_day.values(), *[0] * (days - len(by_day))])
        return cls(median(each), each[len(each) * 99 // 100], each[-1])


async def check(year: Year, days: int) -> tuple[Disturbed, Disturbed]:
    """What reached the secretaries inside and outside the product, after what must hold of every stage."""
    secretaries = set(await Person.filter(phone__startswith="137").values_list("id", flat=True))
    told = await Reminder.filter(kind=DEADLINE).values_list("person_id", "stage", "sent_at")
    stages = Counter((person, stage, _on(sent), sent) for person, stage, sent in told)
    by_day = Counter((person, stage, on) for person, stage, on, _ in stages)
    assert by_day and max(by_day.values()) == 1, "one stage is told once a day, of however many tasks"
    sent = {
        (p, when) for p, when in await Reminder.all().values_list("person_id", "sent_at") if p in secretaries
    }
    outside = Counter((person, _on(when)) for person, when in sent)
    inside = Counter({one: many for one, many in year.inside.items() if one[0] in secretaries})
    in_all = len(secretaries) * days
    return Disturbed.of(inside, in_all), Disturbed.of(outside, in_all)


def _on(when: datetime) -> date:
    return when.date()


async def test_over_weeks_a_secretary_is_disturbed_seldom_and_of_a_stage_once_a_day(town: str) -> None:
    year = await played(villages=5, days=24, every=6)
    inside, outside = await check(year, 24)
    assert max(inside.usual, outside.usual, outside.most) <= MOST_A_DAY


@pytest.mark.nightly
async def test_over_a_year_of_all_villages_a_secretary_is_disturbed_seldom(
    town: str, figure: Callable[[str], None]
) -> None:
    year = await played(villages=2119, days=365, every=4)
    inside, outside = await check(year, 365)
    figure(f"messages a day of a secretary: inside {inside}, outside {outside}")
    assert max(inside.usual, outside.usual, outside.most) <= MOST_A_DAY
