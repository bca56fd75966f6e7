"""The order on one board: ranks with ties, bands of those who cannot be told apart, and how far down it may be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.evaluation.statistics import Scored, bands, whole_numbers

LEFT_UNNAMED = 3
"""So many of a group at least are named by no mode, lest the last be found by leaving out the others."""
PUBLISHED = {"commended": (), "top": ("top",), "full": ("top", "middle")}
"""The tiers that each mode names to everybody."""


class Place(NamedTuple):
    """Where one of several stands."""

    rank: int
    band: int
    among: int
    tier: str


def places(scores: Sequence[Scored]) -> dict[int, Place]:
    """The place of each village of one group on one board."""
    values, _ = whole_numbers([one.score for one in scores])
    return _placed({one.unit: value for one, value in zip(scores, values, strict=True)}, bands(scores))


def places_of_persons(points: Mapping[int, int]) -> dict[int, Place]:
    """The place of each person on one board: the best fifth, a hundred at most, are its top."""
    most = min(100, max(1, len(points) // 5))
    inside = {person: 1 if through <= most else 2 for person, (_, through) in _ranks(points).items()}
    return _placed(points, inside)


def _placed(scores: Mapping[int, int], banded: Mapping[int, int]) -> dict[int, Place]:
    many = len(scores)
    return {
        one: Place(rank, banded[one], many, tier(banded[one], through, many))
        for one, (rank, through) in _ranks(scores).items()
    }


def _ranks(scores: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """The rank of each (1 for the best, ties share it), and how many stand there or above."""
    found: dict[int, tuple[int, int]] = {}
    above = 0
    for score, many in sorted(Counter(scores.values()).items(), reverse=True):
        found[score] = (above + 1, above + many)
        above += many
    return {one: found[score] for one, score in scores.items()}


def tier(band: int, through: int, many: int) -> str:
    """`bottom`, published by no mode, is the lowest quarter and three at least; `top` is the first band, half at most.

    Whoever reads what is published knows who is left: so three at least are left, and nobody can tell which of
    them is the last. Of three or fewer, nobody is published. Who shares a rank with one of the lowest is one of
    them: a tie of all publishes nobody.
    """
    if through > many - max(LEFT_UNNAMED, many // 4):
        return "bottom"
    return "top" if band == 1 and through <= (many + 1) // 2 else "middle"
