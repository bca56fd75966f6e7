"""Residents' voice from the draft to the result: who may do what, what is drawn, what counts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from models import surveys
from models.base.clock import clock_at, now, today
from models.base.events import Event, EventPersonal
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, TooMany
from models.base.viewer import ANONYMOUS
from models.policies import Policy
from models.registry import DataValue, Element
from models.surveys import Invitation, Survey, SurveyVillage
from models.surveys.answering import BY_ADDRESS, GUESSES, close_what_is_over
from models.surveys.drawing import LENGTH
from tests.builders import DAY, LONG_AGO, a_town, a_viewer
from tests.models.surveys.scenes import a_draft, a_plan, after, an_open_round, answered, closed, fresh

pytestmark = pytest.mark.anyio
SPLIT = [(5, 5)] * 10 + [(5, 4)] * 5 + [(1, 2)] * 5


async def test_a_draft_takes_the_villages_of_the_area_with_the_households_on_file(town: str) -> None:
    place = await a_town()
    element = await Element.create(code="households", name="户数")
    for unit, value in ((place.village, "312"), (place.second_village, "约三百")):
        await DataValue.create(element=element, unit=unit, value=value, as_of=today())
    keeper = await a_viewer("list_keeper", place.city)
    survey = await surveys.draft_survey(keeper, place.county, **a_plan())
    rows = await SurveyVillage.filter(survey=survey).select_related("unit")
    assert {row.unit.name: row.households for row in rows} == {"梅渚村": 312, "棠村": 0, "拔茅村": 0}
    assert (survey.sample_size, survey.least_answers, survey.least_percent) == (60, 15, 20)


@pytest.mark.parametrize("role", ["coordinator", "head", "leader", "secretary", "supervisor", "observer"])
async def test_only_keepers_of_the_county_make_a_survey(town: str, role: str) -> None:
    place = await a_town()
    at = {"secretary": place.village, "supervisor": place.county, "observer": place.county}
    viewer = await a_viewer(role, at.get(role, place.township))
    with pytest.raises(NotAllowed, match="管理员"):
        await surveys.draft_survey(viewer, place.county, **a_plan())
    assert not await Survey.visible_to(viewer).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"first_question": "好"}, "first_question"),
        ({"second_question": a_plan()["first_question"]}, "second_question"),
        ({"opens_on": today() - DAY}, "opens_on"),
        ({"closes_on": today() + DAY}, "closes_on"),
        ({"closes_on": today() + 61 * DAY}, "closes_on"),
        ({"sample_size": 0}, "sample_size"),
        ({"sample_size": 501}, "sample_size"),
        ({"least_answers": 14}, "least_answers"),
        ({"least_answers": 61}, "least_answers"),
        ({"least_percent": 19}, "least_percent"),
        ({"least_percent": 101}, "least_percent"),
    ],
)
async def test_a_draft_that_makes_no_sense_is_refused_at_its_field(
    town: str, changes: dict[str, Any], field: str
) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    with pytest.raises(Invalid) as refused:
        await surveys.draft_survey(keeper, place.county, **a_plan(**changes))
    assert refused.value.field == field
    assert not await Survey.exists()


async def test_no_round_sets_a_lower_bar_than_the_government(town: str) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    await Policy.create(
        unit=place.city,
        name="survey_answers",
        value=30,
        reason="示范",
        from_on=LONG_AGO,
        set_by_id=keeper.post_id,
        made_at=now(),
    )
    with pytest.raises(Invalid, match="至少收到 30 份"):
        await surveys.draft_survey(keeper, place.county, **a_plan(least_answers=15))
    made = await surveys.draft_survey(keeper, place.county, **a_plan())
    assert made.least_answers == 30


async def test_whoever_drafted_or_changed_a_round_last_does_not_open_it(town: str) -> None:
    place = await a_town()
    drafter, other = [await a_viewer("list_keeper", place.county) for _ in range(2)]
    survey = await a_draft(place, drafter)
    with pytest.raises(NotAllowed, match="起草的人不能自己开启"):
        await surveys.open_survey(drafter, survey)
    numbers = {"sample_size": 40, "least_answers": 15, "least_percent": 20}
    await surveys.change_survey(other, survey, **a_plan(title="改过的"), **numbers)
    survey = await fresh(survey)
    with pytest.raises(NotAllowed, match="起草的人不能自己开启"):
        await surveys.open_survey(other, survey)
    opened = await surveys.open_survey(drafter, survey)
    assert opened.state == "open" and len(opened.seed) == 32
    event = await Event.get(command="surveys.open_survey")
    assert json.loads(event.changes)["seed"] == ["", opened.seed]
    with pytest.raises(NotNow, match="调查中"):
        await surveys.change_survey(drafter, await fresh(survey), **a_plan(), **numbers)


async def test_a_round_without_a_single_household_or_after_its_first_day_is_not_opened(town: str) -> None:
    place = await a_town()
    survey, other = await a_draft(place, households=0), await a_viewer("city_admin", place.city)
    with pytest.raises(NotNow, match="户数"):
        await surveys.open_survey(other, survey)
    with pytest.raises(Invalid, match="0 到 20000"):
        rows = await SurveyVillage.filter(survey=survey)
        await surveys.state_households(other, survey, villages=rows, households=[20_001 for _ in rows])
    survey = await a_draft(place)
    with clock_at(now() + 2 * DAY), pytest.raises(NotNow, match="已经过了"):
        await surveys.open_survey(other, survey)


def test_the_draw_follows_from_its_seed_without_replacement() -> None:
    first = surveys.drawn("aa", "330624005201", 300, 60)
    assert first == surveys.drawn("aa", "330624005201", 300, 60) == sorted(set(first))
    assert len(first) == 60 and first[0] >= 1 and first[-1] <= 300
    assert first != surveys.drawn("ab", "330624005201", 300, 60)
    assert first != surveys.drawn("aa", "330624005202", 300, 60)
    assert surveys.drawn("aa", "x", 5, 60) == [1, 2, 3, 4, 5]


def test_every_household_has_the_same_chance() -> None:
    times = [0] * 50
    for seed in range(2000):
        for serial in surveys.drawn(str(seed), "v", 50, 10):
            times[serial - 1] += 1
    assert min(times) > 320 and max(times) < 480, "400 each, give or take four standard deviations"


async def test_links_are_made_once_kept_as_hashes_and_ended_by_making_them_again(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    village = await made.village(place.village)
    tokens = made.tokens[place.village.pk]
    assert len(set(tokens)) == 60 == village.invited
    assert all(len(token.replace("-", "")) == LENGTH for token in tokens)
    serials = await Invitation.filter(village=village).order_by("serial").values_list("serial", flat=True)
    assert list(serials) == surveys.draw_of(village)
    await answered(made, place.village, [(5, 5)])
    with pytest.raises(Invalid, match="已经生成过"):
        await surveys.issue_slips(made.keeper, await made.village(place.village))
    again = await surveys.issue_slips(made.keeper, await made.village(place.village), reason="邮寄时丢失一包")
    assert len(again.slips) == 59, "a household that has answered gets no second link"
    with pytest.raises(NotFound, match="没有用了"):
        await surveys.village_of(ANONYMOUS, tokens[1], "10.1.1.1")
    assert (await surveys.village_of(ANONYMOUS, again.slips[0].token, "10.1.1.1")).pk == village.pk
    kept = str([*await Event.all().values(), *await EventPersonal.all().values()]) + str(
        await Invitation.all().values()
    )
    for token in (*tokens, *(slip.token for slip in again.slips)):
        assert token not in kept and token.replace("-", "") not in kept


@pytest.mark.parametrize("role", ["coordinator", "head", "secretary"])
async def test_no_township_or_village_prints_slips_or_sees_who_was_drawn(town: str, role: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    viewer = await a_viewer(role, place.village if role == "secretary" else place.township)
    with pytest.raises(NotAllowed, match="镇街和村社不能经手"):
        await surveys.issue_slips(viewer, await made.village(place.village), reason="再印")
    assert not await Invitation.visible_to(viewer).exists()
    assert not await SurveyVillage.visible_to(viewer).exists(), "while it runs"
    told = Event.visible_to(viewer).filter(command__startswith="surveys.")
    assert not await told.exists(), "the seed and the hours of answers are not for the village"


async def test_an_answer_counts_once_and_the_trail_learns_nothing_of_it(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    token = made.tokens[place.village.pk][0]
    await answered(made, place.village, [(4, 2)])
    village = await made.village(place.village)
    assert village.answered == 1 == sum(village.tally) and village.tally[3 * 5 + 1] == 1
    with pytest.raises(NotFound, match="没有用了"):
        await surveys.answer(ANONYMOUS, village, token=token, first=1, second=1)
    event = await Event.get(command="surveys.answer")
    assert json.loads(event.details) == {} and json.loads(event.changes) == {"answered": [0, 1]}
    assert event.actor_post_id is None and event.personal_digest == ""
    assert event.unit_path == place.county.path
    used = await Invitation.filter(used_on__isnull=False).values()
    assert [row["used_on"] for row in used] == [today()]
    assert set(used[0]) == {"id", "village_id", "serial", "token_hash", "used_on"}
    assert await surveys.recounted(made.survey) == []
    assert await surveys.answers_by_day(village) == {today(): 1}


async def test_a_meddled_counter_is_found_by_the_trail(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, [(5, 5), (4, 4)])
    await SurveyVillage.filter(unit=place.village).update(answered=3)
    assert [row.unit.name for row in await surveys.recounted(made.survey)] == ["梅渚村"]


@pytest.mark.parametrize("role", ["secretary", "coordinator", "list_keeper", "department_officer"])
async def test_nobody_who_is_signed_in_answers(town: str, role: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    homes = {"coordinator": place.township, "list_keeper": place.county}
    viewer = await a_viewer(role, homes.get(role, place.village))
    village = await made.village(place.village)
    with pytest.raises(NotAllowed, match="干部不能代填"):
        await surveys.answer(viewer, village, token=made.tokens[place.village.pk][0], first=5, second=5)
    assert (await made.village(place.village)).answered == 0


async def test_answers_that_are_none_are_refused_and_the_link_stays(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    token, village = made.tokens[place.village.pk][0], await made.village(place.village)
    for first, second in ((0, 5), (5, 6)):
        with pytest.raises(Invalid, match="请选一个答案"):
            await surveys.answer(ANONYMOUS, village, token=token, first=first, second=second)
    await surveys.answer(ANONYMOUS, village, token=f" {token.upper().replace('-', '')} ", first=5, second=5)
    assert (await made.village(place.village)).answered == 1


async def test_wrong_used_and_expired_links_are_refused_in_the_same_words(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place, opens_on=today() + 2 * DAY)
    token = made.tokens[place.village.pk][0]
    with pytest.raises(NotNow, match="还没到回答的日子"):
        await surveys.village_of(ANONYMOUS, token, "10.0.0.1")
    with clock_at(now() + 2 * DAY):
        await answered(made, place.village, [(3, 3)])
        other = await made.village(place.second_village)
        with pytest.raises(NotFound) as of_another:
            await surveys.answer(ANONYMOUS, other, token=made.tokens[place.village.pk][1], first=5, second=5)
        said = {str(of_another.value)}
        for tried in (token, "wrong-wrong-wrong", ""):
            with pytest.raises(NotFound) as refused:
                await surveys.village_of(ANONYMOUS, tried, "10.0.0.1")
            said.add(str(refused.value))
    with clock_at(after(made.survey)), pytest.raises(NotFound) as late:
        await surveys.village_of(ANONYMOUS, made.tokens[place.village.pk][1], "10.0.0.1")
    assert said | {str(late.value)} == {surveys.GONE}


async def test_whoever_tries_many_links_has_to_wait_even_with_a_right_one(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    for number in range(GUESSES):
        with pytest.raises(NotFound):
            await surveys.village_of(ANONYMOUS, f"guess-{number}", "10.0.0.9")
    token = made.tokens[place.village.pk][0]
    with pytest.raises(TooMany, match="分钟后再试"):
        await surveys.village_of(ANONYMOUS, token, "10.0.0.9")
    assert await surveys.village_of(ANONYMOUS, token, "10.0.0.8")
    with clock_at(now() + timedelta(minutes=16)):
        assert await surveys.village_of(ANONYMOUS, token, "10.0.0.9")


async def test_one_address_answers_ten_times_an_hour_for_a_village_and_the_rest_keep_their_links(
    town: str,
) -> None:
    place = await a_town()
    made = await an_open_round(place)
    tokens = made.tokens[place.village.pk]
    for token in tokens[:BY_ADDRESS]:
        village = await made.village(place.village)
        await surveys.answer(ANONYMOUS, village, token=token, first=5, second=5, address="10.0.0.7")
    village = await made.village(place.village)
    with pytest.raises(TooMany, match="您的链接还有用"):
        await surveys.answer(
            ANONYMOUS, village, token=tokens[BY_ADDRESS], first=5, second=5, address="10.0.0.7"
        )
    with clock_at(now() + timedelta(minutes=61)):
        await surveys.answer(
            ANONYMOUS, village, token=tokens[BY_ADDRESS], first=5, second=5, address="10.0.0.7"
        )


async def test_answers_in_a_burst_mark_the_village_and_those_over_days_do_not(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.second_village])
    await answered(made, place.village, [(5, 5)] * 19)
    assert not (await made.village(place.village)).is_bunched
    token = made.tokens[place.village.pk][19]
    await surveys.answer(ANONYMOUS, await made.village(place.village), token=token, first=5, second=5)
    assert (await made.village(place.village)).is_bunched, "a third of sixty within the hour"
    for number, token in enumerate(made.tokens[place.second_village.pk][:22]):
        with clock_at(now() + number * timedelta(hours=2)):
            village = await made.village(place.second_village)
            await surveys.answer(ANONYMOUS, village, token=token, first=5, second=5)
    assert not (await made.village(place.second_village)).is_bunched


async def test_the_clock_closes_a_round_on_the_day_after_its_last(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    with clock_at(after(made.survey) - DAY):
        await close_what_is_over()
        assert (await fresh(made.survey)).state == "open"
    with clock_at(after(made.survey)):
        await close_what_is_over()
        survey = await fresh(made.survey)
    assert survey.state == "closed" and survey.closed_on == survey.closes_on + DAY
    event = await Event.get(command="surveys.close_survey")
    assert event.subject_ref == survey.ref and event.actor_label == "clock"
    with pytest.raises(NotNow):
        village = await made.village(place.village)
        await surveys.answer(ANONYMOUS, village, token=made.tokens[place.village.pk][0], first=5, second=5)


async def test_results_are_exact_sums_of_rounds_that_count(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.second_village])
    await answered(made, place.village, SPLIT)
    await answered(made, place.second_village, [(5, 5)] * 14)
    survey = await closed(made)
    assert survey.closed_on is not None
    values = [10_000] * 10 + [8750] * 5 + [1250] * 5
    expected = surveys.Answers(20, sum(values), sum(value * value for value in values))
    day = survey.closed_on
    assert await surveys.answers_between(day, day, place.city) == {place.village.pk: expected}
    assert await surveys.answers_between(day, day, place.other_township) == {}
    assert await surveys.answers_between(day + DAY, day + 9 * DAY, place.city) == {}


async def test_a_result_lies_within_its_interval_and_a_fuller_sample_narrows_it(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, SPLIT)
    await closed(made)
    village, keeper = await made.village(place.village), made.keeper
    shown = surveys.results_for(keeper, [village])[village.pk]
    assert (shown.first.value, shown.second.value) == (75.0, 75.0)
    assert shown.both.value == 75.0
    assert (shown.both.low, shown.both.high) == (61.3, 88.7), "75 ± 1.729 × 37.4/√20 × √(180/200)"
    village.households = 25
    fuller = surveys.results_for(keeper, [village])[village.pk]
    assert fuller.both.low > shown.both.low


async def test_all_of_one_mind_is_no_certainty(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, [(5, 5)] * 16)
    await closed(made)
    village = await made.village(place.village)
    both = surveys.results_for(made.keeper, [village])[village.pk].both
    assert both.value == 100.0 == both.high and 90 < both.low < 100


async def test_results_are_for_the_village_its_leaders_and_the_keepers_and_rates_for_the_county(
    town: str,
) -> None:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.other_village])
    await answered(made, place.village, SPLIT)
    readers = {
        "secretary": place.village,
        "grid_worker": place.grid,
        "leader": place.township,
        "head": place.township,
        "city_admin": place.city,
        "list_keeper": place.county,
    }
    others = {
        "secretary": place.second_village,
        "coordinator": place.township,
        "leader": place.other_township,
        "office": place.office,
        "department_officer": place.department,
        "observer": place.county,
    }
    open_one = await made.village(place.village)
    assert surveys.results_for(made.keeper, [open_one]) == {}, "while it runs nobody reads results"
    await closed(made)
    village = await made.village(place.village)
    for role, unit in readers.items():
        viewer = await a_viewer(role, unit)
        assert village.pk in surveys.results_for(viewer, [village]), role
        assert village.pk in await SurveyVillage.visible_to(viewer).values_list("id", flat=True)
    for role, unit in others.items():
        viewer = await a_viewer(role, unit)
        assert surveys.results_for(viewer, [village]) == {}, role
        assert village.pk in await SurveyVillage.visible_to(viewer).values_list("id", flat=True)
    assert not await SurveyVillage.visible_to(ANONYMOUS).exists()


async def test_an_excluded_village_does_not_count_and_the_reason_stands(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, SPLIT)
    survey = await closed(made)
    village = await made.village(place.village)
    with pytest.raises(NotAllowed):
        await surveys.exclude_village(
            await a_viewer("head", place.township), village, reason="结果不好看，不要计入。"
        )
    with clock_at(after(made.survey) + DAY):
        with pytest.raises(Invalid, match="理由"):
            await surveys.exclude_village(made.keeper, village, reason="不好")
        await surveys.exclude_village(made.keeper, village, reason="二十份在同一小时内提交，经核实为代填。")
        village = await made.village(place.village)
        with pytest.raises(NotNow, match="已经不计入"):
            await surveys.exclude_village(made.keeper, village, reason="再写一遍理由看看。")
    assert survey.closed_on is not None
    assert await surveys.answers_between(survey.closed_on, survey.closed_on, place.city) == {}
    assert surveys.results_for(made.keeper, [village]) == {}


async def test_long_after_the_end_nothing_is_excluded_any_more(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await closed(made)
    with clock_at(after(made.survey) + 16 * DAY), pytest.raises(NotNow, match="结束已久"):
        village = await made.village(place.village)
        await surveys.exclude_village(made.keeper, village, reason="现在才想起来要排除。")
