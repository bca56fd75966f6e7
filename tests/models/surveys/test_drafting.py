"""Rounds of residents' voice: drafted by one, opened by another, drawn by lot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models import surveys
from models.base.clock import clock_at, now
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.policies import Policy
from models.registry import Element
from models.surveys import Survey, SurveyVillage
from tests.builders import DAY, LONG_AGO, a_town, a_value, a_viewer, dated
from tests.models.surveys.scenes import QUESTIONS, a_draft, a_plan, fresh

pytestmark = pytest.mark.anyio


async def test_a_draft_takes_the_villages_of_the_area_with_the_households_on_file(town: str) -> None:
    place = await a_town()
    element = await Element.create(code="resident_household", name="户数")
    for unit, value in ((place.village, "312"), (place.second_village, "约三百")):
        await a_value(element, unit, value)
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
        ({"second_question": QUESTIONS["first_question"]}, "second_question"),
        ({"opens_on": -DAY}, "opens_on"),
        ({"closes_on": DAY}, "closes_on"),
        ({"closes_on": 61 * DAY}, "closes_on"),
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
        await surveys.draft_survey(keeper, place.county, **a_plan(**dated(changes)))
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
