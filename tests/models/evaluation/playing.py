"""A township at work for the tests of the evaluation: many matters, days that pass, and whoever it takes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models import rankings, tasks
from models.base.clock import TOWN_ZONE, clock_at, today
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.tasks import Assignment, Objection
from models.tasks.unanswered import note_what_was_left_unanswered
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_admitted_request

MATTERS = 6
START = datetime(2026, 3, 2, 9, 0, tzinfo=TOWN_ZONE)


@dataclass
class Place:
    """A small county with people at every post the evaluation needs."""

    town: Town
    villages: list[Unit]
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def secretary(self, village: Unit) -> Viewer:
        return self.viewers[f"secretary {village.pk}"]


async def a_place() -> Place:
    """Two townships with three villages, and six matters that may be asked of them."""
    town = await a_town()
    extra = [
        {"code": f"XZ-SY-{n}", "title": f"第{n}类巡查", "category": "assist", "demands": ["patrol"]}
        for n in range(MATTERS)
    ]
    await a_list(town.county, *extra)
    place = Place(town, [town.village, town.second_village, town.other_village])
    for village in place.villages:
        place.viewers[f"secretary {village.pk}"] = await a_viewer("secretary", village)
        place.viewers[f"cadre {village.pk}"] = await a_viewer("cadre", village)
    posts = (("keeper", "list_keeper", town.city), ("county keeper", "list_keeper", town.county))
    posts += (("coordinator", "coordinator", town.township), ("head", "head", town.township))
    for name, role, unit in posts:
        place.viewers[name] = await a_viewer(role, unit)
    return place


@contextmanager
def on_day(number: float) -> Iterator[None]:
    """So many days after the start, at nine in the morning."""
    with clock_at(START + timedelta(days=number)):
        yield


async def sent(place: Place, matter: int = 0, *units: Unit, due: int = 10) -> list[Assignment]:
    """A dispatched task of the first township under a matter, at these villages (or its first)."""
    where = list(units) or [place.town.village]
    request = await an_admitted_request(
        place.town, matter_code=f"XZ-SY-{matter}", title=f"第{matter}类巡查", body="请巡查。", units=where
    )
    made = await a_task(place.town, requests=[request], units=where, due_on=today() + due * DAY)
    rows = Assignment.filter(task=made).order_by("unit__path")
    return await rows.prefetch_related(*Assignment.judged_with)


async def accepted(place: Place, assignment: Assignment, *, rounds: int = 1) -> Assignment:
    """Reported by the village's secretary, returned so many times less one, and accepted."""
    for number in range(rounds):
        await tasks.report(place.secretary(assignment.unit), assignment, words="已巡查。")
        if number < rounds - 1:
            await tasks.return_report(place.viewers["coordinator"], assignment, what_to_mend="请补充户数。")
    return await tasks.accept(place.viewers["coordinator"], assignment)


async def read() -> None:
    """Everything sealed, credited, scored and placed."""
    await seal_all()
    await rankings.keep_up()


class Walk:
    """A random history of tasks, the same for the same seed."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.open: list[Assignment] = []
        self.resting: list[Assignment] = []

    async def step(self) -> None:
        await note_what_was_left_unanswered()
        await self._go_on()
        for act in self.chance.choices(
            (self._send, self._do, self._object, self._suspend), (4, 5, 1, 1), k=2
        ):
            await act()

    async def _send(self) -> None:
        units = self.chance.sample([self.place.town.village, self.place.town.second_village], 2)
        matter, due = self.chance.randrange(MATTERS), self.chance.randint(3, 9)
        self.open += await sent(self.place, matter, *units[: self.chance.randint(1, 2)], due=due)

    def _pick(self) -> Assignment | None:
        return self.open.pop(self.chance.randrange(len(self.open))) if self.open else None

    async def _do(self) -> None:
        one = self._pick()
        if one is not None:
            await accepted(self.place, one, rounds=self.chance.choice([1, 1, 1, 2, 3]))

    async def _object(self) -> None:
        one = self._pick()
        if one is None or await Objection.filter(assignment=one).exists():
            return
        made = await tasks.object_to(
            self.place.secretary(one.unit), one, kind="not_ours", words="不属于本村职责。"
        )
        objection = await Objection.get(pk=made.pk).prefetch_related(*Objection.judged_with)
        upheld = self.chance.random() < 0.5
        coordinator = self.place.viewers["coordinator"]
        await tasks.answer_objection(coordinator, objection, upheld=upheld, answer="已核对。")
        if not upheld:
            self.open.append(await fresh(one))

    async def _suspend(self) -> None:
        one = self._pick()
        if one is not None:
            coordinator = self.place.viewers["coordinator"]
            await tasks.suspend(coordinator, one, reason="先办防汛。")
            self.resting.append(one)

    async def _go_on(self) -> None:
        while self.resting:
            one = self.resting.pop()
            await tasks.resume(self.place.viewers["coordinator"], await fresh(one))
            self.open.append(await fresh(one))


async def fresh(assignment: Assignment) -> Assignment:
    return await Assignment.get(pk=assignment.pk).prefetch_related(*Assignment.judged_with)
