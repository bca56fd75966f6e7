"""From tallies to scores: one group of villages, indicator by indicator, in whole numbers and fractions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from models.base.canonical import canonical
from models.evaluation.covariances import Judged, variances
from models.evaluation.pooling import Sample
from models.evaluation.statistics import STEP, Estimate, Spared, common, interval
from models.evaluation.tallies import NONE, Figure
from models.schemes.sources import SCALE, SOURCES

HUNDRED = 100


@dataclass(frozen=True)
class Measure:
    """One indicator as it counts: its dimension, its source, and both weights per cent."""

    indicator: int
    dimension: int
    source: str
    least: int
    dimension_weight: int
    weight: int


@dataclass(frozen=True)
class Scored:
    """What one village comes to."""

    unit: int
    score: Fraction
    variance: Fraction
    low: int
    high: int
    parts: str

    @property
    def exact(self) -> str:
        return str(self.score)

    @cached_property
    def shown(self) -> int:
        return hundredths(self.score)


Samples = Mapping[str, Mapping[int, Figure]]
"""Source -> village -> what it shows."""


def score_group(measures: Sequence[Measure], units: Sequence[int], samples: Samples) -> dict[int, Scored]:
    """Every village of one group that has enough evidence of its own for anything at all."""
    judged = {one.indicator: _judged(one, units, samples.get(one.source, {})) for one in measures}
    estimates = {number: found.estimates for number, found in judged.items()}
    # Only over indicators that somebody has evidence for: an empty one must not pull everybody to the same middle.
    shares = _shares(measures, estimates)
    if not shares:
        return {}
    means = {number: _mean(found) for number, found in estimates.items()}
    shown = [unit for unit in units if any(estimates[number][unit].enough for number in shares)]
    doubts = variances(
        [(judged[number], share / HUNDRED) for number, share in shares.items()], shown, samples
    )
    return {
        unit: _scored(
            unit,
            measures,
            samples,
            _values(unit, judged, shares),
            estimates,
            shares,
            means,
            HUNDRED**2 * doubts[unit],
        )
        for unit in shown
    }


def _judged(measure: Measure, units: Sequence[int], of: Mapping[int, Figure]) -> Judged:
    figures = {unit: of.get(unit, NONE) for unit in units}
    samples = {unit: Sample(*figure[:3]) for unit, figure in figures.items()}
    enough = sum(one.n >= measure.least for one in samples.values()) >= SOURCES[measure.source].fewest
    group = common(samples, measure.least) if enough else None
    spared = {unit: Spared(*figure[3:]) for unit, figure in figures.items()}
    least = max(measure.least, 1)
    if group is None:
        return Judged(measure.source, least, figures, {})
    found = group.all_judged(samples, least, spared)
    return Judged(measure.source, least, figures, found, group.within, group.errors.apart)


def _shares(
    measures: Sequence[Measure], estimates: Mapping[int, Mapping[int, Estimate]]
) -> dict[int, Fraction]:
    """Per cent of the whole each indicator has: the weights of those nobody has evidence for go to the others."""
    counting = [one for one in measures if estimates[one.indicator] and one.weight and one.dimension_weight]
    inside: dict[int, int] = {}
    for one in counting:
        inside[one.dimension] = inside.get(one.dimension, 0) + one.weight
    whole = sum({one.dimension: one.dimension_weight for one in counting}.values())
    return {
        one.indicator: Fraction(HUNDRED * one.dimension_weight * one.weight, whole * inside[one.dimension])
        for one in counting
    }


def _mean(found: Mapping[int, Estimate]) -> int:
    """The group's own mean, in hundredths of a per cent, for the faint line beside a village's."""
    return _rounded(sum(one.steps for one in found.values()) * HUNDRED, STEP * len(found)) if found else 0


def _scored(
    unit: int,
    measures: Sequence[Measure],
    samples: Samples,
    values: Mapping[int, int],
    estimates: Mapping[int, Mapping[int, Estimate]],
    shares: Mapping[int, Fraction],
    means: Mapping[int, int],
    variance: Fraction,
) -> Scored:
    parts: list[dict[str, Any]] = []
    # One common denominator for the whole sheet: sums stay whole numbers, and are the same on every machine.
    fine = lcm(*(share.denominator for share in shares.values()))
    score = 0
    for one in measures:
        share, found = shares.get(one.indicator), estimates[one.indicator].get(unit)
        n, total, _, perfect, left_out = samples.get(one.source, {}).get(unit, NONE)
        part = {"indicator": one.indicator, "dimension": one.dimension, "n": n, "total": total}
        part |= {"perfect": perfect, "left_out": left_out}
        # Kept on the sheet all the same: a village reads why an indicator does not count for it.
        if share is None or found is None:
            parts.append(part | {"counts": False})
            continue
        value, weight = values[one.indicator], share.numerator * (fine // share.denominator)
        amount = Fraction(weight * value, fine * SCALE)
        score += weight * value
        parts.append(
            part
            | {"counts": True, "enough": found.enough, "value": value, "mean": means[one.indicator]}
            | {"weight": str(share), "amount": str(amount)}
        )
    whole = Fraction(score, fine * SCALE)
    low, high = interval(whole, variance)
    # The range is of a score from 0 to 100, which its formula does not know.
    bounds = (max(hundredths(low), 0), min(hundredths(high), HUNDRED * HUNDRED))
    return Scored(unit, whole, variance, *bounds, canonical(parts))


def _values(unit: int, judged: Mapping[int, Judged], shares: Mapping[int, Fraction]) -> dict[int, int]:
    """What the village is taken to be under each indicator, in hundredths of a per cent.

    Where it alone has enough for an indicator there is nobody to be compared with: that may help it, and never lowers
    what the others come to. So a village is not worse off for being the first whose results are enough.
    """
    values = {one: _rounded(judged[one].estimates[unit].steps * HUNDRED, STEP) for one in shares}
    alone = [one for one in shares if judged[one].means.keys() == {unit}]
    rest = {one: share for one, share in shares.items() if one not in alone}
    if not alone or not rest:
        return values
    mean = sum((share * values[one] for one, share in rest.items()), Fraction(0)) / sum(rest.values())
    # Rounded up, in favour of the village: rounding down could lower it below what it has without the indicator.
    return values | {one: max(values[one], -(-mean.numerator // mean.denominator)) for one in alone}


def hundredths(value: Fraction) -> int:
    """Rounded half up to hundredths, once, where a figure is first shown; everything after is exact."""
    return _rounded(value.numerator, value.denominator)


def _rounded(many: int, of: int) -> int:
    # In whole numbers: a float would round .5 one way here and the other way in whoever counts again.
    return (2 * HUNDRED * many + of) // (2 * of)
