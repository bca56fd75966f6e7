"""Among villages that are equally good, how much they had to do explains next to nothing of where they stand on the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.evaluation.statistics import Scored, bands
from tests.models.evaluation.simulating import explained, ranks
from tests.models.evaluation.test_covariances import scored
from tests.models.evaluation.working import Work, draw

ALIKE = 1e-3
KINDS = {
    "tasks": Work(apart=ALIKE),
    "late ones returned": Work(apart=ALIKE, together=True),
    "some hardly any": Work(apart=ALIKE, thin=0.2),
    "more sources": Work(apart=ALIKE, more=True),
    "more sources, all together": Work(apart=ALIKE, more=True, together=True, thin=0.2),
}


def by_size(villages: int, work: Work, among: int) -> float:
    """The share that the number of tasks explains of the ranks, among villages that had any: nothing counts less on purpose."""
    rng, sizes, stood = np.random.default_rng(villages), [], []
    for _ in range(among // villages):
        drawn = draw(rng, villages, work)
        found = scored(drawn, villages).values()
        placed = bands([Scored(one.unit, one.score, one.variance) for one in found])
        places = ranks([float(placed[unit]) for unit in sorted(placed)]) / len(placed)
        for unit, place in zip(sorted(placed), places, strict=True):
            many = drawn.samples["timeliness"].get(unit, (0,))[0]
            if many:
                sizes.append(many)
                stood.append(place)
    return explained(np.array(sizes), np.array(stood))


@pytest.mark.parametrize("kind", ["some hardly any", "more sources, all together"])
def test_size_explains_less_than_two_hundredths_of_the_places(kind: str) -> None:
    assert by_size(60, KINDS[kind], 600) < 0.02


@pytest.mark.nightly
@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize("kind", KINDS)
def test_so_it_is_among_thousands(villages: int, kind: str, figure: Callable[[str], None]) -> None:
    share = by_size(villages, KINDS[kind], 2_400)
    figure(f"{share:.4f}")
    assert share < 0.02
