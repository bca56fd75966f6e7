"""Requests asked again, on a simulated year: every figure is of matters whose pairs chose nothing, fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import pytest

from models.likeness import ALIKE, Asked, Comparison, Shared
from tests.likeness.samples import area
from tests.likeness.year import PAIRS, Pair, Year

FOLDS = 5


class Figures(NamedTuple):
    """Of one fold: what was found of what there was, and how much of what was found is right."""

    recall: float
    precision: float


@cache
def year() -> tuple[tuple[float, Pair], ...]:
    pairs = Year().pairs()
    return tuple((Shared.by(pair.one, pair.other).likeness, pair) for pair in pairs)


def folds() -> list[tuple[list[tuple[float, Pair]], list[tuple[float, Pair]]]]:
    """Five times: the pairs of a fifth of the matters, unseen, and the pairs of all other matters."""
    codes = sorted({pair.matter for _, pair in year()})
    part = {code: at % FOLDS for at, code in enumerate(codes)}
    return [
        (
            [one for one in year() if part[one[1].matter] == fold],
            [one for one in year() if part[one[1].matter] != fold],
        )
        for fold in range(FOLDS)
    ]


def figures(scored: Sequence[tuple[float, Pair]], from_here: float) -> Figures:
    found = [pair for likeness, pair in scored if likeness >= from_here]
    right = sum(pair.same for pair in found)
    return Figures(right / sum(pair.same for _, pair in scored), right / max(1, len(found)))


def chosen(scored: Sequence[tuple[float, Pair]]) -> float:
    """The bound these pairs would choose: the one that finds most while four of five are right."""
    bounds = [at / 100 for at in range(5, 95)]
    return max(
        (b for b in bounds if figures(scored, b).precision >= 0.8), key=lambda b: figures(scored, b).recall
    )


def test_what_is_asked_again_is_found_in_matters_that_nobody_looked_at() -> None:
    assert len(year()) == PAIRS == 2000
    for unseen, seen in folds():
        assert not {pair.matter for _, pair in unseen} & {pair.matter for _, pair in seen}
        for bound in (ALIKE, chosen(seen)):
            told = figures(unseen, bound)
            assert told.recall >= 0.9 and told.precision >= 0.7, (bound, told)


def unnamed(scored: Sequence[tuple[float, Pair]]) -> float:
    """The area under the curve where neither request names a matter."""
    told = [
        (Shared.by(replace(pair.one, matter=""), replace(pair.other, matter="")).likeness, pair.same)
        for _, pair in scored
    ]
    return area([one for one, same in told if same], [one for one, same in told if not same])


def test_where_no_matter_is_named_nine_of_ten_pairs_are_still_told_from_others() -> None:
    assert min(unnamed(unseen) for unseen, _ in folds()) >= 0.88


def test_words_alone_would_not_do() -> None:
    """What the finder was before: here the mechanism is taken out, and the figures fall."""
    words = [(Comparison.likeness(pair.one.said, pair.other.said), pair) for _, pair in year()]
    told = figures(
        words, chosen(words) if any(figures(words, b / 100).precision >= 0.8 for b in range(5, 95)) else 0.3
    )
    assert told.recall < 0.9 or told.precision < 0.7


@pytest.mark.parametrize("kind", ["elsewhere", "season", "neighbour", "stranger"])
def test_what_looks_like_it_at_first_sight_is_mostly_told_apart(kind: str) -> None:
    mistaken = [likeness >= ALIKE for likeness, pair in year() if pair.kind == kind]
    assert sum(mistaken) / len(mistaken) <= 0.3


DAY = date(2026, 5, 4)
SAID = Comparison.of("请各村巡查露天焚烧秸秆")
PLAIN = Asked("XZ-NY-01", frozenset({1, 2}), DAY, frozenset(), {}, SAID)


def test_the_same_for_other_villages_or_in_another_season_is_no_duplicate_and_more_in_common_is_never_less() -> (
    None
):
    def with_(other: Asked) -> float:
        return Shared.by(PLAIN, other).likeness

    assert with_(PLAIN) >= ALIKE
    assert with_(_but(villages=frozenset({3}))) < ALIKE
    assert with_(_but(deadline=DAY + timedelta(days=90))) < ALIKE
    assert with_(_but(matter="", said=Comparison.of("评选最美家庭"))) < ALIKE
    assert with_(_but(villages=frozenset({2}))) <= with_(PLAIN)


def _but(**changes: object) -> Asked:
    return Asked(**{**vars(PLAIN), **changes})  # type: ignore[arg-type]
