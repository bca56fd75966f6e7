"""A scripted farmer of points: the most that tricks bring beside the same honest work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from models.evaluation.crediting import History, Result, credits
from models.evaluation.sources import usual_points
from tests.models.evaluation.results import DAY, ME, MONDAY, a_result


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
    """The same work cut in four and accepted newest first, objected to each time, praised by many friends."""
    found: list[Result] = []
    for one in honest():
        for piece in range(4):
            on = one.done_on + (piece - 1) * DAY
            facts = {**one.facts, "task": 100 * one.work + piece, "spared": "objected"}
            facts |= {"reported_on": on.isoformat()}
            found.append(replace(one, event_id=100 * one.event_id - piece, facts=facts))
    own = replace(found[0], event_id=9_999, judges=frozenset({ME}))
    return [*found, *praised(12), replace(own, facts={**own.facts, "matter": "OWN", "task": 9_999})]


def lazy(*, objecting: bool) -> list[Result]:
    """Everything late and returned twice, objected to in vain or not."""
    spared = "objected" if objecting else ""
    return [
        replace(
            one,
            facts={**one.facts, "due_on": (one.done_on - DAY).isoformat(), "rounds": 3, "spared": spared},
        )
        for one in honest()
    ]


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


def test_objecting_to_everything_in_vain_gains_nothing() -> None:
    assert total(lazy(objecting=True)) == total(lazy(objecting=False))


def test_without_the_rule_against_splitting_the_farmer_would_gain_more_than_twofold() -> None:
    history, gained = History(), 0
    for one in with_nth(sorted(farmed(), key=lambda one: one.event_id)):
        gained += credits(one, usual_points() | {"split": 100, "village_day": 1000}, history)[0].points
    assert gained > 2 * total(honest())[0]


def test_praise_counts_twice_a_month_however_many_friends_give_it() -> None:
    gained = total([*honest(), *praised(12)])[0] - total(honest())[0]
    assert gained == total([*honest(), *praised(2)])[0] - total(honest())[0] > 0
