"""A step of building has the excuses of a task: time that is granted, and rests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.versions import version_of
from models.evaluation.tallies import LEFT_OUT, PERFECT, tallied
from models.points.credit_rules import History, credits
from models.schemes.sources import usual_points
from tests.models.bidding.building import DAY, WHY, a_building, morning
from tests.models.evaluation.results import a_result, kept

pytestmark = pytest.mark.anyio


async def test_a_village_asks_for_more_time_and_gets_it_for_later_steps_too(town: str) -> None:
    place = await a_building()
    first, second, third, last = await place.days()
    with clock_at(morning(first - DAY)):
        with pytest.raises(NotAllowed):
            await bidding.ask_for_step_time(
                place.loser, await place.step(), reason=WHY, until=first + 9 * DAY
            )
        for wrong in (first, first + 300 * DAY):
            with pytest.raises(Invalid):
                await place.asked(0, wrong)
        wanted = await place.asked(0, first + 9 * DAY)
        with pytest.raises(Invalid, match="正在等镇街答复"):
            await place.asked(0, first + 10 * DAY)
        with pytest.raises(Invalid, match="不同意的原因"):
            await bidding.answer_step_time(place.desk, wanted, granted=False)
        await bidding.answer_step_time(place.desk, wanted, granted=True)
    assert await place.days() == [first + 9 * DAY, max(second, first + 9 * DAY), third, last]


async def test_a_rest_is_ordered_and_ended_by_who_read_the_step_as_it_is(town: str) -> None:
    place = await a_building()
    step = await place.step()
    read = await version_of(step)
    with clock_at(morning(step.due_on - DAY)):
        await bidding.answer_step_time(place.desk, await place.asked(0, step.due_on + DAY), granted=True)
        step = await place.step()
        for seen, told in (("", Invalid), (read, NotNow)):
            with pytest.raises(told):
                await bidding.suspend_step.as_seen(seen, place.desk, step, reason="先办防汛。")
        await bidding.suspend_step.as_seen(await version_of(step), place.desk, step, reason="先办防汛。")
        with pytest.raises(Invalid, match="先打开页面"):
            await bidding.resume_step.as_seen("", place.desk, await place.step())


@pytest.mark.parametrize(
    ("began", "took", "spared"),
    [(-3, 5, "suspended"), (0, 5, "suspended"), (-3, 0, ""), (1, 5, "")],
    ids=["in time", "on the last day", "for no day", "when late already"],
)
async def test_only_a_rest_that_began_in_time_and_took_a_day_is_told_to_the_points(
    town: str, began: int, took: int, spared: str
) -> None:
    place = await a_building()
    rest = morning((await place.days())[0] + began * DAY)
    with clock_at(rest):
        await bidding.suspend_step(place.desk, await place.step(), reason="先办防汛。")
    with clock_at(rest + took * DAY):
        await bidding.resume_step(place.desk, await place.step())
        step = await place.step()
        await bidding.report_milestone(place.village, step, words="会已开。", delay_reason="村民外出。")
        await bidding.accept_milestone(place.desk, await place.step())
    told = await Event.filter(command="bidding.accept_milestone").order_by("-id").first()
    assert told is not None and told.facts["spared"] == spared


async def test_a_step_reported_early_and_emptily_is_judged_by_what_was_accepted(town: str) -> None:
    place = await a_building()
    due_on = (await place.days())[0]
    with clock_at(morning(due_on - 3 * DAY)):
        await bidding.report_milestone(place.village, await place.step(), words="已办。")
        await bidding.return_milestone(place.desk, await place.step(), note="没有会议记录，请补开会议。")
        assert not (await place.step()).is_late, "its day has not passed"
    with clock_at(morning(due_on + 30 * DAY)):
        assert (await place.step()).is_late, "what was returned is to be reported anew"
        mended = await bidding.report_milestone(
            place.village, await place.step(), words="会议已经补开。", delay_reason="村民外出。"
        )
        assert mended.is_late and mended.due_on == due_on
    with clock_at(morning(due_on + 40 * DAY)):
        await bidding.accept_milestone(place.desk, await place.step())
    told = await Event.filter(command="bidding.accept_milestone").order_by("-id").first()
    assert told is not None and told.facts["reported_on"] == (due_on + 30 * DAY).isoformat()
    assert told.facts["due_on"] == due_on.isoformat()


async def test_a_step_that_was_returned_and_then_rests_is_not_late(town: str) -> None:
    place = await a_building()
    due_on = (await place.days())[0]
    with clock_at(morning(due_on + 2 * DAY)):
        step = await place.step()
        await bidding.report_milestone(place.village, step, words="会已开。", delay_reason="村民外出。")
        await bidding.return_milestone(place.desk, await place.step(), note="请补签名。")
        await bidding.suspend_step(place.desk, await place.step(), reason="先办防汛。")
    with clock_at(morning(due_on + 30 * DAY)):
        assert not (await place.step()).is_late, "what rests is never late"


@pytest.mark.parametrize(
    ("spared", "late", "delivery"),
    [
        ("suspended", True, LEFT_OUT),
        ("suspended", False, PERFECT),
        ("", True, (1, 6_000, 36_000_000, 0, 0)),
    ],
)
def test_lateness_of_a_step_that_rested_is_no_evidence(
    spared: str, late: bool, delivery: tuple[int, ...]
) -> None:
    facts = {"step": "start", "due_on": "2026-11-05", "reported_on": "2026-11-09" if late else "2026-11-04"}
    step = replace(a_result(kind="step", by=()), facts=facts | {"spared": spared})
    credit = credits(step, usual_points(), History())[0]
    assert tallied(kept(credit))["delivery"] == delivery
    assert credit.points == (12_000 if late else 20_000)
