"""From the draft to the last inspection, in both depths."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from models import bidding, registry
from models.base.clock import clock_at, tick, town_day
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.bidding import Award, Bid, Fact, Milestone, Project, Score
from models.people import Post
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    CLOSING,
    HOUR,
    NOON,
    a_bid,
    a_draft,
    a_project,
    an_offer,
    awarded,
    bidding_posts,
    compared,
    entrance,
    fresh,
    hand_in,
    opened,
    scored,
)

pytestmark = pytest.mark.anyio


async def test_a_simple_comparison_takes_a_project_from_the_draft_to_the_inspection(town: str) -> None:
    place = await a_town()
    award, winner, _ = await awarded(place)
    assert award.state == "standing" and award.unit_id == winner.unit_id
    secretary, desk = (
        await a_viewer("secretary", place.village),
        await a_viewer("coordinator", place.township),
    )
    steps = await Milestone.filter(award=award).order_by("position").prefetch_related(*Milestone.judged_with)
    assert [step.kind for step in steps] == ["decision", "start", "progress", "acceptance"]
    with clock_at(AFTER + timedelta(days=1)):
        for number in range(4):
            step = await Milestone.get(award=award, position=number).prefetch_related(*Milestone.judged_with)
            await bidding.report_milestone(secretary, step, words="已完成。")
            await bidding.accept_milestone(desk, step)
    assert (await Project.get(pk=award.project_id)).state == "delivered"


async def test_nobody_approves_what_they_drafted(town: str) -> None:
    place = await a_town()
    with clock_at(NOON - HOUR):
        head = await a_viewer("head", place.township)
        project = await a_draft(place)
        desk = await a_viewer("coordinator", place.township)
        await bidding.submit_project(desk, project)
        with pytest.raises(NotAllowed):
            await bidding.approve_project(desk, project)
        await bidding.approve_project(head, project)
    assert (await fresh(project)).state == "published"


async def test_a_bid_is_replaced_and_withdrawn_until_the_closing_instant_and_refused_from_it_on(
    town: str,
) -> None:
    place = await a_town()
    project = await a_project(place)
    secretary = await a_viewer("secretary", place.village)
    door = await entrance(project, place.village)
    with clock_at(NOON - timedelta(seconds=1)), pytest.raises(NotNow, match="还没有开榜"):
        await bidding.write_bid(secretary, door, **an_offer())
    bid = await a_bid(project, place.village, by=secretary)
    with clock_at(CLOSING - timedelta(seconds=1)):
        await bidding.write_bid(secretary, door, **an_offer(plan="改造两层。"))
        bid = await Bid.get(pk=bid.pk).prefetch_related(*Bid.judged_with)
        assert bid.is_changed and bid.state == "submitted"
        await bidding.withdraw_bid(secretary, bid)
        await bidding.submit_bid(secretary, bid)
    with clock_at(CLOSING):
        for late in (
            bidding.submit_bid(secretary, bid),
            bidding.withdraw_bid(secretary, bid),
            bidding.write_bid(secretary, door, **an_offer(plan="太晚了。")),
        ):
            with pytest.raises(NotNow, match="截止"):
                await late
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    assert (await Bid.get(pk=bid.pk)).plan == "改造两层。"


async def test_bids_are_opened_all_at_once_and_not_before_the_closing_instant(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village)
    await a_bid(project, place.second_village)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(CLOSING - timedelta(seconds=1)), pytest.raises(NotNow, match="不能提前开标"):
        await bidding.open_bids(desk, project)
    with clock_at(CLOSING):
        await bidding.open_bids(desk, project)
    assert {bid.state for bid in await Bid.filter(project=project)} == {"opened"}
    assert await Fact.filter(bid__project=project, name="open_load").count() == 2


async def test_without_a_bid_the_project_ends_honestly_and_is_listed_again(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(AFTER):
        await bidding.open_bids(desk, project)
        assert project.state == "failed" and "没有村社" in project.outcome_note
        again = await bidding.relist(
            desk,
            project,
            opens_at=AFTER,
            closes_at=AFTER + timedelta(days=3),
            start_by=(AFTER + timedelta(days=30)).date(),
            finish_by=(AFTER + timedelta(days=90)).date(),
        )
    assert again.state == "draft" and again.instead_of_id == project.pk
    assert await bidding.Entrant.filter(project=again).count() == 2
    assert await bidding.Criterion.filter(project=again).count() == 2


async def test_scorers_see_nothing_of_each_other_until_all_are_in(town: str) -> None:
    place = await a_town()
    project, _, _ = await opened(place, depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    desk = await a_viewer("coordinator", place.township)
    with clock_at(AFTER):
        await bidding.name_scorers(desk, project, posts=await bidding_posts(people))
        bids = await Bid.filter(project=project).order_by("id")
        await hand_in(project, people[0], {bid: [80, 70] for bid in bids})
        assert await Score.visible_to(people[0]).count() == 4
        assert await Score.visible_to(people[1]).count() == 0
        assert await Score.visible_to(desk).count() == 0
        assert await bidding.totals(await fresh(project)) == []
        await hand_in(project, people[1], {bid: [90, 71] for bid in bids})
    assert await Score.visible_to(people[1]).count() == 8
    assert await Score.visible_to(desk).count() == 8


async def test_totals_are_exact_and_the_best_must_get_it(town: str) -> None:
    place = await a_town()
    project, first, second = await scored(place, (([80, 70], [70, 80]), ([81, 75], [75, 70])))
    ranked = await bidding.totals(project)
    assert [t.value for t in ranked] == [
        Fraction(161 * 60 + 145 * 40, 200),
        Fraction(145 * 60 + 150 * 40, 200),
    ]
    assert ranked[0].bid_id == first.pk and ranked[0].shown == "77.30"
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        with pytest.raises(Invalid, match="得分更高"):
            await bidding.announce_award(leader, project, bid=second, reason="第二名的理由写得足够长。")
        award = await bidding.announce_award(
            leader, project, bid=first, reason="得分最高，条件最好，按分数定。"
        )
    assert award.state == "announced" and award.standstill_until is not None


async def test_a_wide_spread_forces_a_recorded_discussion(town: str) -> None:
    place = await a_town()
    project, first, _ = await scored(place, (([90, 70], [60, 60]), ([50, 70], [60, 60])))
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        with pytest.raises(NotNow, match="先记录讨论"):
            await bidding.announce_award(leader, project, bid=first, reason="得分最高，条件最好，按分数定。")
        await bidding.discuss_scores(
            leader, project, words="两位评分人当面说明：校舍产权理解不同，分数不改。"
        )
        await bidding.announce_award(leader, project, bid=first, reason="得分最高，条件最好，按分数定。")


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


async def test_the_trail_tells_of_bids_to_nobody_but_their_village_until_they_are_opened(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village)
    about = {"subject_type__in": ["Bid", "Entrant"]}
    for role, unit in (
        ("coordinator", place.township),
        ("city_admin", place.city),
        ("supervisor", place.county),
    ):
        assert await Event.visible_to(await a_viewer(role, unit)).filter(**about).count() == 0
    assert (
        await Event.visible_to(await a_viewer("secretary", place.village)).filter(subject_type="Bid").count()
        == 1
    )
    assert (
        await Event.visible_to(await a_viewer("secretary", place.second_village)).filter(**about).count() == 0
    )
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), project)
    desk = await a_viewer("coordinator", place.township)
    assert await Event.visible_to(desk).filter(subject_type="Bid").count() == 1


async def test_whoever_compared_does_not_decide(town: str) -> None:
    place = await a_town()
    project, first, second = await opened(place)
    leader = await a_viewer("leader", place.township)
    with clock_at(AFTER):
        await bidding.compare(leader, project, bids=[first, second], words=["好", "好", "中", "中"])
        with pytest.raises(NotAllowed, match="做过比选记录的"):
            await bidding.announce_award(leader, project, bid=first, reason="理由写得足够长，可以公开。")


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


SHEETS = (([80, 70], [70, 60]), ([81, 75], [75, 60]))


async def test_facts_are_disputed_for_a_stated_time_and_while_a_standstill_runs(town: str) -> None:
    place = await a_town()
    project, first, second = await scored(place, SHEETS, standstill_days=9)
    told = {one.name: one for one in await Fact.filter(bid=second).prefetch_related(*Fact.judged_with)}
    assert told["population"].value == told["land"].value == "没有登记" and "数据底册" in told["land"].source
    secretary = await a_viewer("secretary", place.second_village)
    with clock_at(AFTER + timedelta(days=6)), pytest.raises(NotNow, match="时间已过"):
        await bidding.dispute_fact(secretary, told["land"], words="有 12 亩空地")
    with clock_at(AFTER + timedelta(days=7)):
        head = await a_viewer("head", place.township)
        await bidding.announce_award(head, project, bid=first, reason="得分最高，用房条件也最好。")
        await bidding.dispute_fact(secretary, told["land"], words="有 12 亩空地")
    assert (await Fact.get(pk=told["land"].pk)).disputed == "有 12 亩空地"


async def test_what_the_registry_holds_of_people_and_land_is_attached_with_where_it_comes_from(
    town: str,
) -> None:
    place = await a_town()
    await registry.settle_elements()
    project = await a_project(place)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(NOON):
        for code, value in (("hukou_population", "1320"), ("territory_area", "3200"), ("arable_area", "812")):
            element = await registry.Element.get(code=code)
            await registry.record(
                desk, place.village, element=element, value=value, as_of=town_day(NOON) - timedelta(days=9)
            )
    await a_bid(project, place.village)
    with clock_at(AFTER):
        await bidding.open_bids(desk, await fresh(project))
    told = {one.name: one for one in await Fact.all()}
    assert [told[name].value for name in ("population", "land", "arable", "households")] == [
        *("1320 人", "3200 亩", "812 亩"),
        "没有登记",
    ]
    assert told["population"].source == "数据底册“户籍人口数”，2026-11-14 的数据"
    assert "村书记或镇街统筹员可以登记" in told["households"].source


async def test_who_gave_points_does_not_award_from_any_post(town: str) -> None:
    place = await a_town()
    project, first, _ = await scored(place, SHEETS)
    leader = await a_viewer("leader", place.township)
    scorer = await bidding.Scorer.filter(project=project).order_by("id").first()
    assert scorer is not None
    elsewhere = await Post.get(pk=scorer.post_id)
    await Post.filter(pk=leader.post_id).update(person_id=elsewhere.person_id)
    both = replace(leader, person_id=elsewhere.person_id)
    with clock_at(AFTER):
        with pytest.raises(NotAllowed, match="打过分"):
            await bidding.announce_award(both, project, bid=first, reason="得分最高，用房条件也最好。")
        head = await a_viewer("head", place.township)
        await bidding.announce_award(head, project, bid=first, reason="得分最高，用房条件也最好。")


async def test_the_badge_beside_an_award_counts_up_to_that_award(town: str) -> None:
    place = await a_town()
    awards = [await awarded(place, at=NOON + timedelta(days=7 * n)) for n in range(3)]
    projects = await Project.all().order_by("id")
    winners = await bidding.winners_of(projects)
    assert [winners[one.pk].wins for one in projects] == [1, 2, 3]
    fair = await bidding.fairness(place.township)
    assert [fair.ordinals[award.pk] for award, _, _ in awards] == [1, 2, 3]


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
