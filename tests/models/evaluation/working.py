"""Groups of villages at work, whose true scores are known: tasks, steps of projects and residents' answers by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.evaluation.scoring import Measure
from models.evaluation.tallies import Figure
from models.schemes.sources import SCALE, TOGETHER

Values = NDArray[np.int64]
Levels = NDArray[np.float64]
SHIPPED = (
    ("timeliness", 20, 100, 3),
    ("first_pass", 20, 60, 3),
    ("procedure", 20, 40, 1),
    ("delivery", 15, 100, 1),
    ("quality", 20, 100, 3),
    ("survey", 15, 100, 1),
    ("standing", 10, 100, 3),
)
DIMENSIONS = {"procedure": 1}
MEASURES = [
    Measure(at, DIMENSIONS.get(source, at), source, least, whole, part)
    for at, (source, whole, part, least) in enumerate(SHIPPED)
]
"""The weights of the scheme that ships."""
LATE, RETURNED = 0.6, 0.8
"""What a late result is worth, and one that was returned once."""


@dataclass(frozen=True)
class Work:
    """What villages do and how far apart they are."""

    together: bool = False
    """Whether the late villages are also the returned ones, and so are most of their late tasks."""
    thin: float = 0.0
    """How many of them have hardly any task."""
    more: bool = False
    """Whether some have projects, and some were asked about."""
    apart: float = 0.1


@dataclass(frozen=True)
class Drawn:
    """What villages show and what they are, by source, in ten thousandths and of 1."""

    samples: Mapping[str, Mapping[int, Figure]]
    truth: Mapping[str, Levels]


def draw(rng: Generator, villages: int, work: Work) -> Drawn:
    late = levels(rng, 0.18, work.apart, villages)
    returned = late if work.together else levels(rng, 0.15, work.apart, villages)
    many = rng.integers(6, 41, villages)
    many = np.where(rng.random(villages) < work.thin, rng.integers(0, 5, villages), many)
    both = 0.7 * np.minimum(late, returned) + 0.3 * late * returned if work.together else late * returned
    truth = {
        "timeliness": 1 - late,
        "first_pass": 1 - returned,
        "quality": 1 - (1 - LATE) * late - (1 - RETURNED) * returned + (1 - LATE) * (1 - RETURNED) * both,
        "standing": np.ones(villages),
    }
    samples: dict[str, dict[int, Figure]] = {}
    for unit in range(villages):
        for source, values in _tasks(rng, int(many[unit]), late[unit], returned[unit], work).items():
            samples.setdefault(source, {})[unit] = figure(values)
    drawn = Drawn(samples, truth)
    return _with_more(rng, drawn, late, work) if work.more else drawn


def levels(rng: Generator, mean: float, apart: float, villages: int) -> Levels:
    firm = mean * (1 - mean) / apart**2 - 1
    return rng.beta(mean * firm, (1 - mean) * firm, villages)


def _tasks(rng: Generator, many: int, late: float, returned: float, work: Work) -> dict[str, Values]:
    luck, other = rng.random(many), rng.random(many)
    if work.together:
        other = np.where(rng.random(many) < 0.7, luck, other)
    timely, first = luck >= late, other >= returned
    values = {
        "timeliness": timely * SCALE,
        "first_pass": first * SCALE,
        "quality": np.rint(np.where(timely, 1, LATE) * np.where(first, 1, RETURNED) * SCALE).astype(np.int64),
        "standing": np.full(many, SCALE),
    }
    return values | {pair: values[one] + values[two] for pair, (one, two) in TOGETHER.items()}


def _with_more(rng: Generator, drawn: Drawn, late: Levels, work: Work) -> Drawn:
    """Up to seven steps of projects, and answers from seven villages of ten: better where work is better."""
    villages = len(late)
    slow = late if work.together else levels(rng, 0.2, work.apart, villages)
    liked = 0.9 - 0.5 * late if work.together else 1 - levels(rng, 0.2, 0.06, villages)
    steps, answers = (
        rng.integers(0, 8, villages),
        rng.integers(15, 40, villages) * (rng.random(villages) < 0.7),
    )
    samples = dict(drawn.samples)
    samples["delivery"] = {
        unit: figure(np.where(rng.random(steps[unit]) < slow[unit], 6_000, SCALE)) for unit in range(villages)
    }
    samples["survey"] = {
        unit: figure(np.rint(rng.beta(5 * like, 5 * (1 - like), answers[unit]) * SCALE).astype(np.int64))
        for unit, like in enumerate(liked)
    }
    return replace(drawn, samples=samples, truth={**drawn.truth, "delivery": 1 - 0.4 * slow, "survey": liked})


def figure(values: Values) -> Figure:
    return len(values), int(values.sum()), int((values**2).sum()), 0, 0
