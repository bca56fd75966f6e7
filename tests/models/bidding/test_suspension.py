"""The clock of building stands still for rests, inspections and objections, and days are given back once."""

from __future__ import annotations

from datetime import date

import pytest

from models import bidding
from models.base.clock import clock_at, town_day
from models.base.events import Event
from models.base.refusals import NotNow
from models.bidding import Award, AwardObjection
from models.workdays import workdays_of
from tests.models.bidding.building import DAY, Building, a_building, morning

pytestmark = pytest.mark.anyio


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
