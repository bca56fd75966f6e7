"""Schemes (评价办法): what is measured and what results are worth, the periods it is measured over, and who stands in them."""

from models.schemes.calendar import open_periods, settle_scheme, settle_schemes
from models.schemes.drafting import (
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
from models.schemes.indices import VillageIndex
from models.schemes.periods import PERIODS, Period, kind_and_start, span
from models.schemes.records import KINDS_OF_VILLAGE, SCHEME_STATES, Dimension, Indicator, PeerGroup, Scheme
from models.schemes.sources import POINTS, SOURCES
from models.schemes.version_differences import Difference, differences_between, version_before
from models.schemes.visibility import evaluates, in_region, is_evaluator, own_or_evaluated

__all__ = [
    "KINDS_OF_VILLAGE",
    "MOST_DIMENSIONS",
    "MOST_GROUPS",
    "PERIODS",
    "POINTS",
    "SCHEME_STATES",
    "SLOTS",
    "SOURCES",
    "Difference",
    "Dimension",
    "Indicator",
    "PeerGroup",
    "Period",
    "Scheme",
    "VillageIndex",
    "adopt_scheme",
    "change_scheme",
    "differences_between",
    "dimensions_told",
    "draft_scheme",
    "drop_scheme",
    "evaluates",
    "groups_told",
    "in_region",
    "is_evaluator",
    "kind_and_start",
    "may_begin",
    "note_simulation",
    "open_periods",
    "own_or_evaluated",
    "settle_scheme",
    "settle_schemes",
    "span",
    "version_before",
]
