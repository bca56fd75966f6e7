"""Residents' voice (群众口碑): random invitations, two questions, and a result only where enough answered."""

from models.surveys.answering import GONE, SIGNED_IN, answer, close_survey, village_of
from models.surveys.drafting import (
    change_survey,
    draft_survey,
    numbers_at,
    open_survey,
    state_households,
)
from models.surveys.filters import (
    SurveyFilter,
    SurveyVillageFilter,
    Totals,
    keeps_surveys_of,
    own_places,
    percent,
    to_open,
    totals_of,
)
from models.surveys.inviting import draw_of, exclude_village, issue_slips
from models.surveys.records import (
    ANSWERS,
    SURVEY_STATES,
    Invitation,
    Slip,
    Survey,
    SurveyVillage,
)
from models.surveys.results import (
    Answers,
    Mean,
    Result,
    answers_between,
    answers_by_day,
    reads_results_of,
    recounted,
    results_for,
)
from models.surveys.sampling import drawn
from models.surveys.verifying import changed_tallies

__all__ = [
    "ANSWERS",
    "GONE",
    "SIGNED_IN",
    "SURVEY_STATES",
    "Answers",
    "Invitation",
    "Mean",
    "Result",
    "Slip",
    "Survey",
    "SurveyFilter",
    "SurveyVillage",
    "SurveyVillageFilter",
    "Totals",
    "answer",
    "answers_between",
    "answers_by_day",
    "change_survey",
    "changed_tallies",
    "close_survey",
    "draft_survey",
    "draw_of",
    "drawn",
    "exclude_village",
    "issue_slips",
    "keeps_surveys_of",
    "numbers_at",
    "open_survey",
    "own_places",
    "percent",
    "reads_results_of",
    "recounted",
    "results_for",
    "state_households",
    "to_open",
    "totals_of",
    "village_of",
]
