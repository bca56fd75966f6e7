"""Rankings (榜): boards that praise, kept up with the results, published no further than their mode says."""

from models.rankings.finding import RankingFilter
from models.rankings.records import AUDIENCES, MODES, Board, Placing
from models.rankings.refreshing import keep_up, refresh, refresh_all
from models.rankings.version import version

__all__ = [
    "AUDIENCES",
    "MODES",
    "Board",
    "Placing",
    "RankingFilter",
    "keep_up",
    "refresh",
    "refresh_all",
    "version",
]
