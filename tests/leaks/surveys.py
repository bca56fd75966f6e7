"""Surveys of the world: a draft, one that runs and one that is over, with a word in what is not everybody's."""

from __future__ import annotations

from typing import Any

from models import surveys
from models.base.clock import clock_at, now, today
from models.base.viewer import TOWN_CLOCK
from models.surveys import Invitation, Survey, SurveyVillage
from models.units import Unit
from tests.builders import DAY, a_viewer
from tests.leaks.world import Row, World
from tests.models.surveys.scenes import QUESTIONS, a_plan

SURVEYED = frozenset({Survey, SurveyVillage, Invitation})
"""Records of surveys whose every row is in the table of rights."""


async def a_past_survey(world: World) -> None:
    """Before everything else, so that the clock of the trail never goes back."""
    with clock_at(now() - 60 * DAY):
        over = await _opened(world, "结束的调查")
    with clock_at(now() - 40 * DAY):
        await surveys.close_survey(TOWN_CLOCK, over)


async def present_surveys(world: World) -> None:
    await _opened(world, "进行的调查")
    await _draft(world, "词元口碑草稿")
    await _rows(world)


async def _draft(world: World, title: str) -> Survey:
    keeper, changes = world.viewers["list keeper"], dict(QUESTIONS)
    if title.startswith("词元"):
        changes["first_question"] = f"{title}的问题"
    plan: dict[str, Any] = a_plan(title=title, opens_on=today(), closes_on=today() + 10 * DAY) | changes
    survey = await surveys.draft_survey(keeper, world.town.county, **plan)
    rows = await SurveyVillage.filter(survey=survey)
    await surveys.state_households(keeper, survey, villages=rows, households=[90 for _ in rows])
    return await Survey.get(pk=survey.pk).prefetch_related(*Survey.judged_with)


async def _opened(world: World, title: str) -> Survey:
    survey = await _draft(world, title)
    keeper = await a_viewer("city_admin", world.town.city)
    await surveys.open_survey(keeper, survey)
    for row in await SurveyVillage.filter(survey=survey).prefetch_related(*SurveyVillage.judged_with):
        await surveys.issue_slips(keeper, row)
    return await Survey.get(pk=survey.pk).prefetch_related(*Survey.judged_with)


async def _rows(world: World) -> None:
    """Every row of surveys under its right, and the words of the draft."""
    county: Unit = world.town.county
    for survey in await Survey.all():
        draft = survey.state == "draft"
        kept = Row(survey, "kept" if draft else "signed in", path=county.path)
        world.rows.append(kept)
        if draft:
            # Who reads the trail of the county reads there that somebody drafted it.
            world.words["词元口碑草稿"] = [kept, Row(survey, "event", path=county.path)]
    for row in await SurveyVillage.all().select_related("survey", "unit"):
        of = "signed in" if row.survey.state == "closed" else "kept"
        world.rows.append(Row(row, of, path=row.unit.path))
    for one in await Invitation.all().select_related("village__unit"):
        world.rows.append(Row(one, "kept", path=one.village.unit.path))
