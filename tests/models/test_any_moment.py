"""What the calendar decides, at every moment where calendars trip: a day is the town's, whatever UTC calls it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest

from models import bidding, complaints, concerns, policies, tasks
from models.base.clock import TOWN_ZONE, clock_at, now, tick, today
from models.base.refusals import Invalid, NotNow, TooMany
from models.base.sealer import seal_all
from models.schemes import Period
from models.tasks import Assignment, Task
from models.workdays import workdays_of
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_task,
    a_town,
    a_viewer,
    an_assignment,
)
from tests.gateway import Gateway
from tests.models.bidding import scenes as board
from tests.models.complaints.scenes import keeper_of, told
from tests.models.evaluation.test_index import a_city
from tests.models.reminders.conftest import gateway  # noqa: F401 - the fixture
from tests.models.reminders.scenes import phone_of, somebody

pytestmark = [pytest.mark.anyio, pytest.mark.calendar_bound]
MOMENT = timedelta(seconds=1)


async def a_listed_town() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place


def midnight(days: int) -> datetime:
    """The beginning in town of the day that is so many days from today."""
    return datetime.combine(today() + days * DAY, time(), TOWN_ZONE)


async def test_a_task_is_late_when_the_last_day_is_over_in_town_and_not_before(town: str) -> None:
    mine = await an_assignment(await a_listed_town(), due_on=today() + 2 * DAY)
    over = midnight(3)
    for at, late in ((over - MOMENT, False), (over + MOMENT, True)):
        with clock_at(at):
            assert (await Assignment.get(pk=mine.pk)).is_overdue == late
    await tick()
    assert (await Assignment.get(pk=mine.pk)).due_on == today() + 2 * DAY


async def test_a_request_may_end_today_and_not_yesterday(town: str) -> None:
    place = await a_listed_town()
    with pytest.raises(Invalid) as no:
        await a_request(place, deadline=today() - DAY)
    assert no.value.field == "deadline"
    assert (await a_request(place, deadline=today())).deadline == today()


async def test_planned_work_goes_out_on_its_day_and_comes_round_every_week_as_long_as_the_first(
    town: str,
) -> None:
    place = await a_listed_town()
    begun = {"release_on": today() + DAY, "due_on": today() + 3 * DAY}
    first = await a_task(place, "approved", **begun, repeats="week", repeats_until=today() + 18 * DAY)
    await tick()
    assert (await Task.get(pk=first.pk)).state == "approved"
    for days in (1, 8, 8, 15, 15, 22, 22):
        with clock_at(midnight(days) + MOMENT):
            await tick()
    assert (await Task.get(pk=first.pk)).state == "dispatched"
    rounds, days_off = await Task.filter(series=first).order_by("id"), await workdays_of(place.county.path)
    assert [one.release_on for one in rounds] == [today() + 8 * DAY, today() + 15 * DAY]
    assert [one.due_on for one in rounds] == [days_off.after(today() + n * DAY, 0) for n in (10, 17)]


async def test_what_comes_round_every_month_keeps_its_day_where_the_month_has_it(town: str) -> None:
    place = await a_listed_town()
    first = await a_task(place, due_on=today() + 3 * DAY, repeats="month", repeats_until=today() + 100 * DAY)
    starts = [today()]
    for _ in range(3):
        year, month = starts[-1].year + starts[-1].month // 12, starts[-1].month % 12 + 1
        starts.append(date(year, month, min(today().day, monthrange(year, month)[1])))
        with clock_at(datetime.combine(starts[-1], time(0, 1), TOWN_ZONE)):
            await tick()
            await tick()
    rounds = await Task.filter(series=first).order_by("id").values_list("release_on", flat=True)
    assert list(rounds) == starts[1:]


async def test_an_objection_and_a_concern_are_due_after_working_days_and_late_the_day_after(
    town: str,
) -> None:
    place = await a_listed_town()
    secretary, days = await a_viewer("secretary", place.village), await workdays_of(place.county.path)
    mine = await an_assignment(place)
    objection = await tasks.object_to(secretary, mine, kind="overloaded", words="本周已有三件。")
    said = {"title": "路灯不亮", "body": "三盏路灯坏了两周。", "place": "村口"}
    concern = await concerns.raise_concern(secretary, place.village, **said)
    for due, name in ((objection.due_on, "objection_days"), (concern.due_on, "concern_days")):
        many = await policies.policy(place.township.path, name)
        assert due == days.after(today(), many) and days.works_on(due)
        assert sum(days.works_on(today() + n * DAY) for n in range(1, (due - today()).days + 1)) == many


async def test_silence_is_noted_after_so_many_working_days(town: str) -> None:
    place = await a_listed_town()
    mine = await an_assignment(place, due_on=today() + 2 * DAY)
    days = await workdays_of(place.county.path)
    noted = days.after(mine.due_on, await policies.policy(place.county.path, "unanswered_days")) + DAY
    for at, on in ((noted - 2 * DAY, None), (noted + 5 * DAY, noted + 5 * DAY)):
        with clock_at(midnight((at - today()).days) + MOMENT):
            await tick()
        assert (await Assignment.get(pk=mine.pk)).unanswered_on == on


async def test_five_complaints_a_day_are_counted_by_the_day_of_the_town(town: str) -> None:
    place = await a_town()
    await keeper_of(place)
    secretary = await a_viewer("secretary", place.village)
    for _ in range(5):
        await told(place, secretary)
    with clock_at(midnight(1) - MOMENT), pytest.raises(TooMany):
        await told(place, secretary)
    with clock_at(midnight(1) + MOMENT):
        assert isinstance(await told(place, secretary), complaints.Complaint)


async def test_bids_close_at_their_instant(town: str) -> None:
    place = await a_town()
    project = await board.a_project(place, at=now() + board.HOUR)
    bid = await board.a_bid(project, place.village)
    secretary, desk = (
        await a_viewer("secretary", place.village),
        await a_viewer("coordinator", place.township),
    )
    with clock_at(project.closes_at - MOMENT):
        await bidding.withdraw_bid(secretary, bid)
        await bidding.submit_bid(secretary, bid)
        with pytest.raises(NotNow, match="谁也不能提前开标"):
            await bidding.open_bids(desk, await board.fresh(project))
    with clock_at(project.closes_at):
        with pytest.raises(NotNow, match="来不及了"):
            await bidding.submit_bid(secretary, bid)
        assert (await bidding.open_bids(desk, await board.fresh(project))).state == "opened"


async def test_periods_are_those_of_the_day_in_town_and_the_clock_opens_the_next(town: str) -> None:
    await a_city(1, seed=1)
    for _ in range(2):
        running = Period.filter(since__lte=today(), until__gte=today())
        assert {one.kind: one.since.day for one in await running} == {"month": 1, "quarter": 1, "year": 1}
        last = min(await running.values_list("until", flat=True))
        with clock_at(datetime.combine(last + DAY, time(0, 0, 1), TOWN_ZONE)):
            await tick()
            follows = await Period.get(kind="month", since=today())
            assert follows.until > last and follows.closed_at is None


async def test_nobody_is_disturbed_at_night_and_every_stage_is_told_once(
    gateway: Gateway,  # noqa: F811
) -> None:
    place = await a_listed_town()
    secretary = await somebody("secretary", place.village)
    await a_task(place, due_on=today() + 2 * DAY, units=[place.village])
    for days in range(5):
        for hour in (0, 3, 7, 9, 12, 18, 21, 23):
            at = midnight(days) + timedelta(hours=hour, minutes=59)
            if at <= now():
                continue
            before = len(gateway.texts(phone_of(secretary)))
            with clock_at(at):
                await seal_all()
                await tick()
            assert 8 <= hour < 20 or len(gateway.texts(phone_of(secretary))) == before, at
    texts = gateway.texts(phone_of(secretary))
    assert sum("新任务" in text for text in texts) == 1
    assert sum("今天到期" in text for text in texts) == 1
