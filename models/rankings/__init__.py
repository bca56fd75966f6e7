"""Rankings (榜): boards that praise, kept up with the results, published no further than their mode says."""

from models.rankings.exporting import points_table, praise_table, table
from models.rankings.filters import RankingFilter
from models.rankings.lookup import (
    Wanted,
    areas_below,
    areas_of,
    board_of,
    by_name,
    commendations,
    corrections,
    explained_to,
    find_area,
    find_period,
    groups_of,
    is_published,
    named,
    own_placings,
    periods_of,
    person_scores,
    placings,
)
from models.rankings.previous import ranks_before
from models.rankings.records import AUDIENCES, MODES, Board, Placing
from models.rankings.refresh import keep_up, refresh, refresh_all
from models.schemes.board_version import version

__all__ = [
    "AUDIENCES",
    "MODES",
    "Board",
    "Placing",
    "RankingFilter",
    "Wanted",
    "areas_below",
    "areas_of",
    "board_of",
    "by_name",
    "commendations",
    "corrections",
    "explained_to",
    "find_area",
    "find_period",
    "groups_of",
    "is_published",
    "keep_up",
    "named",
    "own_placings",
    "periods_of",
    "person_scores",
    "placings",
    "points_table",
    "praise_table",
    "ranks_before",
    "refresh",
    "refresh_all",
    "table",
    "version",
]
