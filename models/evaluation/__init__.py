"""Evaluation (评价): the index (领雁指数) worked out from points and voices, explained and contestable."""

from models.base.events import Event
from models.evaluation.adjustments import adjust_closed
from models.evaluation.appeals import answer_appeal, appeal, contestable, reverse
from models.evaluation.closing import close_period, close_what_is_over
from models.evaluation.distance import Distance, distance_to_the_first
from models.evaluation.explanation import FED_BY, Part, Side, earlier, entries_behind, explained
from models.evaluation.scores import APPEAL_STATES, Adjustment, Appeal, decided, to_answer
from models.evaluation.simulation import Move, Simulation, simulate
from models.evaluation.simulation_tables import persons_of, table_of_persons, table_of_villages
from models.evaluation.survey_figures import hear_voices
from models.evaluation.tallies import PersonScore, Tally

Event.veiled[Appeal] = frozenset({appeal.name})

__all__ = [
    "APPEAL_STATES",
    "FED_BY",
    "Adjustment",
    "Appeal",
    "Distance",
    "Move",
    "Part",
    "PersonScore",
    "Side",
    "Simulation",
    "Tally",
    "adjust_closed",
    "answer_appeal",
    "appeal",
    "close_period",
    "close_what_is_over",
    "contestable",
    "decided",
    "distance_to_the_first",
    "earlier",
    "entries_behind",
    "explained",
    "hear_voices",
    "persons_of",
    "reverse",
    "simulate",
    "table_of_persons",
    "table_of_villages",
    "to_answer",
]
