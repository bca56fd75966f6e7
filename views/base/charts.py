"""The pieces of geometry that templates cannot do themselves."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, pi, sin, sqrt

ON_THE_MAP = {
    "330603": (0, 0),
    "330602": (1, 0),
    "330604": (2, 0),
    "330681": (0, 1),
    "330683": (1, 1),
    "330624": (2, 2),
}
"""Where the counties of Shaoxing lie to each other, as (right, down): a drawing for the eye, to no scale."""


def compass(count: int) -> list[tuple[float, float]]:
    """So many directions round a circle, the first straight up and the others clockwise, as (right, down)."""
    angles = [2 * pi * number / count for number in range(count)]
    return [(round(sin(angle), 4), round(-cos(angle), 4)) for angle in angles]


def places(codes: Sequence[str]) -> list[tuple[int, int]]:
    """A place for each of these units on a small map: where they lie, or one after the other where that is not known."""
    if all(code in ON_THE_MAP for code in codes):
        return [ON_THE_MAP[code] for code in codes]
    wide = ceil(sqrt(len(codes))) or 1
    return [(number % wide, number // wide) for number in range(len(codes))]
