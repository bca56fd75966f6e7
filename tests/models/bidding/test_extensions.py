"""Requests for more time to build a step: what becomes of them, and that an answer stands."""

from __future__ import annotations

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import bidding
from models.base.clock import clock_at
from models.base.refusals import NotNow
from models.bidding import Award, StepExtension
from tests.models.bidding.building import DAY, a_building, morning

pytestmark = pytest.mark.anyio


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
