"""A scripted farmer of points: the most that tricks bring beside the same honest work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from models.evaluation.crediting import History, Result, credits
from models.evaluation.scoring import score_group
from models.evaluation.sources import usual_points
from models.evaluation.tallies import Figure
from tests.models.evaluation.results import DAY, ME, MEASURES, MONDAY, a_result, evidence, kept

STOOD = 3
"""Days for which an objection in vain stops the clock."""


def honest() -> list[Result]:
    """Two months of twenty tasks, nine in ten in time, one in ten returned once, praised twice a month."""
    found = []
    for number in range(20):
        on = MONDAY + 3 * number * DAY
        late, returned = number % 10 == 9, number % 10 == 4
        found.append(
            a_result(
                event_id=number + 1,
                task=number + 1,
                matter=f"M{number % 5}",
                reported_on=on.isoformat(),
                due_on=(on - DAY if late else on + DAY).isoformat(),
                rounds=2 if returned else 1,
            )
        )
    return found


def praised(many: int) -> list[Result]:
    """So much praise in each of two months, by however many friends."""
    return [
        a_result(event_id=9_000 + 100 * month + nth, kind="praise", on=MONDAY + (30 * month + nth) * DAY)
        for month in range(2)
        for nth in range(1, many + 1)
    ]


def with_nth(results: Sequence[Result]) -> list[Result]:
    """The praise counted within its month, as the command counts it."""
    months: Counter[date] = Counter()
    found = []
    for one in results:
        if one.kind == "praise":
            months[one.on.replace(day=1)] += 1
            one = replace(one, facts={"nth": months[one.on.replace(day=1)]})
        found.append(one)
    return found


def farmed() -> list[Result]:
    """The same work cut in four and accepted newest first, objected to each time (which puts its end off), praised by many friends."""
    found: list[Result] = []
    for one in honest():
        for piece in range(4):
            on = one.done_on + (piece - 1) * DAY
            facts = {**one.facts, "task": 100 * one.work + piece, "reported_on": on.isoformat()}
            facts["due_on"] = (date.fromisoformat(facts["due_on"]) + STOOD * DAY).isoformat()
            found.append(replace(one, event_id=100 * one.event_id - piece, facts=facts))
    own = replace(found[0], event_id=9_999, judges=frozenset({ME}))
    return [*found, *praised(12), replace(own, facts={**own.facts, "matter": "OWN", "task": 9_999})]


def half_hearted(late: int) -> list[Result]:
    """Ten tasks under different matters, so many of them reported eight days late, and right at once."""
    ends = [MONDAY + n * DAY for n in range(10)]
    told = [(end + 8 * DAY if n < late else end, end) for n, end in enumerate(ends)]
    return [
        a_result(task=n, matter=f"M{n}", reported_on=day.isoformat(), due_on=end.isoformat(), by=())
        for n, (day, end) in enumerate(told)
    ]


def is_late(one: Result) -> bool:
    return bool(one.facts["reported_on"] > one.facts["due_on"])


def silent(results: Sequence[Result]) -> list[Result]:
    """What would be late is never answered."""
    return [replace(one, kind="missed", facts={"task": one.work}) if is_late(one) else one for one in results]


def objecting(results: Sequence[Result]) -> list[Result]:
    """What would be late is objected to in vain, which puts its end off by the days that took."""
    put_off = {
        one.work: (date.fromisoformat(one.facts["due_on"]) + STOOD * DAY).isoformat() for one in results
    }
    return [
        replace(one, facts={**one.facts, "due_on": put_off[one.work]}) if is_late(one) else one
        for one in results
    ]


def scores(villages: Sequence[Sequence[Result]]) -> list[Fraction]:
    """The index of each of these villages, compared with the others."""
    samples: dict[str, dict[int, Figure]] = {}
    for unit, results in enumerate(villages):
        history = History()
        ledger = [kept(credits(one, usual_points(), history)[0]) for one in results]
        for source, figure in evidence(ledger).items():
            samples.setdefault(source, {})[unit] = figure
    scored = score_group(MEASURES, range(len(villages)), samples)
    return [scored[unit].score for unit in range(len(villages))]


def total(results: Sequence[Result]) -> tuple[int, int]:
    """What the village and its one person come to."""
    history, found = History(), [0, 0]
    for one in with_nth(sorted(results, key=lambda one: one.event_id)):
        for credit in credits(one, usual_points(), history):
            found[credit.person_id is not None] += credit.points
    return found[0], found[1]


def test_a_scripted_farmer_gains_no_more_than_a_fifth() -> None:
    for plain, tricked in zip(total([*honest(), *praised(2)]), total(farmed()), strict=True):
        assert 0 < tricked <= plain * 6 // 5, (plain, tricked)


@pytest.mark.parametrize("trick", [silent, objecting])
@pytest.mark.parametrize("late", [3, 5, 8, 10])
def test_on_the_index_neither_silence_nor_objecting_in_vain_pays(
    late: int, trick: Callable[[Sequence[Result]], list[Result]]
) -> None:
    honest_ones = [half_hearted(n) for n in range(1, 11)]
    tricked = [trick(one) if n == late - 1 else one for n, one in enumerate(honest_ones)]
    assert scores(tricked)[late - 1] <= scores(honest_ones)[late - 1]


def test_without_the_rule_against_splitting_the_farmer_would_gain_more_than_twofold() -> None:
    history, gained = History(), 0
    for one in with_nth(sorted(farmed(), key=lambda one: one.event_id)):
        gained += credits(one, usual_points() | {"split": 100, "village_day": 1000}, history)[0].points
    assert gained > 2 * total(honest())[0]


def test_praise_counts_twice_a_month_however_many_friends_give_it() -> None:
    gained = total([*honest(), *praised(12)])[0] - total(honest())[0]
    assert gained == total([*honest(), *praised(2)])[0] - total(honest())[0] > 0
