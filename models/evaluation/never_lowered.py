"""One more perfect value never lowers an estimate: it is no less than with any number of the perfect values away.

A new value moves what the group has in common a little, and for a few villages with few values that may outweigh
the value itself; and it may lead from too few values to enough. Both are made good here. Where the group is large
nothing of it can happen, and a bound shows that without looking at each number of values.
"""

from __future__ import annotations

from typing import NamedTuple

from models.evaluation.pooling import Pool, Sample
from models.evaluation.spread import GRID
from models.schemes.sources import SCALE

COARSE = GRID // 10**12


def never_lowered(pool: Pool, own: Sample, perfect: int, left_out: int, least: int, found: int) -> int:
    """The estimate of one of the pool, in STEPs, or what it was without some of its perfect values if that was more."""
    if found >= GRID // COARSE or own.without_perfect(1) is None:
        return found
    others = pool.plus(own, -1)
    found = _at_least_before(pool, others, own, perfect, least, found)
    fewer = own.without_perfect(own.n - least + 1)
    if fewer is None or not others.size or found * COARSE >= others.means // others.size:
        return found
    return max(found, _steps(_as_few(others, fewer, perfect, left_out, least)))


def _as_few(others: Pool, own: Sample, perfect: int, left_out: int, least: int) -> int:
    """What a village is given with so many of its perfect values away that it has too few."""
    if own.n + perfect == 0:
        return others.last_quarter
    few, (mean, within, between) = few_values(others, own, perfect), others.in_common
    reaches = own.n + perfect + left_out >= least
    return max(few, shrunk_to(mean, within, between, own, perfect)) if reaches else few


def few_values(pool: Pool, own: Sample, perfect: int) -> int:
    """A village with too few values is taken to be neither better than the mean nor worse than with none."""
    mean, within, _ = pool.in_common
    return min(max(shrunk_to(mean, within, pool.rather_apart, own, perfect), pool.last_quarter), mean)


def _at_least_before(pool: Pool, others: Pool, own: Sample, perfect: int, least: int, found: int) -> int:
    """With one, two, three … perfect values away, until it is sure that no further step gives more."""
    most = min(own.n - least, own.total // SCALE)
    while most > 0 and (worst := own.without_perfect(most)) is None:
        most -= 1
    if most <= 0 or worst is None:
        return found
    limits = Limits.of(pool, others, own, worst)
    for many in range(1, most + 1):
        fewer = own.without_perfect(many)
        if fewer is None or found >= limits.bound(fewer, perfect):
            break
        found = max(found, _value(others.plus(fewer), fewer, perfect))
    return found


def _value(pool: Pool, own: Sample, perfect: int) -> int:
    mean, within, between = pool.in_common
    return _steps(shrunk_to(mean, within, between, own, perfect))


def shrunk_to(mean: int, within: int, between: int, own: Sample, perfect: int) -> int:
    """The estimate: own values, with so many perfect ones more, beside the group's mean."""
    total = (own.total + perfect * SCALE) * (GRID // SCALE)
    return (between * total + within * mean) // (between * (own.n + perfect) + within)


def _steps(amount: int) -> int:
    return (amount + COARSE // 2) // COARSE


class Limits(NamedTuple):
    """How little, and how much, the group can differ while perfect values of one village are taken away."""

    mean: int
    lowest: int
    highest: int
    """s²"""
    smallest: int
    largest: int
    """t²"""

    @classmethod
    def of(cls, pool: Pool, others: Pool, own: Sample, worst: Sample) -> Limits:
        fewest = others.plus(worst)
        lowest = others._replace(free=pool.free).within
        highest = pool._replace(free=fewest.free).within + 1
        # The variance of the means is least where this one lies at the mean of the others, and most at an end.
        nearest = others.apart * max(others.size - 1, 0) // pool.size if others.size else 0
        widest = max(pool.apart, fewest.apart) + 1
        smallest = max(nearest - highest * (fewest.thin // pool.size) // GRID - 1, 0)
        largest = max(widest - lowest * (pool.thin // pool.size) // GRID, 0)
        return cls(pool.means // pool.size, lowest, highest, smallest, largest)

    def bound(self, fewer: Sample, perfect: int) -> int:
        """No estimate with so many perfect values away, or more, is above this."""
        if not self.largest:
            return _steps(self.mean)
        near = shrunk_to(self.mean, self.lowest, self.largest, fewer, perfect)
        far = shrunk_to(self.mean, self.highest, self.smallest, fewer, perfect)
        return max(near, far) // COARSE + 1
