"""Matters: what may be asked of a village, in lists that are versioned and frozen."""

from models.matters.basis import BasisLook, BasisState, bases_of, look_at_basis
from models.matters.comparing import Change, Difference, Impact, Touched, before, compare, impact
from models.matters.consulting import Opinion, answer_opinion, give_opinion, said_of
from models.matters.demands import BANS, Ban, banned_words, bans_on, settle_demands, shipped_demands
from models.matters.exporting import export_matters, export_name
from models.matters.finding import Catalogue, Suggestion, catalogue_of, search_matters, suggest
from models.matters.golden import (
    EXPECTED,
    Flip,
    GoldenCase,
    Run,
    drop_golden_case,
    golden_run,
    put_golden_case,
    shipped_cases,
)
from models.matters.importing import import_matters
from models.matters.in_force import home_of, list_above, list_in_force, lists_in_force, may_be_asked
from models.matters.keeping import (
    add_alias,
    domain_of,
    draft_list,
    drop_matter,
    learn_phrase,
    put_matter,
)
from models.matters.publishing import gaps_in, loosened_by, propose, publish, send_back
from models.matters.records import (
    CATEGORIES,
    DEMANDABLE,
    LIST_STATES,
    Demand,
    Matter,
    MatterAlias,
    MatterFilter,
    MatterList,
)

__all__ = [
    "BANS",
    "CATEGORIES",
    "DEMANDABLE",
    "EXPECTED",
    "LIST_STATES",
    "Ban",
    "BasisLook",
    "BasisState",
    "Catalogue",
    "Change",
    "Demand",
    "Difference",
    "Flip",
    "GoldenCase",
    "Impact",
    "Matter",
    "MatterAlias",
    "MatterFilter",
    "MatterList",
    "Opinion",
    "Run",
    "Suggestion",
    "Touched",
    "add_alias",
    "answer_opinion",
    "banned_words",
    "bans_on",
    "bases_of",
    "before",
    "catalogue_of",
    "compare",
    "domain_of",
    "draft_list",
    "drop_golden_case",
    "drop_matter",
    "export_matters",
    "export_name",
    "gaps_in",
    "give_opinion",
    "golden_run",
    "home_of",
    "impact",
    "import_matters",
    "learn_phrase",
    "list_above",
    "list_in_force",
    "lists_in_force",
    "look_at_basis",
    "loosened_by",
    "may_be_asked",
    "propose",
    "publish",
    "put_golden_case",
    "put_matter",
    "said_of",
    "search_matters",
    "send_back",
    "settle_demands",
    "shipped_cases",
    "shipped_demands",
    "suggest",
]
