"""What a village left unanswered is noted once by the calendar, some working days late, unless something excuses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from models import policies, tasks
from models.base.clock import clock_at, end_of, tick, today
from models.base.events import Event
from models.base.refusals import NotAllowed, NotNow
from models.base.viewer import TOWN_CLOCK, Viewer
from models.tasks import Assignment, Extension, Objection, Task
from models.tasks.trail_facts import facts_of
from tests.builders import Town, a_list, a_town, a_viewer, an_assignment

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)


@contextmanager
def on_day(number: int) -> Iterator[None]:
    """So many days after Monday the 2nd of November 2026; no holiday is near."""
    with clock_at(MONDAY + timedelta(days=number)):
        yield


async def due_friday() -> tuple[Town, Assignment, Viewer, Viewer]:
    """An assignment of 梅渚村 that ends on Friday, with its secretary and its coordinator."""
    place = await a_town()
    await a_list(place.county)
    keeper = await a_viewer("list_keeper", place.county)
    many = {"value": 50, "reason": "试点", "from_on": today()}
    await policies.set_policy(keeper, place.county, name="collisions", **many)
    mine = await an_assignment(place)
    await Assignment.filter(pk=mine.pk).update(due_at=end_of(today() + timedelta(days=4)))
    secretary, desk = (
        await a_viewer("secretary", place.village),
        await a_viewer("coordinator", place.township),
    )
    return place, await fresh(mine), secretary, desk


async def fresh(one: Assignment) -> Assignment:
    return await Assignment.get(pk=one.pk).prefetch_related(*Assignment.judged_with)


async def notes(one: Assignment) -> int:
    return await Event.filter(command="tasks.note_unanswered", subject_id=one.pk).count()


async def test_it_is_noted_once_five_working_days_after_its_end(town: str) -> None:
    with on_day(0):
        _, mine, _, _ = await due_friday()
    for day, noted in ((4, 0), (10, 0), (11, 0), (12, 1), (13, 1), (20, 1)):
        with on_day(day):
            await tick()
            assert await notes(mine) == noted, day
    with on_day(20):
        assert (await fresh(mine)).unanswered_on == (MONDAY + timedelta(days=12)).date()


async def test_the_county_sets_after_how_many_days(town: str) -> None:
    with on_day(0):
        place, mine, _, _ = await due_friday()
        keeper = await a_viewer("list_keeper", place.county)
        told = {"reason": "先从宽", "from_on": today()}
        await policies.set_policy(keeper, place.county, name="unanswered_days", value=7, **told)
    for day, noted in ((13, 0), (14, 0), (16, 1)):
        with on_day(day):
            await tick()
            assert await notes(mine) == noted, day


async def test_a_report_a_rest_an_objection_an_imposed_load_and_an_open_question_excuse_it(town: str) -> None:
    with on_day(0):
        place, reported, secretary, desk = await due_friday()
        others = [await an_assignment(place) for _ in range(4)]
        await Assignment.filter(id__in=[one.pk for one in others]).update(due_at=reported.due_at)
        rested, objected, imposed, asked = [await fresh(one) for one in others]
        await tasks.report(secretary, reported, words="已巡查。")
        await tasks.suspend(desk, rested, reason="先办防汛。")
        await tasks.object_to(secretary, objected, kind="not_ours", words="不是村里的事。")
        await Task.filter(pk=imposed.task_id).update(overload_reason="汛期不能推迟。")
        until = today() + timedelta(days=9)
        await tasks.ask_for_time(secretary, asked, until=until, reason="等雨停。")
    with on_day(1):
        await tasks.resume(desk, await fresh(rested))
    with on_day(40):
        await tick()
    excused = [one.pk for one in (reported, rested, objected, imposed, asked)]
    noted = Event.filter(command="tasks.note_unanswered")
    assert await noted.exists() and not await noted.filter(subject_id__in=excused).exists()


@pytest.mark.parametrize(
    ("began", "took", "spared"),
    [(0, 1, "suspended"), (4, 3, "suspended"), (0, 0, ""), (4, 2, ""), (7, 3, "")],
    ids=["in time", "over days off to work", "for no day", "for days off alone", "when late already"],
)
async def test_only_a_rest_that_began_in_time_and_took_a_working_day_excuses_it(
    town: str, began: int, took: int, spared: str
) -> None:
    with on_day(0):
        _, mine, secretary, desk = await due_friday()
    with on_day(began):
        await tasks.suspend(desk, mine, reason="先办防汛。")
    with on_day(began + took):
        await tasks.resume(desk, await fresh(mine))
    with on_day(40):
        await tick()
        assert await notes(mine) == (0 if spared else 1)
        await tasks.report(secretary, await fresh(mine), words="已巡查。")
        await tasks.accept(desk, await fresh(mine))
    told = await Event.filter(command="tasks.accept").order_by("-id").first()
    assert told is not None and told.facts["spared"] == spared


async def test_a_rest_that_ended_before_this_was_told_excuses_as_it_did(town: str) -> None:
    with on_day(0):
        _, mine, _, desk = await due_friday()
        await tasks.suspend(desk, mine, reason="先办防汛。")
        await Assignment.filter(pk=mine.pk).update(suspended_at=None)
        before = await fresh(mine)
        await tasks.resume(desk, before)
        assert (await facts_of(before)).spared == "suspended"


async def test_only_the_calendar_notes_and_only_what_was_never_reported(town: str) -> None:
    with on_day(0):
        _, mine, secretary, desk = await due_friday()
    with on_day(30):
        for somebody in (secretary, desk):
            with pytest.raises(NotAllowed, match="按日历记录"):
                await tasks.note_unanswered(somebody, mine)
        await tasks.report(secretary, mine, words="已巡查。")
        await tasks.return_report(desk, await fresh(mine), what_to_mend="请补充户数。")
        with pytest.raises(NotNow):
            await tasks.note_unanswered(TOWN_CLOCK, await fresh(mine))


async def test_an_acceptance_a_later_day_and_a_withdrawal_tell_that_the_note_no_longer_stands(
    town: str,
) -> None:
    with on_day(0):
        place, done, secretary, desk = await due_friday()
        others = [await an_assignment(place) for _ in range(3)]
        await Assignment.filter(id__in=[one.pk for one in others]).update(due_at=done.due_at)
        later, gone, upheld = [await fresh(one) for one in others]
    with on_day(20):
        await tick()
        await tasks.report(secretary, await fresh(done), words="已巡查。")
        await tasks.accept(desk, await fresh(done))
        asked = await tasks.ask_for_time(secretary, later, until=today() + timedelta(days=5), reason="雨天。")
        asked = await Extension.get(pk=asked.pk).prefetch_related(*Extension.judged_with)
        await tasks.answer_extension(desk, asked, granted=True)
        task = await Task.get(pk=gone.task_id).prefetch_related(*Task.judged_with)
        await tasks.withdraw(desk, task, reason="不需要了。")
        made = await tasks.object_to(secretary, await fresh(upheld), kind="not_ours", words="不是村里的事。")
        made = await Objection.get(pk=made.pk).prefetch_related(*Objection.judged_with)
        await tasks.answer_objection(desk, made, upheld=True, answer="情况属实。")
    noted = {e.subject_id: e.pk for e in await Event.filter(command="tasks.note_unanswered").order_by("id")}
    commands = ("tasks.accept", "tasks.answer_extension", "tasks.withdraw", "tasks.answer_objection")
    told = [await Event.filter(command=one).order_by("-id").first() for one in commands]
    excused = [json.loads(event.details)["facts"]["excused"] for event in told if event is not None]
    for one, numbers in zip((done, later, gone, upheld), excused, strict=True):
        assert noted[one.pk] in numbers
    assert [len(numbers) for numbers in excused] == [1, 1, 2, 1], "withdrawn, a task rests at every village"
    assert (await fresh(later)).unanswered_on is None
    with on_day(45):
        await tick()
        assert await notes(later) == 2, "the later day has passed as well"


async def test_a_task_is_objected_to_once_unless_its_wording_changes(town: str) -> None:
    with on_day(0):
        place, mine, secretary, desk = await due_friday()
        made = await tasks.object_to(secretary, mine, kind="overloaded", words="本周已有三件。")
        await tasks.answer_objection(desk, made, upheld=False, answer="请办理。")
        with pytest.raises(NotNow, match="已经提过异议"):
            await tasks.object_to(secretary, await fresh(mine), kind="not_ours", words="不是村里的事。")
    with on_day(1):
        leader = await a_viewer("leader", place.township)
        task = await Task.get(pk=mine.task_id).prefetch_related(*Task.judged_with)
        changed = {"title": task.title, "body": "改为逐户走访。", "due_on": task.due_on}
        await tasks.carry_over(desk, task, reason="上级变更要求", **changed)
        await tasks.approve_change(leader, task)
        await tasks.object_to(secretary, await fresh(mine), kind="not_ours", words="逐户走访不是村里的事。")
