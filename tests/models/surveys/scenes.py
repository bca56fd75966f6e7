"""Rounds of asking residents, brought to each stage by the people whose work it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from models import surveys
from models.base.clock import clock_at, now, today
from models.base.viewer import ANONYMOUS, TOWN_CLOCK, Viewer
from models.surveys import Survey, SurveyVillage
from models.units import Unit
from tests.builders import DAY, Town, a_viewer

QUESTIONS = {
    "first_question": "对村干部为群众办事，您满意吗？",
    "second_question": "对村里的事公开公道，您满意吗？",
}


def a_plan(**changes: Any) -> dict[str, Any]:
    plan = {"title": "2026年群众口碑调查", "opens_on": today(), "closes_on": today() + 13 * DAY}
    return plan | QUESTIONS | changes


async def a_draft(place: Town, keeper: Viewer | None = None, households: int = 200, **changes: Any) -> Survey:
    """A round of the county with this many households on the register of every village."""
    keeper = keeper or await a_viewer("list_keeper", place.county)
    survey = await surveys.draft_survey(keeper, place.county, **a_plan(**changes))
    villages = await SurveyVillage.filter(survey=survey).order_by("id")
    await surveys.state_households(
        keeper, survey, villages=villages, households=[households for _ in villages]
    )
    return await fresh(survey)


async def fresh(survey: Survey) -> Survey:
    return await Survey.get(pk=survey.pk).prefetch_related(*Survey.judged_with)


async def village_in(survey: Survey, unit: Unit) -> SurveyVillage:
    return await SurveyVillage.get(survey=survey, unit=unit).prefetch_related(*SurveyVillage.judged_with)


@dataclass
class Round:
    """An open round with the links of its villages."""

    survey: Survey
    keeper: Viewer
    tokens: dict[int, list[str]] = field(default_factory=dict)

    async def village(self, unit: Unit) -> SurveyVillage:
        return await village_in(self.survey, unit)


async def an_open_round(place: Town, units: Sequence[Unit] = (), **changes: Any) -> Round:
    """Opened by another keeper, with slips printed for these villages (default: 梅渚村)."""
    draft = await a_draft(place, **changes)
    keeper = await a_viewer("list_keeper", place.county)
    survey = await surveys.open_survey(keeper, draft)
    made = Round(await fresh(survey), keeper)
    for unit in units or (place.village,):
        village = await surveys.issue_slips(keeper, await made.village(unit))
        made.tokens[unit.pk] = [slip.token for slip in village.slips]
    return made


async def answered(made: Round, unit: Unit, answers: Sequence[tuple[int, int]]) -> None:
    """One household after the other answers, each at its own address."""
    for number, (first, second) in enumerate(answers):
        village = await made.village(unit)
        token, address = made.tokens[unit.pk][number], f"10.0.0.{number}"
        await surveys.answer(ANONYMOUS, village, token=token, first=first, second=second, address=address)


async def closed(made: Round) -> Survey:
    """The day after its last, with the clock of the town set there."""
    survey = await fresh(made.survey)
    with clock_at(after(survey)):
        await surveys.close_survey(TOWN_CLOCK, survey)
    return await fresh(survey)


def after(survey: Survey) -> Any:
    return now() + (survey.closes_on - today()) + timedelta(days=1)


SPLIT = [(5, 5)] * 10 + [(5, 4)] * 5 + [(1, 2)] * 5
