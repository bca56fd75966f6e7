"""A scripted farmer of points: the most that tricks bring beside the same honest work."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from models.evaluation.scoring import score_group
from models.evaluation.tallies import Figure
from models.points.credit_rules import History, Result, credits
from models.schemes.sources import usual_points
from tests.models.evaluation.results import DAY, ME, MEASURES, MONDAY, a_result, evidence, kept

RHYTHMS = (1, 3, 5, 7, 10)
STOOD = 3
"""Days for which an objection in vain stops the clock."""


def honest(many: int = 20) -> list[Result]:
    """A task every three days, each matter every fifteen, nine in ten in time, one in ten returned once."""
    found = []
    for number in range(many):
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


def patient(step: int, matters: int) -> list[Result]:
    """The same two months with so many matters at once, a piece of each every so many days, all of them in time."""
    return [
        a_result(event_id=day * 10 + at + 1, task=day * 10 + at + 1, matter=f"M{at}", **in_time(day))
        for day in range(0, 61, step)
        for at in range(matters)
    ]


SEASON = 90
"""Days for which rhythms are drawn."""
MONTH = usual_points()["again_least"]
STEPS = (range(1, 8), range(1, 32), range(10, 17))
"""Days between pieces: near, any, and about where they grow into wholes."""


def drawn(seed: int) -> list[Result]:
    """Up to five matters, each at an uneven rhythm of its own or all at one, accepted in whatever order."""
    chance = random.Random(seed)
    matters, shared = chance.choice([1, 3, 5, 5]), chance.random() < 0.7
    rhythms = [uneven(random.Random(seed) if shared else chance) for _ in range(matters)]
    return shuffled([(day, f"M{at}") for at, days in enumerate(rhythms) for day in days], chance)


def uneven(chance: random.Random) -> list[int]:
    """Days of the season: a few steps that come again, steps that never do, or parts that fill a month."""
    many, among = chance.choice([2, 4, SEASON]), chance.choice(STEPS)
    steps = [chance.choice(among) for _ in range(many)]
    if chance.random() < 0.5:
        steps = [chance.randint(12, 15), chance.randint(12, 15)]
        steps.append(MONTH - sum(steps))
    days = itertools.accumulate(itertools.cycle(steps), initial=0)
    return list(itertools.takewhile(lambda day: day <= SEASON, days))


def shuffled(told: Sequence[tuple[int, str]], chance: random.Random) -> list[Result]:
    """Pieces reported in time on these days, accepted as they come, the newest first or by chance."""
    accepted = sorted(told)
    chance.choice([lambda: None, accepted.reverse, lambda: chance.shuffle(accepted)])()
    return [
        a_result(event_id=nth, task=nth, matter=matter, **in_time(day))
        for nth, (day, matter) in enumerate(accepted, 1)
    ]


def cut(step: int, *, newest: bool) -> list[Result]:
    """Each piece of the honest work in four, so many days apart, accepted as they come or the newest first."""
    pieces = [(one, nth, (one.done_on - MONDAY).days + nth * step) for one in honest() for nth in range(4)]
    return [
        a_result(
            event_id=100 * one.work - nth if newest else 1_000 * day + one.work,
            task=100 * one.work + nth,
            matter=one.matter,
            **in_time(day),
        )
        for one, nth, day in pieces
    ]


def hiding() -> list[Result]:
    """The honest work, with an easy piece in time before each task that will be late or returned."""
    bad = [one for one in honest() if is_late(one) or one.facts["rounds"] > 1]
    easy = [
        a_result(
            event_id=500 + n, task=500 + n, matter=one.matter, **in_time((one.done_on - MONDAY).days - 1)
        )
        for n, one in enumerate(bad)
    ]
    return sorted([*honest(), *easy], key=lambda one: one.done_on)


def in_time(day: int) -> dict[str, str]:
    on = (MONDAY + day * DAY).isoformat()
    return {"reported_on": on, "due_on": on}


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
    return [scored[unit].score if unit in scored else Fraction(0) for unit in range(len(villages))]


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


PATIENT = {
    **{f"{m} matters, {step} days": patient(step, m) for step in RHYTHMS for m in range(1, 6)},
    **{f"cut, {step} days": cut(step, newest=False) for step in RHYTHMS},
    **{f"cut, {step} days, newest first": cut(step, newest=True) for step in RHYTHMS},
    "hiding what is late": hiding(),
}


@pytest.mark.parametrize("how", PATIENT)
def test_patience_brings_no_more_than_a_fifth_in_points_or_on_the_index(how: str) -> None:
    for plain, tricked in zip(total(honest()), total(PATIENT[how]), strict=True):
        assert 0 < tricked <= plain * 6 // 5, (plain, tricked)
    assert compared(PATIENT[how]) <= compared(honest()) * 6 / 5
    assert shown(PATIENT[how]) <= shown(honest()) * 6 / 5, "and no surer of it either"


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_no_rhythm_and_no_order_brings_more_than_a_fifth(first: int) -> None:
    plain = honest(SEASON // 3 + 1)
    gained, index, sure = total(plain), compared(plain), shown(plain)
    for seed in range(first, first + 20):
        tricked = drawn(seed)
        for mine, theirs in zip(total(tricked), gained, strict=True):
            assert 0 < mine <= theirs * 6 // 5, (seed, mine, theirs)
        assert compared(tricked) <= index * 6 / 5, seed
        assert shown(tricked) <= sure * 6 // 5, seed


def compared(results: Sequence[Result]) -> Fraction:
    """The index among five others that are late more or less often; nothing without enough evidence."""
    return scores([results, *(half_hearted(late) for late in range(1, 10, 2))])[0]


def shown(results: Sequence[Result]) -> int:
    """How many results indicators look at."""
    history = History()
    in_order = sorted(results, key=lambda one: one.event_id)
    return sum(credits(one, usual_points(), history)[0].counts for one in in_order)


def test_without_the_rule_the_patient_farmer_would_gain_more_than_threefold() -> None:
    before, gained = usual_points() | {"split_days": 5, "again_days": 0}, Counter[int]()
    for matters in (3, 5):
        history = History()
        for one in patient(5, matters):
            gained[matters] += credits(one, before, history)[0].points
    assert gained[3] > 2 * total(honest())[0] and gained[5] > 3 * total(honest())[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_year_of_honest_work_is_hardly_touched(seed: int) -> None:
    """A hundred tasks under sixty matters, some of them monthly, as they happen to come."""
    chance, days = random.Random(seed), list(range(0, 360, 30))
    told = [(day + chance.randrange(5), f"P{n}") for n in range(3) for day in days]
    told += [(chance.randrange(365), f"M{chance.randrange(57)}") for _ in range(64)]
    year = [a_result(event_id=n, task=n, matter=m, **in_time(day)) for n, (day, m) in enumerate(sorted(told))]
    gained = total(year)[0]
    assert gained >= 0.93 * 10_000 * len(year)
    apart = [replace(one, facts={**one.facts, "matter": f"only {one.work}"}) for one in year]
    assert abs(compared(year) - compared(apart)) < Fraction(1, 2)


def test_without_the_rule_against_splitting_the_farmer_would_gain_more_than_twofold() -> None:
    history, gained = History(), 0
    for one in with_nth(sorted(farmed(), key=lambda one: one.event_id)):
        gained += credits(
            one, usual_points() | {"split": 100, "again_days": 0, "village_day": 1000}, history
        )[0].points
    assert gained > 2 * total(honest())[0]


def test_praise_counts_twice_a_month_however_many_friends_give_it() -> None:
    gained = total([*honest(), *praised(12)])[0] - total(honest())[0]
    assert gained == total([*honest(), *praised(2)])[0] - total(honest())[0] > 0
