"""The steps of building, and the time they are given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.refusals import NotNow
from models.bidding import Milestone
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    HOUR,
    awarded,
)

pytestmark = pytest.mark.anyio


async def test_building_rests_while_an_objection_is_open_and_gets_its_days_back(town: str) -> None:
    place = await a_town()
    award, *_ = await awarded(place)
    with clock_at(AFTER + HOUR):
        loser = await a_viewer("secretary", place.second_village)
        made = await bidding.object_to_award(loser, award, words="揭榜村的校舍产权有争议，请核实。")
    step = await Milestone.get(award=award, position=0).prefetch_related(*Milestone.judged_with)
    due_on = step.due_on
    winner, head = await a_viewer("secretary", place.village), await a_viewer("head", place.township)
    with clock_at(AFTER + timedelta(days=4)):
        with pytest.raises(NotNow, match="异议还没有答复"):
            await bidding.report_milestone(winner, step, words="已议。")
        objection = await bidding.AwardObjection.get(pk=made.pk).prefetch_related(
            *bidding.AwardObjection.judged_with
        )
        await bidding.answer_award_objection(
            head, objection, upheld=False, answer="产权登记齐全，维持原来的结果。"
        )
        await bidding.report_milestone(winner, step, words="已议。")
    assert (await Milestone.get(pk=step.pk)).due_on > due_on
    assert (await Milestone.get(award=award, position=3)).due_on > award.project.finish_by


async def test_the_townships_time_for_an_inspection_is_not_the_villages(town: str) -> None:
    place = await a_town()
    award, *_ = await awarded(place)
    winner, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    steps = await Milestone.filter(award=award).order_by("position").prefetch_related(*Milestone.judged_with)
    due = [step.due_on for step in steps]
    with clock_at(AFTER + timedelta(days=5)):
        await bidding.report_milestone(winner, steps[0], words="村民代表会议已通过。")
    with clock_at(AFTER + timedelta(days=40)):
        rows = bidding.in_their_turn(await Milestone.filter(award=award).order_by("position"))
        assert not any(one.is_late for one in rows), "what may not be reported yet is not late"
        await bidding.accept_milestone(desk, await _step(steps[0]))
        moved = await Milestone.filter(award=award).order_by("position")
        assert moved[0].due_on == due[0] and all(
            one.due_on > day for one, day in zip(moved[1:], due[1:], strict=True)
        )
        await bidding.report_milestone(winner, await _step(steps[1]), words="已经开工。")
        assert (await _step(steps[1])).delay_reason == "" and not (await _step(steps[1])).is_late


async def _step(step: Milestone) -> Milestone:
    return await Milestone.get(pk=step.pk).prefetch_related(*Milestone.judged_with)
