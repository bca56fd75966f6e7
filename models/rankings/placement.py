"""The order on one board: bands of those who cannot be told apart, and how far down each might be named by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from models.evaluation.statistics import Scored, bands

LEFT_UNNAMED = 3
"""So many of a group at least are named by no mode, lest the last be found by leaving out the others."""
PUBLISHED = {"commended": (), "top": ("top",), "full": ("top", "middle")}
"""The tiers that each mode names to everybody."""
WHOLE = 100
"""Hundredths in a point: boards tell whole points of a band, and nothing finer."""


class Place(NamedTuple):
    """Where one of several stands: with all of its band at one rank, and at the points of the band."""

    rank: int
    band: int
    among: int
    shown: int


def places(scores: Sequence[Scored]) -> dict[int, Place]:
    """The place of each village of one group on one board."""
    return _placed({one.unit: 100 * one.score for one in scores}, bands(scores))


def places_of_persons(points: Mapping[int, int]) -> dict[int, Place]:
    """The place of each person on one board: the best fifth, a hundred at most, are its first band."""
    most = min(100, max(1, len(points) // 5))
    through = _through(points.values())
    ends = _last_named(len(points))
    inside = {one: 1 + (through[had] > most) + (through[had] > ends) for one, had in points.items()}
    filled = sorted(set(inside.values()))
    first = 1 if filled[:1] == [1] else 2
    return _placed(points, {one: first + filled.index(band) for one, band in inside.items()})


def _through(scores: Iterable[int]) -> dict[int, int]:
    """How many have this score or a better one."""
    above = 0
    found: dict[int, int] = {}
    for score, many in sorted(Counter(scores).items(), reverse=True):
        above += many
        found[score] = above
    return found


def _placed(scores: Mapping[int, Fraction | int], banded: Mapping[int, int]) -> dict[int, Place]:
    inside: dict[int, list[int]] = {}
    for one, band in banded.items():
        inside.setdefault(band, []).append(one)
    rank = 1
    found: dict[int, Place] = {}
    for band, ones in sorted(inside.items()):
        mean = Fraction(sum(Fraction(scores[one]) for one in ones), len(ones))
        shown = WHOLE * ((2 * mean + WHOLE) // (2 * WHOLE))
        found |= dict.fromkeys(ones, Place(rank, band, len(scores), shown))
        rank += len(ones)
    return {one: found[one] for one in scores}


def tiers(banded: Iterable[int]) -> dict[int, str]:
    """By band, given whole: `top` is the first of at most half, `bottom`, named by no mode, reaches into the lowest quarter.

    Whoever reads what is published knows who is left: so three at least are left, and nobody can tell which of
    them is the last. Of three or fewer, nobody is published; nor is anybody where all share a band.
    """
    sizes = sorted(Counter(banded).items())
    many = sum(size for _, size in sizes)
    through = 0
    found: dict[int, str] = {}
    for band, size in sizes:
        through += size
        first = band == 1 and through <= (many + 1) // 2
        found[band] = "bottom" if through > _last_named(many) else "top" if first else "middle"
    return found


def _last_named(many: int) -> int:
    return many - max(LEFT_UNNAMED, many // 4)
