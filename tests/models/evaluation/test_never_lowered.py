"""One more clean result never lowers a village, whatever the others have and however few it had before."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.schemes.sources import SCALE
from tests.models.evaluation.test_statistics import judged, values
from tests.models.evaluation.test_statistics import villages as groups


def moved(group: list[list[int]], unit: int, least: int = 1) -> tuple[Fraction, Fraction, Fraction]:
    """The estimate of a village after one more 0, as it is, and after one more perfect value."""
    more = [[*group[:unit], [*group[unit], value], *group[unit + 1 :]] for value in (0, SCALE)]
    low, now, high = (judged(one, least)[unit].value for one in (more[0], group, more[1]))
    return low, now, high


in_time = st.lists(st.sampled_from([0, SCALE]), min_size=1, max_size=12)


@given(st.lists(in_time, min_size=2, max_size=9))
def test_one_more_perfect_value_never_lowers_and_one_more_0_never_raises(group: list[list[int]]) -> None:
    low, now, high = moved(group, 0)
    assert low <= now <= high


@settings(max_examples=300)
@given(st.lists(st.lists(values, max_size=12), min_size=1, max_size=9), st.integers(1, 5))
def test_a_perfect_value_never_lowers_whatever_the_others_have_and_however_few(
    group: list[list[int]], least: int
) -> None:
    more = [[*group[0], SCALE], *group[1:]]
    before, after = judged(group, least), judged(more, least)
    alone = all(len(one) < least for one in group[1:])
    assert alone or after[0].value >= before[0].value


def test_that_holds_for_shares_in_groups_of_every_size() -> None:
    rng = np.random.default_rng(4)
    for villages in [5] * 300 + [20] * 200 + [100] * 10:
        group = [rng.integers(0, SCALE + 1, int(rng.integers(3, 30))).tolist() for _ in range(villages)]
        low, now, high = moved(group, 0, 3)
        assert low <= now <= high


def test_the_exception_is_the_first_value_that_differs_at_all() -> None:
    low, now, _ = moved([[5_000] * 49, [5_700] * 3, [5_000] * 3], 0)
    assert low > now, "until now nothing spoke against trusting each mean"
    _, now, high = moved([[5_700] * 3, [5_000] * 49, [5_000] * 3], 0)
    assert high >= now, "which never costs whoever brings a perfect value"


@given(groups)
def test_of_two_villages_with_as_many_values_the_larger_sum_never_gets_less(group: list[list[int]]) -> None:
    estimates = judged(group)
    for a, one in enumerate(group):
        for b, other in enumerate(group):
            if len(one) == len(other) and sum(one) >= sum(other):
                assert estimates[a].value >= estimates[b].value


def test_reaching_enough_by_a_perfect_value_is_no_step_down_and_by_a_bad_one_is() -> None:
    others = [[SCALE] * 30, [SCALE] * 29 + [0], [0] * 20 + [SCALE] * 10]
    before, after = judged([*others, [0, 0]], 3)[3], judged([*others, [0, 0, SCALE]], 3)[3]
    assert not before.enough and after.enough and after.value >= before.value
    assert judged([*others, [0, 0, 0]], 3)[3].value < before.value


def test_doing_nothing_is_less_than_average_and_no_more_than_doing_little_well() -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        group = [[int(rng.random() < 0.9) * SCALE for _ in range(12)] for _ in range(20)]
        found = judged([*group, [], [SCALE], [0], [SCALE] * 12], 3)
        own = [found[unit].value for unit in range(20)]
        mean = sum(own) / 20
        idle, little, badly, well = (found[unit].value for unit in range(20, 24))
        assert idle < mean and idle <= badly <= little <= mean + Fraction(1, 100) and little <= well
