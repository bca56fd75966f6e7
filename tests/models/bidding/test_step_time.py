"""A step of building has the excuses of a task: time that is granted, rests, and days given back once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import bidding
from models.base.clock import TOWN_ZONE, clock_at, town_day
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.versions import version_of
from models.base.viewer import Viewer
from models.bidding import Award, AwardObjection, Milestone, StepExtension
from models.evaluation.crediting import History, credits
from models.evaluation.sources import usual_points
from models.evaluation.tallies import LEFT_OUT, PERFECT, tallied
from models.workdays import workdays_of
from tests.builders import Town, a_town, a_viewer
from tests.models.bidding.scenes import awarded
from tests.models.evaluation.results import a_result, kept

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
WHY = "连续下雨，地基要重新勘察。"


@dataclass
class Building:
    """A project that was awarded, and who builds and inspects it."""

    town: Town
    award: Award
    village: Viewer
    desk: Viewer
    loser: Viewer
    leader: Viewer

    async def step(self, position: int = 0) -> Milestone:
        row = Milestone.get(award=self.award, position=position)
        return await row.prefetch_related(*Milestone.judged_with)

    async def days(self) -> list[date]:
        rows = Milestone.filter(award=self.award).order_by("position")
        return [one.due_on for one in await rows]

    async def asked(self, position: int, until: date) -> StepExtension:
        step = await self.step(position)
        made = await bidding.ask_for_step_time(self.village, step, reason=WHY, until=until)
        return await StepExtension.get(pk=made.pk).prefetch_related(*StepExtension.judged_with)


async def a_building() -> Building:
    town = await a_town()
    award, _, _ = await awarded(town)
    people = [await a_viewer("secretary", town.village), await a_viewer("coordinator", town.township)]
    people += [await a_viewer("secretary", town.second_village), await a_viewer("head", town.township)]
    return Building(town, award, *people)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=TOWN_ZONE)


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


async def test_a_refusal_and_a_request_that_was_taken_back_move_nothing(town: str) -> None:
    place = await a_building()
    before = await place.days()
    with clock_at(morning(before[0] - DAY)):
        refused = await place.asked(0, before[0] + 5 * DAY)
        await bidding.answer_step_time(place.desk, refused, granted=False, answer="工期够用。")
        taken = await place.asked(0, before[0] + 5 * DAY)
        await bidding.take_back_step_time(place.village, taken)
        with pytest.raises(NotNow, match="不用再答复"):
            await bidding.answer_step_time(place.desk, taken, granted=True)
    assert await place.days() == before
    for change in ("reason = 'x'", "until_on = '2030-01-01'", "answer = 'x'", "decided_at = NULL"):
        with pytest.raises(BaseORMException, match="an answered request for more time"):
            await Tortoise.get_connection("default").execute_query(f"UPDATE step_extension SET {change}")


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


async def test_a_rest_gives_all_steps_exactly_the_working_days_it_took(town: str) -> None:
    place = await a_building()
    before, began = await place.days(), morning(date(2026, 12, 4))
    days = await workdays_of(place.town.township.path)
    with clock_at(began):
        await bidding.suspend_step(place.desk, await place.step(), reason="先办防汛。")
        with pytest.raises(NotNow, match="前一个节点"):
            await bidding.suspend_step(place.desk, await place.step(1), reason="先办防汛。")
        with pytest.raises(NotNow, match="已中止"):
            await bidding.report_milestone(place.village, await place.step(), words="会已开。")
    with clock_at(morning(before[0] + 30 * DAY)):
        assert not (await place.step()).is_late, "what rests is never late"
    with clock_at(began + 12 * DAY):
        await bidding.resume_step(place.desk, await place.step())
    stood = days.between(town_day(began), town_day(began + 12 * DAY))
    assert stood == 8 and await place.days() == [days.after(day, stood) for day in before]
    assert (await place.step()).state == "planned"


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


async def test_what_an_inspection_took_before_it_returned_a_step_is_no_lateness(town: str) -> None:
    place = await a_building()
    due_on = (await place.days())[0]
    days = await workdays_of(place.town.township.path)
    with clock_at(morning(due_on)):
        await bidding.report_milestone(place.village, await place.step(), words="会已开。")
    with clock_at(morning(due_on + 20 * DAY)):
        await bidding.return_milestone(place.desk, await place.step(), note="请补签名。")
    until = days.after(due_on, days.between(due_on, due_on + 20 * DAY))
    with clock_at(morning(until)):
        assert not (await place.step()).is_late
        await bidding.report_milestone(place.village, await place.step(), words="已补签名。")
        await bidding.accept_milestone(place.desk, await place.step())
    told = await Event.filter(command="bidding.accept_milestone").order_by("-id").first()
    assert told is not None and told.facts["reported_on"] == told.facts["due_on"] == until.isoformat()


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


@pytest.mark.parametrize("rest_first", [True, False])
@pytest.mark.parametrize("inside", [True, False])
async def test_days_on_which_two_things_stood_still_are_given_back_once(
    town: str, rest_first: bool, inside: bool
) -> None:
    place = await a_building()
    before = await place.days()
    days = await workdays_of(place.town.township.path)
    first, second = (1, 14) if inside else (1, 9), (4, 9) if inside else (4, 14)
    rest, question = (first, second) if rest_first else (second, first)
    acts = {rest[0]: "rest", rest[1]: "go on", question[0]: "object", question[1]: "answer"}
    friday = date(2026, 11, 27)
    for day in sorted(acts):
        with clock_at(morning(friday + (day - 1) * DAY)):
            await act(place, acts[day])
    stood = days.between(friday, friday + 13 * DAY)
    assert await place.days() == [days.after(day, stood) for day in before]


async def act(place: Building, what: str) -> None:
    if what == "rest":
        await bidding.suspend_step(place.desk, await place.step(), reason="先办防汛。")
    elif what == "go on":
        await bidding.resume_step(place.desk, await place.step())
    elif what == "object":
        award = await Award.get(pk=place.award.pk).prefetch_related(*Award.judged_with)
        await bidding.object_to_award(place.loser, award, words="校舍的产权没有公示，依据不足。")
    else:
        made = await AwardObjection.get(award=place.award)
        made = await AwardObjection.get(pk=made.pk).prefetch_related(*AwardObjection.judged_with)
        answer = "已核对产权证，比选依据充分，维持结果。"
        await bidding.answer_award_objection(place.leader, made, upheld=False, answer=answer)


async def test_what_is_asked_about_a_step_lapses_with_it(town: str) -> None:
    place = await a_building()
    first = (await place.days())[0]
    with clock_at(morning(first - DAY)):
        done = await place.asked(0, first + 5 * DAY)
        await bidding.report_milestone(place.village, await place.step(), words="会已开。")
        await bidding.accept_milestone(place.desk, await place.step())
        fallen = await place.asked(1, first + 6 * DAY)
        award = await Award.get(pk=place.award.pk).prefetch_related(*Award.judged_with)
        await bidding.undo_award(place.leader, award, reason="资金没有落实，收回重新安排。")
    states = [(await StepExtension.get(pk=one.pk)).state for one in (done, fallen)]
    assert states == ["lapsed", "lapsed"]
