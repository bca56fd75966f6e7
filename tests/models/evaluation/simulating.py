"""Groups of villages whose true quality is known, drawn with fixed seeds, to judge the statistics by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.evaluation.pooling import Sample
from models.schemes.sources import SCALE

Kind = Literal["yes or no", "shares"]


@dataclass(frozen=True)
class Drawn:
    """What the villages are, how much they did, and what they showed of it."""

    truth: NDArray[np.float64]
    n: NDArray[np.int64]
    samples: dict[int, Sample]


def draw(rng: Generator, villages: int, *, apart: float, kind: Kind, mean: float, most: int = 60) -> Drawn:
    """Villages around this mean, so far apart (standard deviation), with 1 to `most` values each."""
    n = rng.integers(1, most + 1, villages)
    truth = np.full(villages, mean)
    if apart:
        firm = mean * (1 - mean) / apart**2 - 1
        truth = rng.beta(mean * firm, (1 - mean) * firm, villages)
    return Drawn(
        truth,
        n,
        {i: sample(shown(rng, t, int(k), kind)) for i, (t, k) in enumerate(zip(truth, n, strict=True))},
    )


def shown(rng: Generator, truth: float, n: int, kind: Kind) -> NDArray[np.int64]:
    """n values of a village: work that was in time or was not, or shares of what could be reached."""
    if kind == "yes or no":
        return rng.binomial(1, truth, n) * SCALE
    return np.rint(rng.beta(truth * 5, (1 - truth) * 5, n) * SCALE).astype(np.int64)


def sample(values: NDArray[np.int64] | list[int]) -> Sample:
    whole = [int(value) for value in values]
    return Sample(len(whole), sum(whole), sum(value * value for value in whole))


def explained(n: NDArray[np.int64], ranks: NDArray[np.float64]) -> float:
    """How much of the variance of the ranks the size explains, by place and by distance from the middle."""
    if ranks.std() == 0:
        return 0.0
    off = np.abs(ranks - np.median(ranks))
    places = [ranks] if off.std() == 0 else [ranks, off]
    return max(float(np.corrcoef(of, by)[0, 1] ** 2) for of in (n, np.log(n)) for by in places)


def ranks(values: list[float]) -> NDArray[np.float64]:
    """Ranks from 1, with equal values sharing the middle of theirs."""
    array = np.array(values)
    order = np.sort(array)
    low, high = np.searchsorted(order, array, "left"), np.searchsorted(order, array, "right")
    return (low + high + 1) / 2
