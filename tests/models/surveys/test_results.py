"""Results: exact sums with their intervals, for those whom they concern."""

from __future__ import annotations

import pytest

from models import surveys
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import ANONYMOUS
from models.surveys import SurveyVillage
from tests.builders import DAY, a_town, a_viewer
from tests.models.surveys.scenes import SPLIT, after, an_open_round, answered, closed

pytestmark = pytest.mark.anyio


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
