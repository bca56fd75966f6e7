"""Scenes of asking residents, for the mutations by which keepers make a round and look after it."""

from __future__ import annotations

from typing import Any

from models.base.clock import today
from models.base.viewer import Viewer
from models.surveys import SurveyVillage
from tests.builders import DAY, Town, a_viewer
from tests.models.surveys.scenes import a_draft, an_open_round
from tests.schema.scenes import scene

Given = dict[str, Any]
SAID: Given = {
    "title": "2026年群众口碑调查",
    "firstQuestion": "对村干部为群众办事，您满意吗？",
    "secondQuestion": "对村里的事公开公道，您满意吗？",
    "sampleSize": 40,
    "leastAnswers": 15,
    "leastPercent": 25,
}


def days() -> Given:
    return {"opensOn": today(), "closesOn": today() + 10 * DAY}


async def a_keeper(place: Town) -> Viewer:
    return await a_viewer("list_keeper", place.county)


@scene
async def draft_survey(place: Town) -> tuple[Viewer, Given]:
    return await a_keeper(place), {"region": place.county} | SAID | days()


@scene
async def change_survey(place: Town) -> tuple[Viewer, Given]:
    return await a_keeper(place), {"survey": await a_draft(place)} | SAID | days()


@scene
async def state_survey_households(place: Town) -> tuple[Viewer, Given]:
    survey = await a_draft(place)
    villages = await SurveyVillage.filter(survey=survey).order_by("id").limit(2)
    return await a_keeper(place), {"survey": survey, "villages": villages, "households": [120, 88]}


@scene
async def open_survey(place: Town) -> tuple[Viewer, Given]:
    return await a_keeper(place), {"survey": await a_draft(place)}


@scene
async def exclude_survey_village(place: Town) -> tuple[Viewer, Given]:
    made = await an_open_round(place)
    given = {"village": await made.village(place.village), "reason": "经核实由他人代填。"}
    return made.keeper, given
