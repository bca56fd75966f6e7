"""One moment a copy: whatever is granted, rested or moved, no village loses an hour it was given."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from models import tasks
from models.base.clock import TOWN_ZONE, clock_at, end_of, now, today, town_day
from models.base.refusals import Invalid
from models.matters import Matter
from models.policies import set_policy
from models.tasks import Assignment, AssignmentFilter, Extension, Objection, Task
from models.tasks.trail_facts import facts_of
from models.workdays import workdays_of
from tests.builders import DAY, Town, a_list, a_town, a_viewer, an_assignment
from tests.models.tasks.test_emergency_dispatch import TYPHOON

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
THURSDAY = datetime(2026, 3, 5, 10, tzinfo=TOWN_ZONE)


async def fresh(mine: Assignment) -> Assignment:
    return await Assignment.get(pk=mine.pk).prefetch_related(*Assignment.judged_with)


async def asked(place: Town, mine: Assignment, days: int = 5) -> Extension:
    until = max(mine.due_on, today()) + days * DAY
    made = await tasks.ask_for_time(
        await a_viewer("secretary", place.village), mine, until=until, reason="下雨"
    )
    return await Extension.get(pk=made.pk).prefetch_related(*Extension.judged_with)


async def moved(place: Town, mine: Assignment, until: date) -> Task:
    """The township puts another end before all villages, by two people."""
    task = await Task.get(pk=mine.task_id).prefetch_related(*Task.judged_with)
    if until == task.due_on:
        return task
    desk, leader = await a_viewer("coordinator", place.township), await a_viewer("leader", place.township)
    await tasks.carry_over(desk, task, title=task.title, body=task.body, due_on=until, reason="天气变了")
    return await tasks.approve_change(leader, task)


async def test_a_day_is_over_at_its_end_and_not_a_moment_sooner(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    last = end_of(mine.due_on)
    assert mine.due_at == last
    with clock_at(last):
        assert not mine.is_overdue and mine.days_left == 0
    with clock_at(last + timedelta(microseconds=1)):
        assert mine.is_overdue and mine.days_left == -1
        late = AssignmentFilter(overdue=True).among(Assignment.all())
        assert mine.pk in await late.values_list("id", flat=True)


@pytest.mark.parametrize("granted_while", ["suspended", "objected", "reported", "with the village"])
async def test_an_extension_counts_whenever_it_is_granted(town: str, granted_while: str) -> None:
    with clock_at(THURSDAY):
        place = await a_town()
        await a_list(place.county)
        mine = await an_assignment(place)
        village, desk = (
            await a_viewer("secretary", place.village),
            await a_viewer("coordinator", place.township),
        )
        wanted = await asked(place, mine)
        if granted_while == "suspended":
            await tasks.suspend(desk, mine, reason="防汛")
        elif granted_while == "objected":
            await tasks.object_to(village, mine, kind="not_ours", words="不是本村的。")
        elif granted_while == "reported":
            await tasks.report(village, mine, words="办了。")
        await tasks.answer_extension(desk, wanted, granted=True)
        mine = await fresh(mine)
        assert mine.due_on == wanted.until and mine.extended
        if mine.state == "suspended":
            await tasks.resume(desk, mine)
        elif mine.state == "objected":
            question = await Objection.get(assignment=mine).prefetch_related(*Objection.judged_with)
            await tasks.answer_objection(desk, question, upheld=False, answer="是本村的。")
        assert (await fresh(mine)).due_on == wanted.until


async def test_a_grant_is_never_less_than_what_the_township_moved_to_and_not_lost_by_it(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    desk = await a_viewer("coordinator", place.township)
    wanted = await asked(place, mine, days=3)
    task = await moved(place, mine, wanted.until + 7 * DAY)
    await tasks.answer_extension(desk, wanted, granted=True)
    assert (await fresh(mine)).due_at == task.due_at, "the township gave more"
    task = await moved(place, mine, wanted.until - 2 * DAY)
    assert (await fresh(mine)).due_on == wanted.until, "what was granted is kept"
    other = await Assignment.get(task=task, unit=place.second_village)
    assert other.due_at == task.due_at


async def test_nobody_asks_for_more_than_the_place_allows(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    keeper = await a_viewer("list_keeper", place.county)
    await set_policy(keeper, place.county, name="extension_days", value=4, reason="一律从紧", from_on=today())
    last = (await workdays_of(place.village.path)).after(mine.due_on, 4)
    village = await a_viewer("secretary", place.village)
    for until in (last + DAY, today() + 300 * DAY):
        with pytest.raises(Invalid, match="最多延 4 个工作日"):
            await tasks.ask_for_time(village, mine, until=until, reason="下雨")
    with pytest.raises(Invalid, match="按天计期限"):
        await tasks.ask_for_time(village, mine, until_at=mine.due_at + HOUR, reason="下雨")
    assert (await tasks.ask_for_time(village, mine, until=last, reason="下雨")).until == last


@pytest.mark.parametrize("before", ["dispatched", "received", "returned"])
async def test_a_rest_gives_back_the_very_state_it_began_in(town: str, before: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    village, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    if before != "dispatched":
        await tasks.receive(village, mine)
    if before == "returned":
        await tasks.report(village, mine, words="办了。")
        await tasks.return_report(desk, mine, what_to_mend="请补充。")
    await tasks.suspend(desk, mine, reason="防汛")
    await tasks.resume(desk, mine)
    assert (await fresh(mine)).state == before
    await tasks.object_to(village, mine, kind="not_ours", words="不是本村的。")
    question = await Objection.get(assignment=mine).prefetch_related(*Objection.judged_with)
    await tasks.answer_objection(desk, question, upheld=False, answer="是本村的。")
    assert (await fresh(mine)).state == before


async def test_who_rests_over_the_last_day_is_not_late_for_it(town: str) -> None:
    """Resting from Friday, the last day, to Sunday takes no working day; Monday is left."""
    with clock_at(THURSDAY):
        place = await a_town()
        await a_list(place.county)
        mine = await an_assignment(place, due_on=THURSDAY.date() + DAY)
        desk = await a_viewer("coordinator", place.township)
    with clock_at(THURSDAY + DAY):
        await tasks.suspend(desk, mine, reason="防汛")
    with clock_at(THURSDAY + 3 * DAY):
        await tasks.resume(desk, mine)
        again = await fresh(mine)
        assert not again.is_overdue and again.due_on == THURSDAY.date() + 4 * DAY


async def an_emergency(place: Town) -> Assignment:
    """Six hours to bring people out of old houses."""
    await a_list(place.county, TYPHOON)
    leader = await a_viewer("leader", place.township)
    response = await tasks.declare_response(leader, place.township, name="防台风", level="Ⅲ级", reason="通知")
    task = await tasks.dispatch_at_once(
        leader,
        place.township,
        response=response,
        matter=await Matter.get(code="XZ-YJ-01"),
        title="转移",
        body="转移",
        due_at=now() + 6 * HOUR,
        units=[place.village],
    )
    return await Assignment.get(task=task).prefetch_related(*Assignment.judged_with)


async def test_an_emergency_is_late_by_the_hour_and_its_hour_moves_with_a_grant(town: str) -> None:
    with clock_at(THURSDAY):
        place = await a_town()
        mine = await an_emergency(place)
        village, desk = (
            await a_viewer("secretary", place.village),
            await a_viewer("coordinator", place.township),
        )
        later = mine.due_at + 3 * HOUR
        made = await tasks.ask_for_time(village, mine, until_at=later, reason="路断了")
    with clock_at(THURSDAY + 7 * HOUR):
        assert mine.is_overdue and mine.due_on == today()
        wanted = await Extension.get(pk=made.pk).prefetch_related(*Extension.judged_with)
        await tasks.answer_extension(desk, wanted, granted=True)
        mine = await fresh(mine)
        assert mine.due_at == later and not mine.is_overdue and mine.is_by_the_clock
    with clock_at(later + HOUR):
        assert mine.is_overdue
        await tasks.report(village, mine, words="人都出来了。")
        facts = await facts_of(await fresh(mine))
        assert facts.reported_at > facts.due_at and facts.reported_on == facts.due_on


async def test_an_emergency_that_rested_has_the_same_hours_left(town: str) -> None:
    with clock_at(THURSDAY):
        place = await a_town()
        mine = await an_emergency(place)
        desk = await a_viewer("coordinator", place.township)
    with clock_at(THURSDAY + HOUR):
        await tasks.suspend(desk, mine, reason="先救人")
    with clock_at(THURSDAY + 30 * HOUR):
        await tasks.resume(desk, mine)
        assert (await fresh(mine)).due_at - now() == 5 * HOUR


class Walk:
    """One copy through half a year of rests, grants and moves, against what it may count on."""

    def __init__(self, place: Town, mine: Assignment, dice: random.Random) -> None:
        self.place, self.mine, self.dice, self.at = place, mine, dice, THURSDAY
        self.done: Counter[str] = Counter()
        self.promised = mine.due_at
        """The latest end that was granted, put off by the rests since."""

    async def step(self) -> None:
        self.at += timedelta(hours=self.dice.randint(1, 60))
        with clock_at(self.at):
            self.mine = await fresh(self.mine)
            names = ["resume"] if self.mine.state == "suspended" else ["suspend", "ask", "move"]
            if await Extension.filter(assignment=self.mine, state="asked").exists():
                names.append("grant")
            await getattr(self, name := self.dice.choice(names))()
            self.done[name] += 1
            self.mine = await fresh(self.mine)

    async def suspend(self) -> None:
        await tasks.suspend(await a_viewer("coordinator", self.place.township), self.mine, reason="防汛")

    async def resume(self) -> None:
        days, before = await workdays_of(self.mine.unit.path), self.mine
        assert before.suspended_at is not None
        left = days.between(town_day(before.suspended_at), before.due_on)
        late = before.due_at < before.suspended_at
        await tasks.resume(await a_viewer("coordinator", self.place.township), before)
        after = await fresh(before)
        assert after.state == before.suspended_from or after.state == "dispatched"
        assert after.is_overdue == late
        assert days.between(today(), after.due_on) >= left
        assert days.between(today(), after.due_on) <= max(left, 1)

    async def ask(self) -> None:
        if not await Extension.filter(assignment=self.mine, state="asked").exists():
            await asked(self.place, self.mine, self.dice.randint(1, 9))

    async def grant(self) -> None:
        wanted = await Extension.filter(assignment=self.mine, state="asked").get()
        wanted = await Extension.get(pk=wanted.pk).prefetch_related(*Extension.judged_with)
        before = self.mine.due_at
        await tasks.answer_extension(await a_viewer("coordinator", self.place.township), wanted, granted=True)
        assert (await fresh(self.mine)).due_at == max(before, wanted.until_at)

    async def move(self) -> None:
        granted = self.mine.granted_until
        task = await moved(self.place, self.mine, today() + self.dice.randint(0, 20) * DAY)
        after = await fresh(self.mine)
        assert after.due_at >= task.due_at and (granted is None or after.due_at >= granted)
        if granted is None:
            days = await workdays_of(after.unit.path)
            assert days.between(task.due_on, after.due_on) == after.rested_days


async def test_on_a_long_way_nothing_given_is_ever_lost(town: str) -> None:
    with clock_at(THURSDAY):
        place = await a_town()
        await a_list(place.county)
        walk = Walk(place, await an_assignment(place), random.Random(20260305))
    for _ in range(60):
        await walk.step()
    assert all(walk.done[name] >= 5 for name in ("suspend", "resume", "ask", "move", "grant")), walk.done
