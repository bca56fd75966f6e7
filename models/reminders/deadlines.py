"""Reminders of the calendar: once a day, what comes due and what is late, each stage once and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.base.batches import page_by_page
from models.base.clock import end_of, now, today
from models.base.followers import first_today
from models.inbox import doers_of, silenced
from models.people.roles import COORDINATOR, LEADER
from models.policies import policies, upwards
from models.reminders.alarms import OVER_AND_DONE
from models.reminders.recipients import Wanted, at_the_desks, queue
from models.reminders.words import DEADLINE
from models.tasks import WITH_THE_VILLAGE, Assignment
from models.workdays import Workdays, workdays_of

READER = "deadlines"
PAGE = 500
"""Copies that are looked at together: nobody waits longer for a page because a province has more of them."""
LONGEST_REST = timedelta(days=15)
"""No run of days off is longer, so nothing due later can be due by the next working day."""
ASKED = ("escalate_to_coordinator", "escalate_to_leader")


@dataclass(frozen=True)
class Stage:
    """One step of an escalation: from how many working days late (a number or a policy), and who hears of it."""

    name: str
    late: int | str
    goes_to: str


MILD = ("soon", "today")
"""Before anything is late: of these a person may choose not to hear outside."""
STAGES = (
    Stage("overdue", 1, "doer"),
    Stage("again", "escalate_to_leader", "doer"),
    Stage("coordinator", "escalate_to_coordinator", COORDINATOR),
    Stage("leader", "escalate_to_leader", LEADER),
)


async def look_at_the_calendar() -> None:
    """Once on each day of the town, whichever server comes first."""
    async with in_transaction():
        if await first_today(READER):
            await _remind_of_deadlines()


async def _remind_of_deadlines() -> None:
    told_by_the_hour = Q(task__response_id__isnull=False, due_at__gt=now() - OVER_AND_DONE)
    rows = Assignment.filter(
        ~told_by_the_hour, state__in=WITH_THE_VILLAGE, due_at__lte=end_of(today() + LONGEST_REST)
    )
    places: dict[str, Place] = {}
    async for copies in page_by_page(rows.select_related("unit", "task"), PAGE):
        await _learn({copy.unit.path for copy in copies}, places)
        await _remind_of(copies, places)


async def _remind_of(copies: list[Assignment], places: Mapping[str, Place]) -> None:
    doers = await doers_of(copies)
    townships = {copy.task.township_id for copy in copies}
    desks = {role: await at_the_desks(townships, role) for role in (COORDINATOR, LEADER)}
    found: list[tuple[Wanted, date]] = []
    for copy in copies:
        for stage, goes_to in places[_county(copy.unit.path)].stages_of(copy.due_on):
            doing = {one.person_id for one in doers[copy.pk]}
            to = doing if goes_to == "doer" else desks[goes_to].get(copy.task.township_id, set())
            found += [(Wanted(one, DEADLINE, "Assignment", copy.pk, stage), copy.due_on) for one in to]
    unwanted = await silenced({one.person_id for one, _ in found})
    await queue(
        (one, day) for one, day in found if one.stage not in MILD or (one.person_id, "due") not in unwanted
    )


@dataclass
class Place:
    """The working days and the numbers that hold in one county, with what they make of each day."""

    days: Workdays
    numbers: dict[str, int]
    _known: dict[date, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def stages_of(self, due_on: date) -> tuple[tuple[str, str], ...]:
        """The stages a deadline has reached today, with whom each goes to."""
        if due_on not in self._known:
            self._known[due_on] = tuple(self._reached(due_on))
        return self._known[due_on]

    def _reached(self, due_on: date) -> Iterator[tuple[str, str]]:
        if due_on >= today():
            if due_on == today():
                yield "today", "doer"
            elif self.days.works_on(today()) and due_on <= self.days.after(today(), 1):
                yield "soon", "doer"
            return
        late = self.days.between(due_on, today())
        for stage in STAGES:
            if late >= (self.numbers[stage.late] if isinstance(stage.late, str) else stage.late):
                yield stage.name, stage.goes_to


async def _learn(paths: set[str], places: dict[str, Place]) -> None:
    """Only cities and counties set numbers, so one look per county is enough."""
    for county in sorted({_county(path) for path in paths} - set(places)):
        days = next((one.days for at, one in places.items() if upwards(at)[0] == upwards(county)[0]), None)
        places[county] = Place(days or await workdays_of(upwards(county)[0]), await policies(county, ASKED))


def _county(path: str) -> str:
    return upwards(path)[:2][-1]
