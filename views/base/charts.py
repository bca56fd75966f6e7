"""The one piece of geometry that templates cannot do themselves."""

from __future__ import annotations

from math import cos, pi, sin


def compass(count: int) -> list[tuple[float, float]]:
    """So many directions round a circle, the first straight up and the others clockwise, as (right, down)."""
    angles = [2 * pi * number / count for number in range(count)]
    return [(round(sin(angle), 4), round(-cos(angle), 4)) for angle in angles]
