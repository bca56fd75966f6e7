"""An award from its announcement: standstill, objections, giving up, falling."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at, tick
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.bidding import Award, Milestone, Project
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    HOUR,
    NOON,
    awarded,
    compared,
    fresh,
    scored,
)

pytestmark = pytest.mark.anyio


async def test_an_award_waits_for_its_standstill_and_for_open_objections(town: str) -> None:
    place = await a_town()
    project, first, _ = await scored(place, (([80, 70], [70, 60]), ([81, 75], [75, 60])))
    leader, head = await a_viewer("leader", place.township), await a_viewer("head", place.township)
    with clock_at(AFTER):
        award = await bidding.announce_award(
            leader, project, bid=first, reason="得分最高，条件最好，按分数定。"
        )
        award = await Award.get(pk=award.pk).prefetch_related(*Award.judged_with)
        loser = await a_viewer("secretary", place.second_village)
        objection = await bidding.object_to_award(loser, award, words="我村校舍面积算错了，应为八百平方米。")
    with clock_at(AFTER + timedelta(days=7)):
        await tick()
        assert (await Award.get(pk=award.pk)).state == "announced"
        objection = await bidding.AwardObjection.get(pk=objection.pk).prefetch_related(
            *bidding.AwardObjection.judged_with
        )
        with pytest.raises(NotAllowed):
            await bidding.answer_award_objection(
                leader, objection, upheld=False, answer="面积以房产证为准，没有算错。"
            )
        await bidding.answer_award_objection(
            head, objection, upheld=False, answer="面积以房产证为准，没有算错。"
        )
        await tick()
    assert (await Award.get(pk=award.pk)).state == "standing"
    assert (await Project.get(pk=project.pk)).state == "awarded"


async def test_an_objection_upheld_gives_it_to_the_next_best(town: str) -> None:
    place = await a_town()
    award, first, second = await awarded(place)
    with clock_at(AFTER + HOUR):
        loser = await a_viewer("secretary", place.second_village)
        objection = await bidding.object_to_award(loser, award, words="揭榜村的校舍产权有争议，请核实。")
        objection = await bidding.AwardObjection.get(pk=objection.pk).prefetch_related(
            *bidding.AwardObjection.judged_with
        )
        await bidding.answer_award_objection(
            await a_viewer("head", place.township), objection, upheld=True, answer="核实属实，产权未登记。"
        )
        project = await fresh(await Project.get(pk=award.project_id))
        assert project.state == "opened" and project.is_open_book
        leader = await a_viewer("leader", place.township)
        with pytest.raises(Invalid, match="还能揭榜"):
            await bidding.announce_award(leader, project, bid=first, reason="还是给原来的村，理由写长一点。")
        await bidding.announce_award(leader, project, bid=second, reason="第一名落空，由第二名递补揭榜。")


async def test_a_village_that_gives_up_after_it_took_effect_is_at_fault(town: str) -> None:
    place = await a_town()
    project, first, _ = await compared(place)
    with clock_at(AFTER):
        award = await bidding.announce_award(
            await a_viewer("leader", place.township), project, bid=first, reason="校舍现成，离三个村都近。"
        )
        award = await Award.get(pk=award.pk).prefetch_related(*Award.judged_with)
        await bidding.give_up_award(await a_viewer("secretary", place.village), award, reason="校舍另有安排")
    fallen = await Award.get(pk=award.pk)
    assert fallen.at_fault and fallen.stands_for is None
    assert {m.state for m in await Milestone.filter(award=award)} == {"dropped"}


async def test_the_badge_beside_an_award_counts_up_to_that_award(town: str) -> None:
    place = await a_town()
    awards = [await awarded(place, at=NOON + timedelta(days=7 * n)) for n in range(3)]
    projects = await Project.all().order_by("id")
    winners = await bidding.winners_of(projects)
    assert [winners[one.pk].wins for one in projects] == [1, 2, 3]
    fair = await bidding.fairness(place.township)
    assert [fair.ordinals[award.pk] for award, _, _ in awards] == [1, 2, 3]


async def test_what_is_said_against_an_award_that_fell_needs_no_answer_any_more(town: str) -> None:
    place = await a_town()
    award, *_ = await awarded(place)
    with clock_at(AFTER + HOUR):
        loser = await a_viewer("secretary", place.second_village)
        made = await bidding.object_to_award(loser, award, words="揭榜村的校舍产权有争议，请核实。")
        await bidding.undo_award(
            await a_viewer("leader", place.township), award, reason="用房没有落实，重新比选。"
        )
        objection = await bidding.AwardObjection.get(pk=made.pk).prefetch_related(
            *bidding.AwardObjection.judged_with
        )
        assert objection.state == "lapsed"
        with pytest.raises(NotNow, match="不用再答复"):
            await bidding.answer_award_objection(
                await a_viewer("head", place.township),
                objection,
                upheld=True,
                answer="核实属实，产权未登记。",
            )
