"""What results are worth: a function of facts, values and what was credited before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evaluation.crediting import Credit, History, Result, credits
from models.evaluation.entries import SPARED, shown_points
from models.evaluation.scoring import Measure, score_group
from models.evaluation.sources import POINTS, usual_points
from models.evaluation.statistics import SCALE
from models.evaluation.tallies import NONE, Figure, plus, tallied

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
ME, COLLEAGUE, TOWNSHIP = 7, 8, 90


def a_result(**changes: Any) -> Result:
    """A task of difficulty one, reported in time at the first go by one person."""
    facts = {
        "task": 1,
        "matter": "XZ-NY-01",
        "weight": "1",
        "due_on": (MONDAY + 5 * DAY).isoformat(),
        "reported_on": MONDAY.isoformat(),
        "rounds": 1,
        "spared": "",
    }
    given = {name: changes.pop(name) for name in list(changes) if name in facts or name == "emergency"}
    usual: dict[str, Any] = {
        "event_id": 1,
        "kind": "task",
        "unit_id": 3,
        "subject": ("Assignment", 1),
        "on": MONDAY + 2 * DAY,
        "by": ((70, ME),),
        "judges": frozenset({TOWNSHIP}),
    }
    return Result(facts=facts | given, **(usual | changes))


def village(result: Result, history: History | None = None, **worth: int) -> Credit:
    return credits(result, usual_points() | worth, history or History())[0]


def test_a_task_in_time_and_right_at_once_brings_its_difficulty() -> None:
    one = village(a_result(weight="1.50"))
    assert (one.points, one.possible, one.share, one.why) == (15_000, 15_000, 10_000, ())
    assert (one.timely, one.first_time, one.counts) == (True, True, True)


def test_a_late_task_brings_less_and_says_why() -> None:
    one = village(a_result(reported_on=(MONDAY + 6 * DAY).isoformat()))
    assert (one.points, one.share, one.why, one.timely) == (6_000, 6_000, ("late",), False)


@pytest.mark.parametrize(("rounds", "share"), [(2, 9_000), (3, 8_000), (9, 3_000)])
def test_each_return_costs_a_tenth_down_to_a_floor(rounds: int, share: int) -> None:
    one = village(a_result(rounds=rounds))
    assert (one.share, one.why, one.first_time) == (share, ("returned",), False)


@pytest.mark.parametrize(
    ("spared", "points"), [("objected", 6_000), ("suspended", 6_000), ("overload", 10_000)]
)
def test_lateness_of_what_was_spared_is_no_evidence_and_of_what_was_imposed_costs_no_points(
    spared: str, points: int
) -> None:
    """Objections and suspensions stop the clock while they stand; what is late after that is paid as late."""
    one = village(a_result(reported_on=(MONDAY + 20 * DAY).isoformat(), spared=spared))
    assert (one.points, one.share) == (points, 10_000) and spared in one.why


def test_poor_work_counts_even_where_lateness_is_spared() -> None:
    one = village(a_result(rounds=4, spared="objected"))
    assert (one.points, one.share, one.why) == (7_000, 7_000, ("returned", "objected"))


def test_a_second_task_under_the_same_matter_within_days_is_one_task_split_in_two() -> None:
    history = History()
    first = village(a_result(), history)
    second = village(a_result(task=2, reported_on=(MONDAY + DAY).isoformat()), history)
    later = village(a_result(task=3, reported_on=(MONDAY + 6 * DAY).isoformat()), history)
    assert (first.points, second.points, later.points > 0) == (10_000, 0, True)
    assert (second.why, second.counts) == (("split",), False)


def test_pieces_accepted_newest_first_are_pieces_all_the_same() -> None:
    history = History()
    days = [(MONDAY + n * DAY).isoformat() for n in (3, 2, 1, 0)]
    points = [village(a_result(task=n, reported_on=day), history).points for n, day in enumerate(days)]
    assert points == [10_000, 0, 0, 0]


def test_honest_work_under_one_matter_every_few_days_is_not_starved() -> None:
    history = History()
    days = [MONDAY + 4 * n * DAY for n in range(20)]
    told = [
        {"task": n, "reported_on": day.isoformat(), "due_on": day.isoformat()} for n, day in enumerate(days)
    ]
    points = [village(a_result(**one), history).points for one in told]
    assert sum(points) == 100_000, "every other one is too near to one that was paid"


def test_a_task_with_copies_in_two_grids_is_not_split_and_an_emergency_never_is() -> None:
    history = History()
    village(a_result(), history)
    assert village(a_result(subject=("Assignment", 2)), history).points == 10_000
    assert village(a_result(task=2, emergency=True), history).points == 10_000


def test_whoever_gave_the_work_out_or_accepted_it_earns_nothing_by_doing_it() -> None:
    for one in credits(a_result(judges=frozenset({ME})), usual_points(), History()):
        assert (one.points, one.why, one.counts) == (0, ("self_dealing",), False)


def test_persons_share_what_they_did_together_in_equal_parts() -> None:
    whole, *parts = credits(a_result(by=((70, ME), (80, COLLEAGUE))), usual_points(), History())
    assert [one.points for one in parts] == [5_000, 5_000] and whole.points == 10_000
    assert {one.person_id for one in parts} == {ME, COLLEAGUE}


def test_a_day_brings_no_more_than_its_cap_and_the_next_day_goes_on() -> None:
    history, worth = History(), {"village_day": 15, "person_day": 12}
    one = village(a_result(), history, **worth)
    two = credits(a_result(task=2, matter="B"), usual_points() | worth, history)
    assert (one.points, two[0].points, two[0].why) == (10_000, 5_000, ("capped",))
    assert (two[1].points, two[1].why) == (2_000, ("capped",))
    tomorrow = village(a_result(task=3, matter="C", reported_on=(MONDAY + DAY).isoformat()), history, **worth)
    assert tomorrow.points == 10_000


def test_steps_of_projects_and_praise_have_values_of_their_own() -> None:
    facts = {"step": "start", "due_on": "2026-11-05", "reported_on": "2026-11-04"}
    step = a_result(kind="step", by=())
    assert village(replace(step, facts=facts)).points == 20_000
    assert village(replace(step, facts=facts | {"step": "acceptance"})).points == 60_000
    assert village(replace(step, facts=facts | {"reported_on": "2026-11-06"})).why == ("late",)
    assert village(replace(step, kind="failed", facts={})).share == 0
    praised = replace(step, kind="praise", facts={"nth": 1})
    assert village(praised).points == 10_000 and not village(praised).counts
    again = village(replace(praised, facts={"nth": 3}))
    assert (again.points, again.why) == (0, ("often",))


def test_nothing_is_given_for_presence_meetings_photographs_or_clicks() -> None:
    from models.evaluation.results import BRINGS

    accepted = {"accept", "accept_milestone", "undo_award", "give_up_award", "praise", "praise_delivery"}
    assert {name.partition(".")[2] for name in BRINGS} == accepted
    assert not any(
        word in name for name in POINTS for word in ("meeting", "photo", "login", "visit", "click")
    )


def test_points_are_shown_without_noise() -> None:
    shown = [shown_points(n) for n in (0, 10_000, 2_500, -3_500, 333)]
    assert shown == ["0", "10", "2.5", "-3.5", "0.333"]


# Random histories: objections, suspensions and loads over the ceiling never cost anything.

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


def entries(unit: int, works: Sequence[Work], spared: frozenset[int]) -> list[Any]:
    """The village's ledger of these works, some of them spared."""
    history, found = History(), []
    for number, (matter, day, late, rounds, weight) in enumerate(works):
        on = MONDAY + day * DAY
        result = a_result(
            unit_id=unit,
            task=number + 1,
            matter=matter,
            reported_on=on.isoformat(),
            due_on=(on - late * DAY).isoformat(),
            rounds=rounds,
            weight=weight,
            spared="objected" if number in spared else "",
            by=(),
        )
        one = credits(result, usual_points(), history)[0]
        found.append(_kept(one))
    return found


def _kept(credit: Credit) -> Any:
    """The entry as it would be written, without a database."""
    return SimpleNamespace(
        kind="task",
        person_id=None,
        reverses_id=None,
        points=credit.points,
        share=credit.share,
        counts=credit.counts,
        timely=credit.timely,
        first_time=credit.first_time,
        is_spared=not SPARED.isdisjoint(credit.why),
    )


MEASURES = [
    Measure(number, number, source, 3, 25, 100)
    for number, source in enumerate(("quality", "timeliness", "first_pass", "standing"), 1)
]


def evidence(ledger: Sequence[Any]) -> dict[str, Figure]:
    """What a village's results show under each source."""
    found: dict[str, Figure] = {}
    for entry in ledger:
        for source, figure in tallied(entry).items():
            found[source] = plus(found.get(source, NONE), figure)
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
@given(HISTORIES, st.sets(st.integers(0, 11), max_size=6))
def test_to_object_costs_neither_points_nor_evidence_against_doing_the_same_without(
    works: list[Work], objected: set[int]
) -> None:
    plain, spared = entries(1, works, frozenset()), entries(1, works, frozenset(objected))
    assert sum(one.points for one in spared) >= sum(one.points for one in plain)
    before, after = evidence(plain), evidence(spared)
    assert set(before) == set(after)
    for source, (n, total, _, _, _) in before.items():
        own, better, _, perfect, left_out = after[source]
        assert own + perfect + left_out == n, "whether it has enough is not touched"
        if own + perfect:
            assert Fraction(better + perfect * SCALE, own + perfect) >= Fraction(total, n)


@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.lists(HISTORIES, min_size=1, max_size=4), HISTORIES)
def test_work_that_was_objected_to_costs_nothing_against_never_having_been_asked(
    works: list[Work], others: list[list[Work]], imposed: list[Work]
) -> None:
    """Each under a matter of its own, so that it takes no other's place, and done right at the first go."""
    rest = [entries(2, one, frozenset()) for one in others]
    own = [(f"Z{number}", day, late, 1, weight) for number, (_, day, late, _, weight) in enumerate(imposed)]
    spared = frozenset(range(len(works), len(works) + len(own)))
    without, with_them = entries(1, works, frozenset()), entries(1, [*works, *own], spared)
    assert sum(one.points for one in with_them) >= sum(one.points for one in without)
    before, after = dimensions(without, rest), dimensions(with_them, rest)
    assert all(after[one] >= value for one, value in before.items()), (before, after)


def test_the_property_can_fail_a_late_task_that_nobody_objected_to_costs() -> None:
    good: list[Work] = [(matter, 8 * n, -1, 1, "1") for n, matter in enumerate(MATTERS)]
    rest = [entries(2, good, frozenset()), entries(3, [("A", 1, 5, 3, "1")] * 3, frozenset())]
    late: list[Work] = [*good, ("E", 1, 5, 3, "1")]
    before, after = (
        dimensions(entries(1, good, frozenset()), rest),
        dimensions(entries(1, late, frozenset()), rest),
    )
    assert any(after[one] < value for one, value in before.items())


# A scripted farmer: the most that tricks bring beside the same honest work.


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
