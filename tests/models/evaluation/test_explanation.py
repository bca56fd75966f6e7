"""What a score is taken apart into, as people read it: the parts that are shown add up to the score that is shown."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

from models.evaluation import Part
from models.evaluation.explanation import _in_hundredths, shared
from models.evaluation.scoring import hundredths
from models.schemes import SOURCES


def test_parts_rounded_each_for_itself_would_not_add_up_and_these_do() -> None:
    parts = [Fraction(22_704, 1000), Fraction(17_064, 1000), Fraction(17_654, 1000), Fraction(33_704, 1000)]
    assert sum(hundredths(one) for one in parts) != hundredths(sum(parts, Fraction(0)))
    assert shared(parts, 9113) == [2271, 1707, 1765, 3370]


def test_what_is_shown_adds_up_and_lies_less_than_a_hundredth_from_what_is_exact() -> None:
    random = Random(7)
    for _ in range(500):
        parts = [Fraction(random.randrange(10**6), random.randrange(1, 10**5)) for _ in range(7)]
        whole = hundredths(sum(parts, Fraction(0)))
        found = shared(parts, whole)
        assert sum(found) == whole
        assert all(
            abs(Fraction(one, 100) - exact) < Fraction(1, 100)
            for one, exact in zip(found, parts, strict=True)
        )


def test_a_part_that_counts_for_nothing_stays_nothing() -> None:
    assert shared([Fraction(0), Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], 100) == [0, 34, 33, 33]
    assert shared([Fraction(0), Fraction(0)], 0) == [0, 0]


def test_no_part_reads_more_than_its_full_and_one_that_wants_nothing_reads_full() -> None:
    random = Random(3)
    for _ in range(500):
        cuts = sorted([0, *(random.randrange(10**6) for _ in range(5)), 10**6])
        weights = [Fraction(b - a, 10**4) for a, b in pairwise(cuts)]
        reached = [
            one * Fraction(random.choice([1, 1, 900 + random.randrange(100), 1000]), 1000) for one in weights
        ]
        amounts = [min(one, weight) for one, weight in zip(reached, weights, strict=True)]
        amounts[0] = weights[0]
        parts = [
            Part("quality", SOURCES["quality"], 0, 1, True, True, 0, 0, weight, amount)
            for weight, amount in zip(weights, amounts, strict=True)
        ]
        shown = hundredths(sum(amounts, Fraction(0)))
        found = _in_hundredths(parts, shown)
        assert sum(one.shown for one in found) == shown and all(0 <= one.shown <= one.full for one in found)
        assert found[0].shown == found[0].full
