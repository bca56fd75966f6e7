"""How surely the whole is known when its indicators err together: the covariances of their errors.

An estimate errs in two ways: by the chance of a village's own values, as far as they count, and by the village
lying elsewhere than its group's mean, as far as that counts instead. Both go together across indicators:

- Chance does where one task feeds both. From both values of each task added up comes their scatter; less the
  scatter of each alone, halved, it is the covariance c of two values of one task. Between the two means of a
  village it is c × (tasks that feed both) / (n of the one × n of the other).
- The villages themselves do where those good at one thing are good at another. The covariance T is the variance
  of the half sums of the villages' means less that of their half differences, each without what chance alone
  causes, and each taken as the average over all it may be (`spread.py`).

Neither is taken to be larger than the two variances allow. In whole numbers throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import isqrt

from models.evaluation.pooling import IMAGINED
from models.evaluation.spread import FINE, GRID, typical
from models.evaluation.statistics import COARSE, STEP, Estimate, stepped
from models.evaluation.tallies import Figure
from models.schemes.sources import SCALE, TOGETHER

PAIRED = {frozenset(sources): pair for pair, sources in TOGETHER.items()}
Tasks = Mapping[int, Figure]
"""What tasks that feed both of two sources come to, by village."""
Stand = tuple[int, int, int, bool]
"""How much of an indicator's share rests on a village's own values and on the group's, how many values, and whether enough."""


@dataclass(frozen=True)
class Judged:
    """What a group shows under one indicator, with what its villages are taken to be."""

    source: str
    least: int
    figures: Mapping[int, Figure]
    estimates: Mapping[int, Estimate]
    within: int = 0
    """s²"""
    between: int = 0
    """The average of every t² the group may have."""

    @cached_property
    def means(self) -> dict[int, int]:
        """In billionths, of the villages that have enough."""
        found = {unit: figure[:2] for unit, figure in self.figures.items() if figure[0] >= self.least}
        return {unit: total * (FINE // SCALE) // n for unit, (n, total) in found.items()}


@dataclass(frozen=True)
class Pair:
    """Two indicators, by their places in the list, and how their errors go together."""

    one: int
    other: int
    apart: int
    """What the villages' lying apart adds, the group's mean being off in both."""
    own: int
    """What less of it a village's being a part of one of the two means leaves."""
    size: int
    chance: int
    """The covariance of two values of one task."""
    tasks: Tasks


def variances(
    counting: Sequence[tuple[Judged, Fraction]], units: Iterable[int], samples: Mapping[str, Tasks]
) -> dict[int, Fraction]:
    """The expected squared error of the whole, as the shares of its indicators add up to 1, for each village."""
    places = combinations(range(len(counting)), 2)
    pairs = [_pair(a, b, counting[a][0], counting[b][0], samples) for a, b in places]
    whole = [(one, share.numerator * FINE // share.denominator) for one, share in counting]
    return {unit: _whole(unit, whole, pairs) for unit in units}


def _pair(a: int, b: int, one: Judged, other: Judged, samples: Mapping[str, Tasks]) -> Pair:
    both = sorted(one.means.keys() & other.means.keys())
    tasks = samples.get(PAIRED.get(frozenset((one.source, other.source)), ""), {})
    chance = _chance(one, other, [tasks[unit] for unit in both if unit in tasks])
    if len(both) < 2:
        return Pair(a, b, 0, 0, 1, chance, tasks)
    caused = _mean(
        chance * tasks[unit][0] // (one.figures[unit][0] * other.figures[unit][0]) if unit in tasks else 0
        for unit in both
    )
    apart = _apart(one, other, both, caused)
    size = len(both)
    return Pair(a, b, apart + (apart + caused) // size, apart // size, size, chance, tasks)


def _chance(one: Judged, other: Judged, tasks: Sequence[Figure]) -> int:
    """From the scatter of both values added up, with as many imagined values of even spread as each alone has."""
    if not tasks:
        return 0
    off = sum((n * squares - total**2) * (GRID // SCALE**2) // max(n, 1) for n, total, squares, *_ in tasks)
    free = sum(max(n - 1, 0) for n, *_ in tasks) + IMAGINED
    added = (off + 2 * IMAGINED * GRID // 12) // free
    return _possible((added - one.within - other.within) // 2, one.within, other.within)


def _apart(one: Judged, other: Judged, both: Sequence[int], caused: int) -> int:
    """From the half sums and the half differences of the means."""
    of = [(one.figures[unit][0], other.figures[unit][0]) for unit in both]
    noise = _mean(one.within // n + other.within // m for n, m in of)
    sums, differences = (
        typical(
            _variance([one.means[unit] + sign * other.means[unit] for unit in both]) // 4,
            (noise + 2 * sign * caused) // 4,
            len(both),
        )
        for sign in (1, -1)
    )
    return _possible(sums - differences, one.between, other.between)


def _mean(amounts: Iterable[int]) -> int:
    listed = list(amounts)
    return sum(listed) // len(listed)


def _variance(means: Sequence[int]) -> int:
    """Of amounts in billionths, and so in multiples of 1 / GRID."""
    size = len(means)
    return (size * sum(mean * mean for mean in means) - sum(means) ** 2) // (size * (size - 1))


def _possible(covariance: int, one: int, other: int) -> int:
    most = isqrt(one * other)
    return min(max(covariance, -most), most)


def _whole(unit: int, whole: Sequence[tuple[Judged, int]], pairs: Sequence[Pair]) -> Fraction:
    """All the variances and covariances, but no less than the largest of the variances alone."""
    parts, stands = [], []
    for one, share in whole:
        found, figure = one.estimates[unit], one.figures[unit]
        parts.append(share**2 * found.variance_steps * COARSE)
        kept = share * found.weight_steps // STEP
        stands.append((kept, share - kept, figure[0] + figure[3], unit in one.means))
    more = sum(_between(pair, unit, stands[pair.one], stands[pair.other]) for pair in pairs)
    return stepped(max(sum(parts) + 2 * more, max(parts)) // FINE**2)


def _between(pair: Pair, unit: int, one: Stand, other: Stand) -> int:
    """The covariance of one village's two errors; a village that has enough is itself a part of its group's mean."""
    (kept, lent, n, is_in), (held, owed, m, also_in) = one, other
    more = lent * owed * (pair.apart - pair.own * (is_in + also_in))
    if not pair.chance or unit not in pair.tasks:
        return more
    figure = pair.tasks[unit]
    chance = pair.chance * (figure[0] + figure[3]) // max(n * m, 1)
    within = kept * owed * also_in + held * lent * is_in
    return more + chance * (kept * held + within // pair.size)
