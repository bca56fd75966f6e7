"""What villages that are compared amount to together: the few sums from which their mean and both variances follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import NamedTuple

from models.evaluation.spread import GRID
from models.schemes.sources import SCALE

IMAGINED = 4
"""Values of even spread that are added to those of the group."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one village shows under one indicator: how many values, their sum, the sum of their squares."""

    n: int
    total: int
    squares: int

    def __post_init__(self) -> None:
        # Tallies are moved by sums; one that no values could have is found here, before it becomes a score.
        within = 0 <= self.total <= self.n * SCALE and self.total**2 <= self.n * self.squares
        if not within or self.squares > self.total * SCALE:
            raise ValueError(f"no {self.n} values from 0 to {SCALE} have this sum and sum of squares")

    @property
    def mean(self) -> int:
        """In multiples of 1 / GRID."""
        # Whole multiples of a fine grid, not fractions: denominators of a whole city multiplied would grow without end.
        return self.total * (GRID // SCALE) // self.n

    @property
    def scatter(self) -> int:
        """The sum of the squared distances from its own mean, in multiples of 1 / GRID."""
        return (self.n * self.squares - self.total**2) * (GRID // SCALE**2) // self.n

    def without_perfect(self, many: int) -> Sample | None:
        """The same with so many perfect values away, where it may hold so many."""
        n, total, squares = self.n - many, self.total - many * SCALE, self.squares - many * SCALE**2
        if n < 0 or total < 0 or total**2 > n * squares or squares > total * SCALE:
            return None
        return Sample(n, total, squares)


class Pool(NamedTuple):
    """The sums over villages with enough values, in multiples of 1 / GRID: one is put in or taken out at once."""

    size: int
    means: int
    squares: int
    """Of the means, in multiples of 1 / GRID²."""
    scatter: int
    free: int
    thin: int
    """Of 1 / n."""

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Pool:
        means = [one.mean for one in samples]
        return cls(
            len(samples),
            sum(means),
            sum(mean * mean for mean in means),
            sum(one.scatter for one in samples),
            sum(one.n - 1 for one in samples),
            sum(GRID // one.n for one in samples),
        )

    def plus(self, one: Sample, sign: int = 1) -> Pool:
        # Adding and taking out must undo each other exactly, which sums of whole numbers do.
        mean = one.mean
        return Pool(
            self.size + sign,
            self.means + sign * mean,
            self.squares + sign * mean * mean,
            self.scatter + sign * one.scatter,
            self.free + sign * (one.n - 1),
            self.thin + sign * (GRID // one.n),
        )

    @property
    def apart(self) -> int:
        """The plain variance of the means."""
        return (self.size * self.squares - self.means**2) // (self.size * max(self.size - 1, 1) * GRID)

    @property
    def within(self) -> int:
        """s²: pooled inside the villages, with the imagined values that keep it above 0."""
        return (self.scatter + IMAGINED * GRID // 12) // (self.free + IMAGINED)

    @property
    def rather_apart(self) -> int:
        """t², but no less than a quarter of what s² alone would cause: never 0."""
        _, within, between = self.in_common
        return max(between, within * (self.thin // self.size) // GRID // 4)

    @property
    def last_quarter(self) -> int:
        """Where about the last quarter of villages begins: two thirds of the deviation between them below their mean."""
        return max(self.means // self.size - isqrt(self.rather_apart * GRID) * 2 // 3, 0)

    @property
    def in_common(self) -> tuple[int, int, int]:
        """μ, s² and t²."""
        within = self.within
        # What chance alone puts between means is taken off; where that is more than there is, nothing is between them.
        between = max(self.apart - within * (self.thin // self.size) // GRID, 0)
        return self.means // self.size, within, between
