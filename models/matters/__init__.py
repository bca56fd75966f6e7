"""Matters: what may be asked of a village, in lists that are versioned and frozen."""

from models.matters.consulting import Opinion
from models.matters.demands import BANS, Ban, bans_on, settle_demands, shipped_demands
from models.matters.finding import Catalogue, Suggestion, catalogue_of, list_in_force, search_matters
from models.matters.golden import GoldenCase
from models.matters.importing import import_matters
from models.matters.keeping import (
    add_alias,
    domain_of,
    draft_list,
    drop_matter,
    learn_phrase,
    propose,
    publish,
    put_matter,
    send_back,
)
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
    "LIST_STATES",
    "Ban",
    "Catalogue",
    "Demand",
    "GoldenCase",
    "Matter",
    "MatterAlias",
    "MatterFilter",
    "MatterList",
    "Opinion",
    "Suggestion",
    "add_alias",
    "bans_on",
    "catalogue_of",
    "domain_of",
    "draft_list",
    "drop_matter",
    "import_matters",
    "learn_phrase",
    "list_in_force",
    "propose",
    "publish",
    "put_matter",
    "search_matters",
    "send_back",
    "settle_demands",
    "shipped_demands",
]
