"""没有记录: whoever has shown nothing is neither average nor last, but about where the last quarter begins."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.evaluation.pooling import Sample
from models.evaluation.statistics import shrunk
from models.schemes.sources import SCALE
from tests.models.evaluation.simulating import draw, sample

NOTHING = 0
"""The village of each group that did nothing."""
KINDS = list(product((0.05, 0.1, 0.2), (0.6, 0.82, 0.9)))
"""How far villages lie apart, and about what mean."""


def truly_ahead(villages: int, apart: float, mean: float, groups: int) -> tuple[float, float]:
    """The share of villages whose true quality is above what the one without a record is given, and of those given more."""
    rng, ahead, above = np.random.default_rng(villages), [], []
    for _ in range(groups):
        drawn = draw(rng, villages, apart=apart, kind="yes or no", mean=mean, most=40)
        given = shrunk({**drawn.samples, NOTHING: Sample(0, 0, 0)}, 3)
        without = float(given[NOTHING].value)
        ahead += [truth > without for truth in drawn.truth[1:]]
        above += [one.value > given[NOTHING].value for unit, one in given.items() if unit != NOTHING]
    return float(np.mean(ahead)), float(np.mean(above))


@pytest.mark.parametrize(("apart", "mean"), KINDS)
def test_about_three_quarters_of_a_group_are_truly_better_than_nothing_on_record(
    apart: float, mean: float
) -> None:
    ahead, above = truly_ahead(60, apart, mean, 8)
    assert 0.65 <= ahead <= 0.88 and above >= 0.7


@pytest.mark.nightly
@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize(("apart", "mean"), KINDS)
def test_so_it_is_in_groups_of_every_size(villages: int, apart: float, mean: float) -> None:
    ahead, above = truly_ahead(villages, apart, mean, 2_400 // villages)
    print(f"{villages} villages, {apart} apart about {mean}: {ahead:.3f} truly ahead, {above:.3f} given more")
    assert 0.7 <= ahead <= 0.87 and above >= 0.7


@pytest.mark.parametrize("first", [0, SCALE // 2, SCALE])
@pytest.mark.parametrize("seed", range(5))
def test_a_first_result_whatever_it_is_never_leaves_a_village_below_nothing(seed: int, first: int) -> None:
    drawn = draw(np.random.default_rng(seed), 15, apart=0.1, kind="yes or no", mean=0.82)
    without = shrunk({**drawn.samples, NOTHING: Sample(0, 0, 0)}, 3)[NOTHING]
    with_one = shrunk({**drawn.samples, NOTHING: sample([first])}, 3)[NOTHING]
    middle = sum(one.n and one.total / one.n for one in drawn.samples.values()) / len(drawn.samples) / SCALE
    assert without.value <= with_one.value and float(without.value) < middle
