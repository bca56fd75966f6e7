"""The order on one board: ranks with ties, bands of those who cannot be told apart, and how far down it may be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.evaluation.statistics import Scored, bands, whole_numbers


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
    """`top` is the first band, in its upper half of the group at most; `bottom` is the lowest quarter.

    Nobody who shares a rank with one of the lowest is published with it: a tie of all publishes nobody.
    """
    if band == 1 and through <= (many + 1) // 2:
        return "top"
    return "bottom" if many > 1 and through > many - max(1, many // 4) else "middle"
