"""What the comparison of villages promises: the same everywhere, fair to small ones, honest about doubt."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.pooling import IMAGINED
from models.evaluation.spread import GRID, NODES
from models.evaluation.statistics import STEP, SURE, Estimate, Scored, bands, interval, rounded, shrunk
from models.schemes.sources import SCALE
from tests.models.evaluation.simulating import Kind, draw, explained, ranks, sample

values = st.one_of(st.sampled_from([0, SCALE]), st.integers(0, SCALE), st.integers(SCALE - 2, SCALE))
villages = st.lists(st.lists(values, min_size=1, max_size=12), min_size=1, max_size=9)


def judged(group: list[list[int]], least: int = 1) -> dict[int, Estimate]:
    return shrunk({unit: sample(of) for unit, of in enumerate(group)}, least)


@given(villages, st.randoms())
def test_the_order_in_which_villages_are_met_changes_nothing(group: list[list[int]], chance: object) -> None:
    units = list(enumerate(group))
    chance.shuffle(units)  # type: ignore[attr-defined]
    assert repr(shrunk({unit: sample(of) for unit, of in units}, 2)) == repr(judged(group, 2))


@given(villages, st.integers(0, 4))
def test_estimates_and_weights_lie_between_0_and_1(group: list[list[int]], least: int) -> None:
    for unit, one in judged(group, least).items():
        assert 0 <= one.value <= 1 and 0 <= one.weight <= 1 and one.variance >= 0
        assert one.enough == (len(group[unit]) >= least)
        assert STEP % one.value.denominator == STEP % one.variance.denominator == 0


@given(villages)
def test_equal_samples_get_equal_estimates(group: list[list[int]]) -> None:
    twice = judged([*group, group[0]])
    assert twice[0] == twice[len(group)]


def test_the_same_samples_give_these_very_numbers_on_every_platform() -> None:
    group = judged([[SCALE] * 9 + [0], [SCALE, 0, SCALE], [5_000, 6_000, 7_001, 0], [9_999] * 7], 3)
    assert [(str(one.value), str(one.variance), str(one.weight)) for one in group.values()] == GOLDEN


GOLDEN = [
    ("873842210073/1000000000000", "8654807571/1000000000000", "820655356243/1000000000000"),
    ("703535697797/1000000000000", "23698564613/1000000000000", "578549333369/1000000000000"),
    ("278737959967/500000000000", "21948695153/1000000000000", "10104466913/15625000000"),
    ("470715374473/500000000000", "12842896141/1000000000000", "381040172151/500000000000"),
]


def test_too_little_evidence_stays_between_none_at_all_and_the_mean() -> None:
    group = judged([[SCALE] * 20, [0] * 10 + [SCALE] * 10, [0], [], [SCALE]], 5)
    assert group[2].value == group[3].value < Fraction(3, 4) == group[4].value
    assert not group[2].enough and group[2].weight == 0 and group[2].variance > group[0].variance
    assert judged([[SCALE], []], 2) == {} == shrunk({}, 0)


def test_villages_that_all_show_the_same_are_given_the_same() -> None:
    group = judged([[SCALE] * n for n in (1, 3, 40)])
    assert {one.value for one in group.values()} == {Fraction(1)}
    assert set(bands([Scored(u, one.value, one.variance) for u, one in group.items()]).values()) == {1}


def test_villages_no_further_apart_than_chance_are_all_given_the_mean() -> None:
    group = judged([[SCALE, 0, SCALE, SCALE], [SCALE, SCALE, SCALE, SCALE], [SCALE, 0, SCALE, SCALE]])
    assert {one.value for one in group.values()} == {Fraction(833_333_333_333, STEP)}


def test_one_village_alone_is_what_it_shows() -> None:
    alone = judged([[SCALE, SCALE, 0, 0, SCALE]])[0]
    assert alone.value == Fraction(3, 5) and 0 < alone.variance < Fraction(1, 10)


def test_the_less_a_village_did_the_nearer_it_stays_to_the_mean() -> None:
    rest = [[SCALE] * 20, [SCALE] * 18 + [0] * 2, [SCALE] * 8 + [0] * 12, [SCALE] * 14 + [0] * 6]
    group = judged([*rest, [0], [0] * 3, [0] * 30])
    assert group[4].value > group[5].value > group[6].value
    assert group[4].weight < group[5].weight < group[6].weight
    assert group[4].variance > group[5].variance > group[6].variance


METHOD = Path(__file__).parents[3] / "templates" / "schemes" / "_method.html"


def test_the_method_as_told_names_the_numbers_as_computed() -> None:
    told = METHOD.read_text("utf-8")
    for said in (f"{SURE * 1_000_000}", f"{IMAGINED} 个均匀分布", f"取 {NODES} 个点"):
        assert said.replace("1644854", "1.644854") in told, said
    assert STEP == 10**12 and "12 位" in told and GRID == 10**18 and "18 位" in told
    short = re.search(r"<p>(.*?)</p>", told, re.DOTALL)
    assert short is not None and len(short.group(1)) <= 180


# Coverage


def covered(villages: int, *, apart: float, kind: Kind, mean: float, seed: int, least: int = 3) -> float:
    """The share of villages whose truth lies in their interval, over about 6,000 of them."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(6_000 // villages):
        drawn = draw(rng, villages, apart=apart, kind=kind, mean=mean)
        for unit, one in shrunk(drawn.samples, least).items():
            low, high = interval(one.value, one.variance)
            hits.append(low <= drawn.truth[unit] <= high)
    return float(np.mean(hits))


@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize(
    ("kind", "mean", "apart"), [("yes or no", 0.85, 0.1), ("shares", 0.6, 0.1), ("yes or no", 0.6, 0.15)]
)
def test_intervals_of_90_percent_cover_90_percent(
    villages: int, kind: Kind, mean: float, apart: float
) -> None:
    assert 0.88 <= covered(villages, apart=apart, kind=kind, mean=mean, seed=villages) <= 0.92


@pytest.mark.parametrize("villages", [15, 60])
@pytest.mark.parametrize("apart", [0, 0.03])
def test_where_differences_can_hardly_be_seen_intervals_rather_cover_more(
    villages: int, apart: float
) -> None:
    assert covered(villages, apart=apart, kind="yes or no", mean=0.85, seed=villages) >= 0.89


def test_villages_with_too_few_values_are_covered_too() -> None:
    rng, hits = np.random.default_rng(8), []
    for _ in range(100):
        drawn = draw(rng, 60, apart=0.1, kind="shares", mean=0.6)
        group = shrunk(drawn.samples, 20)
        few = [(unit, one) for unit, one in group.items() if not one.enough]
        hits += [
            abs(float(one.value) - drawn.truth[u]) < 1.645 * float(one.variance) ** 0.5 for u, one in few
        ]
    assert 0.88 <= np.mean(hits) <= 0.92


# Size


def by_size(villages: int, *, kind: Kind, mean: float) -> tuple[float, float]:
    """How much size explains of the ranks of equally good villages: by bands, and by plain means."""
    rng = np.random.default_rng(villages)
    sizes, fair, plain = [], [], []
    for _ in range(3_000 // villages):
        drawn = draw(rng, villages, apart=0, kind=kind, mean=mean)
        placed = bands([Scored(u, e.value, e.variance) for u, e in shrunk(drawn.samples, 3).items()])
        sizes.append(drawn.n)
        fair.append(ranks([float(placed[unit]) for unit in range(villages)]) / villages)
        plain.append(ranks([-one.total / one.n for one in drawn.samples.values()]) / villages)
    n = np.concatenate(sizes)
    return explained(n, np.concatenate(fair)), explained(n, np.concatenate(plain))


@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize(("kind", "mean"), [("yes or no", 0.9), ("shares", 0.6)])
def test_among_equally_good_villages_size_explains_next_to_nothing(
    villages: int, kind: Kind, mean: float
) -> None:
    fair, plain = by_size(villages, kind=kind, mean=mean)
    assert fair < 0.02
    assert plain > 0.1, "without shrinking and bands it does: this test can fail"


# Bands, intervals, rounding


def score(unit: int, value: str, deviation: str = "0.01") -> Scored:
    return Scored(unit, Fraction(value), Fraction(deviation) ** 2)


def test_villages_that_cannot_be_told_apart_from_the_leader_share_its_band() -> None:
    five = [score(1, "0.9"), score(2, "0.88"), score(3, "0.87"), score(4, "0.85"), score(5, "0.5")]
    assert bands(five) == {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}
    assert bands([]) == {}


def test_certain_scores_are_told_apart_however_near_and_equal_ones_never() -> None:
    sure = [score(7, "0.5", "0"), score(2, "0.5", "0"), score(3, "0.49999", "0")]
    assert bands(sure) == {2: 1, 7: 1, 3: 2}
    assert bands([score(1, "0.9"), score(2, "0.5", "0"), score(3, "0.5", "0.3")]) == {1: 1, 2: 1, 3: 1}


scored = st.builds(
    Scored,
    st.integers(1, 10**6),
    st.fractions(0, 1, max_denominator=50),
    st.fractions(0, Fraction(1, 20), max_denominator=999),
)


@given(st.lists(scored, max_size=12, unique_by=lambda one: one.unit), st.randoms())
def test_a_better_score_never_stands_in_a_worse_band(group: list[Scored], chance: object) -> None:
    placed = bands(group)
    for one in group:
        for other in group:
            assert one.score < other.score or placed[one.unit] <= placed[other.unit]
    chance.shuffle(group)  # type: ignore[attr-defined]
    assert bands(group) == placed
    assert set(placed.values()) == set(range(1, len(set(placed.values())) + 1))


def test_an_interval_reaches_1_645_deviations_to_either_side() -> None:
    low, high = interval(Fraction(1, 2), Fraction(1, 100))
    assert high - Fraction(1, 2) == Fraction(1, 2) - low and 0.16448 < high - Fraction(1, 2) < 0.16449
    assert interval(Fraction(1, 3), Fraction(0)) == (Fraction(1, 3), Fraction(1, 3))
    assert interval(Fraction(80), Fraction(4))[1] > 83


def test_halves_are_rounded_up() -> None:
    assert rounded(Fraction(1, 8), 2) == Decimal("0.13") and str(rounded(Fraction(2), 2)) == "2.00"
    assert rounded(Fraction(-1, 8), 2) == Decimal("-0.12") and rounded(Fraction(5, 2), 0) == 3


# Speed


def test_a_county_of_500_villages_is_compared_in_an_instant() -> None:
    drawn = draw(np.random.default_rng(1), 500, apart=0.1, kind="yes or no", mean=0.8, most=200)
    times = []
    for _ in range(5):
        start = time.process_time()
        shrunk(drawn.samples, 3)
        times.append(time.process_time() - start)
    assert min(times) < 0.1, "alone it is a tenth of that"
