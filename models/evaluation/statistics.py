"""How villages are compared that showed different amounts of work: shrunk means, intervals and bands.

All of it is whole numbers on fixed grids, so the same samples give the same bytes everywhere and in any
order. The definition, with every value counted as a number from 0 to 1:

- s² (scatter inside a village) is pooled over the group, with four imagined values more whose variance is
  that of an even spread, 1/12. So it is never 0.
- μ is the plain mean of the villages' means, and t² (differences between villages) their plain variance
  less what s² alone would cause, or 0: then everybody is given μ.
- The estimate is (t² × sum + s² × μ) / (t² × n + s²): a village's own values count by the weight
  t² × n / (t² × n + s²), the group's mean by the rest.
- The variance is the expected squared error of that estimate, over every t² that `spread.py` holds
  possible, weighed by how likely it is. Intervals of 90 % built upon it cover 90 % where the villages'
  differences can be seen at all, and more where they cannot.

A village without any value is not taken to be average: it is given μ less two thirds of the deviation between
villages (t², but no less than a quarter of what s² alone causes), where about the last quarter begins. One with
fewer than `least` is given its own estimate between that and μ.

One more perfect value never lowers an estimate, whatever it does to s², t² and μ: an estimate is never less
than it would be with some of the village's perfect values away (`never_lowered.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm

from models.evaluation.never_lowered import few_values, never_lowered, shrunk_to
from models.evaluation.pooling import Pool, Sample
from models.evaluation.spread import GRID, Errors, likely
from models.schemes.sources import SCALE

STEP = 10**12
"""Estimates, variances and weights are rounded, half up, to multiples of 1 / STEP."""
COARSE = GRID // STEP
SURE = Fraction(1_644_854, 1_000_000)
"""How many standard deviations to either side hold 90 %."""


@dataclass(frozen=True, slots=True)
class Spared:
    """Values of a village that may help it and must never cost it anything."""

    perfect: int = 0
    """How many count for itself as perfect, though not for what the group has in common."""
    left_out: int = 0
    """How many are left out, because they would have cost something."""


NOBODY = Spared()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a village is taken to be under one indicator, and how far that is its own doing; counted in STEPs."""

    steps: int
    variance_steps: int
    weight_steps: int
    enough: bool

    @property
    def value(self) -> Fraction:
        return Fraction(self.steps, STEP)

    @property
    def variance(self) -> Fraction:
        return Fraction(self.variance_steps, STEP)

    @property
    def weight(self) -> Fraction:
        return Fraction(self.weight_steps, STEP)


@dataclass(frozen=True, slots=True)
class Scored:
    """One village's score with its variance, to be put into a band."""

    unit: int
    score: Fraction
    variance: Fraction


def shrunk(
    samples: Mapping[int, Sample], least: int, spared: Mapping[int, Spared] | None = None
) -> dict[int, Estimate]:
    """What each village is taken to be, and nothing when none of the group has `least` values.

    A village that reaches `least` only with its spared values is given the better of its own and what few values get:
    so neither those values nor their being spared can lower it.
    """
    group = common(samples, least)
    return group.all_judged(samples, least, spared or {}) if group else {}


def common(samples: Mapping[int, Sample], least: int) -> Group | None:
    """What the villages with `least` values have in common; nothing where there are none."""
    counted = [one for one in samples.values() if one.n >= max(least, 1)]
    return Group.of(counted) if counted else None


@dataclass(frozen=True)
class Group:
    """What a group of villages has in common, in whole multiples of 1 / GRID."""

    mean: int
    within: int
    """s²"""
    between: int
    """t²"""
    errors: Errors
    pool: Pool

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Group:
        pool = Pool.of(samples)
        mean, within, between = pool.in_common
        pairs = [(one.n, one.mean) for one in samples]
        errors = Errors(likely(pairs, within, between), within, pool.thin // pool.size, pool.size)
        return cls(mean, within, between, errors, pool)

    def all_judged(
        self, samples: Mapping[int, Sample], least: int, spared: Mapping[int, Spared]
    ) -> dict[int, Estimate]:
        enough = max(least, 1)
        found = {}
        for unit, sample in sorted(samples.items()):
            more = spared.get(unit, NOBODY)
            found[unit] = one = self.judged(sample, more, enough)
            if sample.n >= enough:
                steps = never_lowered(self.pool, sample, more.perfect, more.left_out, enough, one.steps)
                found[unit] = replace(one, steps=steps)
        return found

    def judged(self, own: Sample, spared: Spared, least: int) -> Estimate:
        if own.n + spared.perfect == 0:
            return self._less_known(self.last_quarter)
        known = self._known(own, spared.perfect)
        if own.n >= least:
            return known
        few = self._few(own, spared.perfect)
        reaches = own.n + spared.perfect + spared.left_out >= least
        return known if reaches and known.steps >= few.steps else few

    @cached_property
    def last_quarter(self) -> int:
        """What a village without any value is taken to be."""
        return self.pool.last_quarter

    def _value(self, own: Sample, perfect: int) -> int:
        return shrunk_to(self.mean, self.within, self.between, own, perfect)

    def _few(self, own: Sample, perfect: int) -> Estimate:
        """Between none and the mean, and there as sure as own values make it."""
        value, n = few_values(self.pool, own, perfect), own.n + perfect
        if not self.last_quarter < value < self.mean:
            return self._less_known(value)
        trust = self.pool.rather_apart * n
        mean = (own.total + perfect * SCALE) * (GRID // SCALE) // n
        weight = trust * GRID // (trust + self.within)
        variance = min(self.errors.of(n, weight, mean - self.mean), self.errors.unseen)
        return Estimate(_steps(value), _steps(variance), _steps(weight), False)

    def _less_known(self, value: int) -> Estimate:
        """For a village with too few values of its own, or none: as unsure as the whole group."""
        return Estimate(_steps(value), _steps(self.errors.unseen), 0, False)

    def _known(self, own: Sample, perfect: int) -> Estimate:
        more = perfect * SCALE
        sample = Sample(own.n + perfect, own.total + more, own.squares + more * SCALE)
        trust = self.between * sample.n + self.within
        weight = self.between * sample.n * GRID // trust
        variance = self.errors.of(sample.n, weight, sample.mean - self.mean)
        return Estimate(_steps(self._value(own, perfect)), _steps(variance), _steps(weight), True)


def _steps(amount: int) -> int:
    return (amount + COARSE // 2) // COARSE


def stepped(amount: int) -> Fraction:
    """A multiple of 1 / GRID rounded to a multiple of 1 / STEP."""
    return Fraction(_steps(amount), STEP)


def whole_numbers(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values as multiples of one over a number, and that number: a board compares many thousands of them."""
    fine = lcm(*(one.denominator for one in values))
    return [one.numerator * (fine // one.denominator) for one in values], fine


def bands(scores: Sequence[Scored]) -> dict[int, int]:
    """The band of each village, 1 for the best, where nobody in a band can be told apart from its leader.

    From the best score downwards, the first village opens band 1 and leads it. Each next one stays in
    the band as long as it cannot be told apart from the leader: the distance between the two scores is
    no more than 90 % of chance differences between them, by their variances added. The first that can be
    told apart opens and leads the next band. Equal scores are taken together, as uncertain as the most
    uncertain of them. So a lower score never stands in a better band.
    """
    placed: dict[int, int] = {}
    levels, fine, noise = _level(scores)
    far, chance = noise * SURE.denominator**2, (fine * SURE.numerator) ** 2
    band, lead = 0, (0, 0)
    for score, units, variance in levels:
        if not band or far * (lead[0] - score) ** 2 > chance * (lead[1] + variance):
            band, lead = band + 1, (score, variance)
        placed |= dict.fromkeys(units, band)
    return placed


def _level(scores: Sequence[Scored]) -> tuple[list[tuple[int, list[int], int]], int, int]:
    """The different scores from the best down, each with its villages and their largest variance.

    Both in whole numbers, followed by what these are multiples of.
    """
    values, fine = whole_numbers([one.score for one in scores])
    variances, noise = whole_numbers([one.variance for one in scores])
    level: dict[int, tuple[list[int], int]] = {}
    for one, score, variance in zip(scores, values, variances, strict=True):
        units, most = level.setdefault(score, ([], variance))
        units.append(one.unit)
        level[score] = units, max(most, variance)
    return [(score, *level[score]) for score in sorted(level, reverse=True)], fine, noise


def interval(score: Fraction, variance: Fraction) -> tuple[Fraction, Fraction]:
    """From where to where the truth lies with 90 %; rounded outwards to the grid, and never cut off."""
    wide = SURE.numerator**2 * variance.numerator * STEP**2
    half = isqrt(-(-wide // (SURE.denominator**2 * variance.denominator))) + (wide > 0)
    return score - Fraction(half, STEP), score + Fraction(half, STEP)


def rounded(value: Fraction, places: int) -> Decimal:
    """This many decimals, half up."""
    units = (2 * value.numerator * 10**places + value.denominator) // (2 * value.denominator)
    return Decimal(f"{units}e-{places}")
