"""Residents' voice through GraphQL: rounds, the villages in them, and what came of those that count.

Answers are given at the page of a link alone, and links are printed by a page alone: a program that could do
either would be the collector that these rounds are to be free of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import strawberry
from strawberry import ID

from models import surveys
from models.base.viewer import Viewer
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_by, later, may, versioned
from schema.base.filters import any_of, any_row, below, filter_of, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.base.together import Together
from schema.people import Post
from schema.units import Unit

SurveyState = enum_of("SurveyState", surveys.SURVEY_STATES, "How far a round has come.")


def _told(choose: Callable[[surveys.Result], float]) -> Callable[..., Awaitable[Mapping[int, Any]]]:
    """One figure of each result that the viewer may read."""

    async def load(viewer: Viewer, rows: list[surveys.SurveyVillage]) -> Mapping[int, Any]:
        return {pk: choose(result) for pk, result in surveys.results_for(viewer, rows).items()}

    return load


WHOSE = "For the village itself, its township's leaders and the keepers above it, once the round is closed."


async def _bunched(viewer: Viewer, rows: list[surveys.SurveyVillage]) -> Mapping[int, bool]:
    return {one.pk: one.is_bunched for one in rows if surveys.keeps_surveys_of(viewer, one.unit.path)}


async def _counts(viewer: Viewer, rows: list[surveys.SurveyVillage]) -> Mapping[int, bool]:
    return {one.pk: one.counts for one in rows if one.survey.state == "closed"}


@type_for(surveys.SurveyVillage)
class SurveyVillage(Node):
    survey: Survey
    unit: Unit
    households: int
    invited: int
    answered: int
    response_percent: int = computed(
        surveys.percent, "answered", "invited", description="Answered of invited, rounded down."
    )
    excluded_reason: str | None
    counts: bool | None = later(
        _counts,
        name="isCounted",
        description="Whether enough answered for a result, once the round is closed.",
    )
    is_bunched: bool | None = later(
        _bunched, "Whether many answers came within an hour, as if somebody had collected them: for keepers."
    )
    score: float | None = later(
        _told(lambda told: told.both.value), f"The mean of both questions out of 100. {WHOSE}"
    )
    score_low: float | None = later(
        _told(lambda told: told.both.low), "Where the score's interval begins: it holds in nine of ten draws."
    )
    score_high: float | None = later(_told(lambda told: told.both.high), "Where the score's interval ends.")
    first_score: float | None = later(
        _told(lambda told: told.first.value), "The mean of the first question out of 100."
    )
    second_score: float | None = later(
        _told(lambda told: told.second.value), "The mean of the second question out of 100."
    )
    may_exclude: bool = may(surveys.exclude_village)


SurveyVillageFilter = filter_of(
    "SurveyVillageFilter",
    "What to look for among villages in rounds.",
    surveys=any_row("survey_id", surveys.Survey, "Villages in any of these rounds."),
    within=below("unit__path", "Villages at or below this unit."),
)


@type_for(surveys.Survey)
class Survey(Node):
    region: Unit
    title: str
    first_question: str
    second_question: str
    opens_on: date
    closes_on: date
    sample_size: int
    least_answers: int
    least_percent: int
    state: str = coded(SurveyState)
    state_label: str = computed(surveys.SURVEY_STATES.get, "state")
    closed_on: date | None
    drafted_by: Post | None = created_by()
    opened_by: Post | None
    version: str = versioned()
    villages = many(SurveyVillage, "survey_id", wanted=SurveyVillageFilter)
    may_change: bool = may(surveys.change_survey)
    may_open: bool = may(surveys.open_survey)


SurveyFilter = filter_of(
    "SurveyFilter",
    "What to look for among surveys.",
    text=text(surveys.SurveyFilter, "Part of the title."),
    states=any_of("state", SurveyState, "Rounds in any of these states."),
    within=below("region__path", "Rounds of regions at or below this unit."),
)


@strawberry.input(description="How many households the register of a village has.")
class VillageHouseholdsInput:
    village: ID = strawberry.field(description="The village in this round, a `SurveyVillage`.")
    households: int = strawberry.field(description="「户数」; 0 leaves the village out.")


STATED = {"villages": Together(VillageHouseholdsInput, {"village": "villages", "households": "households"})}


@strawberry.type
class Queries:
    surveys = pages(Survey, wanted=SurveyFilter)
    survey = single(Survey)
    survey_villages = pages(SurveyVillage, wanted=SurveyVillageFilter)
    survey_village = single(SurveyVillage)


@mutations
class Mutations:
    draft_survey = mutation(surveys.draft_survey, Survey, "region")
    change_survey = mutation(surveys.change_survey, Survey, "survey")
    state_survey_households = mutation(surveys.state_households, Survey, "survey", together=STATED)
    open_survey = mutation(surveys.open_survey, Survey, "survey")
    exclude_survey_village = mutation(surveys.exclude_village, SurveyVillage, "village")
