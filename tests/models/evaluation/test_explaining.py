"""What a score is taken apart into, as people read it: the parts that are shown add up to the score that is shown."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from models.evaluation.explaining import shared
from models.evaluation.scoring import hundredths


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
