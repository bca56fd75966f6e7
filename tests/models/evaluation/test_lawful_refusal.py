"""Random histories: objections, suspensions and loads over the ceiling never cost anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.evaluation.scoring import score_group
from models.points.credit_rules import History, credits
from models.schemes.sources import SCALE, TOGETHER, usual_points
from tests.models.evaluation.results import DAY, MEASURES, MONDAY, a_result, evidence, kept

MATTERS = ("A", "B", "C", "D")
WORKS = st.tuples(
    st.sampled_from(MATTERS),
    st.integers(0, 40),
    st.integers(-3, 6),
    st.integers(1, 4),
    st.sampled_from(["1", "2", "0.5"]),
)
"""Matter, day of the report, days after its due day, rounds, difficulty."""
Work = tuple[str, int, int, int, str]


def entries(
    unit: int, works: Sequence[Work], spared: frozenset[int] = frozenset(), stood: Mapping[int, int] = {}
) -> list[Any]:
    """The village's ledger of these works, some of them spared, some put off by the days an objection took."""
    history, found = History(), []
    for number, (matter, day, late, rounds, weight) in enumerate(works):
        on = MONDAY + day * DAY
        result = a_result(
            unit_id=unit,
            task=number + 1,
            matter=matter,
            reported_on=on.isoformat(),
            due_on=(on + (stood.get(number, 0) - late) * DAY).isoformat(),
            rounds=rounds,
            weight=weight,
            spared="suspended" if number in spared else "",
            by=(),
        )
        one = credits(result, usual_points(), history)[0]
        found.append(kept(one))
    return found


def dimensions(own: Sequence[Any], others: Sequence[Sequence[Any]]) -> dict[int, int]:
    """The value of each dimension of village 1 among others."""
    samples: dict[str, dict[int, Any]] = {}
    for unit, ledger in enumerate([own, *others], 1):
        for source, figure in evidence(ledger).items():
            samples.setdefault(source, {})[unit] = figure
    scored = score_group(MEASURES, range(1, len(others) + 2), samples)
    if 1 not in scored:
        return {}
    return {part["dimension"]: part["value"] for part in json.loads(scored[1].parts) if part["counts"]}


HISTORIES = st.lists(WORKS, min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.dictionaries(st.integers(0, 11), st.integers(0, 5), max_size=6))
def test_to_object_in_vain_costs_neither_points_nor_evidence_against_doing_the_same_without(
    works: list[Work], stood: dict[int, int]
) -> None:
    plain, objected = entries(1, works), entries(1, works, stood=stood)
    assert sum(one.points for one in objected) >= sum(one.points for one in plain)
    before, after = evidence(plain), evidence(objected)
    assert set(before) == set(after)
    for source, (n, total, *_) in before.items():
        assert after[source][0] == n and after[source][1] >= total


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.sets(st.integers(0, 11), max_size=6))
def test_to_be_suspended_costs_neither_points_nor_evidence_against_doing_the_same_without(
    works: list[Work], suspended: set[int]
) -> None:
    plain, spared = entries(1, works), entries(1, works, frozenset(suspended))
    assert sum(one.points for one in spared) >= sum(one.points for one in plain)
    before, after = evidence(plain), evidence(spared)
    assert set(before) == set(after)
    for source, (n, total, _, _, _) in before.items():
        own, better, _, perfect, left_out = after[source]
        assert own + perfect + left_out == n, "whether it has enough is not touched"
        if own + perfect and source not in TOGETHER:
            assert Fraction(better + perfect * SCALE, own + perfect) >= Fraction(total, n)


@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.lists(HISTORIES, min_size=1, max_size=4), HISTORIES)
def test_work_that_was_imposed_costs_nothing_against_never_having_been_asked(
    works: list[Work], others: list[list[Work]], imposed: list[Work]
) -> None:
    """Each under a matter of its own, so that it takes no other's place, and done right at the first go."""
    rest = [entries(2, one) for one in others]
    own = [(f"Z{number}", day, late, 1, weight) for number, (_, day, late, _, weight) in enumerate(imposed)]
    spared = frozenset(range(len(works), len(works) + len(own)))
    without, with_them = entries(1, works), entries(1, [*works, *own], spared)
    assert sum(one.points for one in with_them) >= sum(one.points for one in without)
    before, after = dimensions(without, rest), dimensions(with_them, rest)
    assert all(after[one] >= value for one, value in before.items()), (before, after)


def test_the_property_can_fail_a_late_task_that_nothing_excuses_costs() -> None:
    good: list[Work] = [(matter, 8 * n, -1, 1, "1") for n, matter in enumerate(MATTERS)]
    rest = [entries(2, good), entries(3, [("A", 1, 5, 3, "1")] * 3)]
    late: list[Work] = [*good, ("E", 1, 5, 3, "1")]
    before, after = dimensions(entries(1, good), rest), dimensions(entries(1, late), rest)
    assert any(after[one] < value for one, value in before.items())


@settings(max_examples=200, deadline=None)
@given(HISTORIES, st.lists(st.lists(WORKS, max_size=12), max_size=4), st.integers(0, 40))
def test_one_more_clean_result_never_lowers_the_score(
    works: list[Work], others: list[list[Work]], day: int
) -> None:
    """Whatever the others have, and however few results there are so far."""
    rest = [entries(2, one) for one in others]
    clean: Work = ("Z", day, -1, 1, "1")
    before, after = score(entries(1, works), rest), score(entries(1, [*works, clean]), rest)
    assert after >= before


def score(own: Sequence[Any], others: Sequence[Sequence[Any]]) -> Fraction:
    """Of village 1 among others; nothing where there is none yet."""
    samples: dict[str, dict[int, Any]] = {}
    for unit, ledger in enumerate([own, *others], 1):
        for source, figure in evidence(ledger).items():
            samples.setdefault(source, {})[unit] = figure
    found = score_group(MEASURES, range(1, len(others) + 2), samples).get(1)
    return found.score if found else Fraction(0)
