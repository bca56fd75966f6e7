"""Evaluation (评价): points for accepted results, and the index (领雁指数) worked out from them, explained and contestable."""

from models.base.events import Event
from models.evaluation.appealing import answer_appeal, appeal, contestable, reverse
from models.evaluation.closing import close_period, close_what_is_over
from models.evaluation.comparing import Difference, differences_between, version_before
from models.evaluation.drafting import (
    MOST_DIMENSIONS,
    MOST_GROUPS,
    SLOTS,
    adopt_scheme,
    change_scheme,
    dimensions_told,
    draft_scheme,
    drop_scheme,
    groups_told,
    may_begin,
    note_simulation,
)
from models.evaluation.entries import ENTRY_KINDS, WHYS, PointEntry, shown_points
from models.evaluation.explaining import FED_BY, Part, Side, earlier, entries_behind, explained
from models.evaluation.leading import Distance, distance_to_the_first
from models.evaluation.ledger import read_results
from models.evaluation.periods import PERIODS, Period, kind_and_start, span
from models.evaluation.praising import (
    Commendation,
    Commended,
    OptOut,
    opt_out,
    opted_out,
    praise,
    praise_delivery,
)
from models.evaluation.reach import evaluates, in_region, is_evaluator, own_or_evaluated
from models.evaluation.schemes import (
    KINDS_OF_VILLAGE,
    SCHEME_STATES,
    Dimension,
    Indicator,
    PeerGroup,
    Scheme,
)
from models.evaluation.scores import APPEAL_STATES, Adjustment, Appeal, VillageIndex, decided, to_answer
from models.evaluation.settling import open_periods, settle_scheme, settle_schemes
from models.evaluation.simulated import persons_of, table_of_persons, table_of_villages
from models.evaluation.simulating import Move, Simulation, simulate
from models.evaluation.sources import POINTS, SOURCES
from models.evaluation.subjects import About, abouts
from models.evaluation.tallies import PersonScore, Tally

Event.veiled[Commendation] = frozenset({praise.name, praise_delivery.name})
Event.veiled[Appeal] = frozenset({appeal.name})

__all__ = [
    "APPEAL_STATES",
    "ENTRY_KINDS",
    "FED_BY",
    "KINDS_OF_VILLAGE",
    "MOST_DIMENSIONS",
    "MOST_GROUPS",
    "PERIODS",
    "POINTS",
    "SCHEME_STATES",
    "SLOTS",
    "SOURCES",
    "WHYS",
    "About",
    "Adjustment",
    "Appeal",
    "Commendation",
    "Commended",
    "Difference",
    "Dimension",
    "Distance",
    "Indicator",
    "Move",
    "OptOut",
    "Part",
    "PeerGroup",
    "Period",
    "PersonScore",
    "PointEntry",
    "Scheme",
    "Side",
    "Simulation",
    "Tally",
    "VillageIndex",
    "abouts",
    "adopt_scheme",
    "answer_appeal",
    "appeal",
    "change_scheme",
    "close_period",
    "close_what_is_over",
    "contestable",
    "decided",
    "differences_between",
    "dimensions_told",
    "distance_to_the_first",
    "draft_scheme",
    "drop_scheme",
    "earlier",
    "entries_behind",
    "evaluates",
    "explained",
    "groups_told",
    "in_region",
    "is_evaluator",
    "kind_and_start",
    "may_begin",
    "note_simulation",
    "open_periods",
    "opt_out",
    "opted_out",
    "own_or_evaluated",
    "persons_of",
    "praise",
    "praise_delivery",
    "read_results",
    "reverse",
    "settle_scheme",
    "settle_schemes",
    "shown_points",
    "simulate",
    "span",
    "table_of_persons",
    "table_of_villages",
    "to_answer",
    "version_before",
]
