"""How far apart the villages of a group may truly be: every possible t², weighed by how likely it is.

Whole multiples of 1 / GRID throughout; the only functions beyond arithmetic are `ln` and `exp` of `decimal`
in a context of its own, which are correctly rounded and so the same everywhere.

The means are summed up by one weighted variance T with weights 1 / (t² + s²/n)², twice refined from the
plain one. It is expected to be t² + c, where c is what s² alone causes, and is spread like a chi-square
of ν degrees about it. Before looking, every t² is held equally possible; NODES of them stand for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cached_property
from math import isqrt

GRID = 10**18
NODES = 20
LARGEST = GRID // 4
"""No values from 0 to 1 have a variance above 1/4."""
EXACT = Context(prec=16, rounding=ROUND_HALF_EVEN)
FINE = 10**9
"""Weights of own values are kept in billionths here."""

Likely = list[tuple[int, int]]
"""Pairs of a possible t² and its share of the likelihood in billionths, the shares adding up to FINE."""


@dataclass(frozen=True, slots=True)
class Means:
    """The villages of a group that have the same number of values."""

    villages: int
    noise: int
    """What s² alone makes their means vary."""
    total: int
    squares: int


def likely(means: Sequence[tuple[int, int]], within: int, start: int) -> Likely:
    """The t² a group of (n, mean) may have, where values scatter by `within` and t² seems to be `start`."""
    if len(means) == 1:
        return _shared([(_node(0, LARGEST, k), Decimal(1)) for k in range(NODES)])
    alike = _alike(means, within)
    seen, caused = _moments(alike, start)
    for _ in range(2):
        seen, caused = _moments(alike, max(seen - caused, 0))
    return _weighed(alike, seen, caused)


def typical(seen: int, caused: int, villages: int) -> int:
    """The average of every t² so many villages may have, whose means vary by `seen`, of which chance causes `caused`."""
    noise = max(caused, 1)
    found = _weighed([Means(villages, noise, 0, 0)], seen, noise)
    return sum(node * share for node, share in found) // FINE


def _alike(means: Sequence[tuple[int, int]], within: int) -> list[Means]:
    by_n: dict[int, list[int]] = {}
    for n, mean in means:
        by_n.setdefault(n, []).append(mean)
    return [
        Means(len(of), max(within // n, 1), sum(of), sum(m * m for m in of)) for n, of in sorted(by_n.items())
    ]


def _moments(alike: list[Means], apart: int) -> tuple[int, int]:
    """T and c, with the weights that suit villages this far apart."""
    best = min(one.noise for one in alike) + apart
    weights = [(FINE * best // (one.noise + apart)) ** 2 // FINE + 1 for one in alike]
    pairs = list(zip(alike, weights, strict=True))
    whole = sum(one.villages * w for one, w in pairs)
    centre = sum(one.total * w for one, w in pairs) // whole
    about = sum(w * (one.squares - 2 * centre * one.total + one.villages * centre**2) for one, w in pairs)
    caused = sum(one.villages * one.noise * w * (whole - w) for one, w in pairs)
    free = whole**2 - sum(one.villages * w * w for one, w in pairs)
    return about * whole // (free * GRID), caused // free


def _weighed(alike: list[Means], seen: int, caused: int) -> Likely:
    apart = max(seen - caused, 0)
    villages = sum(one.villages for one in alike)
    exact = sum(one.villages * (FINE * (apart + caused) // (apart + one.noise)) ** 2 for one in alike)
    freedom = max(exact * (villages - 1) // (villages * FINE**2), 1)
    deviation = max(seen, caused) * isqrt(2 * FINE**2 // freedom) // FINE
    low = max(seen - caused - 8 * deviation, 0)
    high = min(apart + (8 if freedom > 30 else 16) * deviation, LARGEST)
    nodes = [_node(min(low, high), high, k) for k in range(NODES)]
    logs = [_log_likelihood(freedom, seen, node + caused) for node in nodes]
    top = max(logs)
    return _shared(
        [(node, EXACT.exp(EXACT.subtract(log, top))) for node, log in zip(nodes, logs, strict=True)]
    )


def _node(low: int, high: int, k: int) -> int:
    return low + (high - low) * (2 * k + 1) // (2 * NODES)


def _log_likelihood(freedom: int, seen: int, expected: int) -> Decimal:
    far = EXACT.divide(Decimal(seen), Decimal(expected))
    both = EXACT.add(EXACT.ln(EXACT.divide(Decimal(expected), Decimal(GRID))), far)
    return EXACT.divide(EXACT.multiply(Decimal(-freedom), both), Decimal(2))


def _shared(weights: list[tuple[int, Decimal]]) -> Likely:
    whole = [(node, int(EXACT.multiply(weight, Decimal(FINE)))) for node, weight in weights]
    total = sum(weight for _, weight in whole)
    shares = [(node, weight * FINE // total) for node, weight in whole]
    return [(node, share) for node, share in shares if share]


class Errors:
    """The expected squared error of an estimate, over every t² the group may have."""

    def __init__(self, likely: Likely, within: int, thinness: int, size: int) -> None:
        noise = within * thinness // GRID
        self.within = within
        self.nodes = [(node, (node + noise) // size, share) for node, share in likely]
        """Each possible t², how far the group's mean may then be off, and the share of the likelihood."""
        self.kept: dict[int, tuple[int, int, int]] = {}

    @property
    def apart(self) -> int:
        """The average of every t² the group may have."""
        return sum(node * share for node, _, share in self.nodes) // FINE

    @cached_property
    def unseen(self) -> int:
        """For a village without enough values: it is given the group's mean."""
        return sum((node + centre) * share for node, centre, share in self.nodes) // FINE

    def of(self, n: int, weight: int, off: int) -> int:
        """For n values counted by this weight, whose mean lies this far off the group's."""
        if n not in self.kept:
            self.kept[n] = self._expected(n)
        error, trust, trusts = self.kept[n]
        own = weight * FINE // GRID
        unsure = max(trusts - 2 * own * trust + own * own, 0)
        return error + unsure * (off * off // GRID) // FINE**2

    def _expected(self, n: int) -> tuple[int, int, int]:
        """The error with the best weight for each t², that weight's mean, and the mean of its square."""
        noise = max(self.within // n, 1)
        error = trust = trusts = 0
        for node, centre, share in self.nodes:
            best = node * FINE // (node + noise)
            rest = FINE - best
            error += share * (noise * best + rest * rest // FINE * centre)
            trust += share * best
            trusts += share * best * best
        return error // FINE**2, trust // FINE, trusts // FINE
