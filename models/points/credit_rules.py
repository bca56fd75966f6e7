"""From one event to the points it brings: a function of the event, the scheme's values and what was credited before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from models.points.entries import MILLI
from models.schemes.sources import SCALE

FULL, HALF = Fraction(1), Fraction(1, 2)
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Result:
    """What an event tells of an accepted result."""

    event_id: int
    kind: str
    unit_id: int
    subject: tuple[str, int]
    on: date
    """The day of the event."""
    facts: Mapping[str, Any]
    by: tuple[tuple[int, int], ...] = ()
    """Posts and persons that did it."""
    hands: frozenset[int] = frozenset()
    """Persons who wrote its reports, for whomever they wrote them."""
    judges: frozenset[int] = frozenset()
    """Persons that gave the work out, approved or accepted it."""

    @property
    def done_on(self) -> date:
        return date.fromisoformat(self.facts.get("reported_on") or self.on.isoformat())

    @property
    def matter(self) -> str:
        return str(self.facts.get("matter", ""))

    @property
    def work(self) -> int:
        """The task it belongs to, of which a village may have several copies in its grids."""
        return int(self.facts.get("task", 0))

    @property
    def response(self) -> int:
        """The emergency response it was asked for in, where that is told."""
        return int(self.facts.get("response") or 0)

    @property
    def is_self_dealing(self) -> bool:
        """Whoever did it also gave it out, approved it or accepted it."""
        return not self.judges.isdisjoint({*(person for _, person in self.by), *self.hands})


@dataclass(frozen=True)
class Credit:
    """One entry to be: a village's, or a person's in a post."""

    result: Result
    points: int
    possible: int
    share: int
    why: tuple[str, ...]
    counts: bool
    timely: bool | None = None
    first_time: bool | None = None
    part: int | None = None
    """Of ten thousand, where it is some of a whole piece of work: neither all of one nor nothing."""
    post_id: int | None = None
    person_id: int | None = None


class Done(NamedTuple):
    """One result under a matter, as far as later ones look at it."""

    day: date
    """When it was reported."""
    work: int
    """The task."""
    part: Fraction
    """How much of it was work of its own."""
    stands: bool = True
    """Whether it brought that: not where it was dealt out to oneself, nor where it was reversed since."""
    response: int = 0
    """The emergency response it belongs to."""


@dataclass
class History:
    """What was credited before, as far as caps and split tasks look back."""

    village_days: Counter[tuple[int, date]] = field(default_factory=Counter)
    person_days: Counter[tuple[int, date]] = field(default_factory=Counter)
    matters: dict[tuple[int, str], dict[tuple[int, int], Done]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """Village and matter -> what was done under it, by event and task."""

    def take(self, credit: Credit) -> None:
        """Remember a credit, so that the next one is judged with it."""
        of = credit.result
        self.remember(of.unit_id, credit.person_id, of.done_on, credit.points)
        if credit.person_id is None and of.matter:
            part = part_of(credit.why, credit.part)
            done = Done(of.done_on, of.work, part, not of.is_self_dealing, of.response)
            self.matters[of.unit_id, of.matter][of.event_id, of.work] = done

    def remember(self, unit: int, person: int | None, day: date, points: int) -> None:
        """Points that somebody got for a day, for its cap."""
        if person is None:
            self.village_days[unit, day] += points
        else:
            self.person_days[person, day] += points

    def settle(self, unit: int, matter: str, key: tuple[int, int], *, stands: bool) -> None:
        """Let the result of an event and a task no longer stand under its matter, or stand again."""
        done = self.matters[unit, matter].get(key)
        if done is not None:
            self.matters[unit, matter][key] = done._replace(stands=stands)

    def others(self, result: Result, days: int) -> list[Done]:
        """Other tasks under the same matter, reported less than so many days before or after."""
        near = timedelta(days=days)
        done = self.matters.get((result.unit_id, result.matter), {}).values()
        return [one for one in done if abs(one.day - result.done_on) < near and one.work != result.work]

    def standing(self, result: Result, days: int) -> list[Done]:
        """Those of them that brought what they are worth."""
        return [one for one in self.others(result, days) if one.stands]


def part_of(why: Sequence[str], part: int | None) -> Fraction:
    """How much of a result was work of its own, as a credit or an entry says it."""
    if "split" in why:
        return NOTHING
    return FULL if part is None else Fraction(part, SCALE)


def credits(result: Result, worth: Mapping[str, int], history: History) -> list[Credit]:
    """The village's credit first, then each person's equal part; the history remembers them."""
    whole = KINDS[result.kind](result, worth, history)
    # The village before its people: their parts are of what the work was worth, not of what its cap left.
    found = [_capped(whole, worth, history)]
    history.take(found[0])
    for post_id, person_id in result.by:
        found.append(_capped(_part(whole, len(result.by), post_id, person_id), worth, history))
        history.take(found[-1])
    return found


def _task(result: Result, worth: Mapping[str, int], history: History) -> Credit:
    """Difficulty times timeliness times quality. Lateness that was imposed is paid as if it were none.

    Of what was suspended or imposed, lateness is never evidence: `share` leaves it out. A report that was returned for
    poor work counts against it all the same.
    """
    facts, spared = result.facts, str(result.facts.get("spared", ""))
    timely, returns = _in_time(facts), int(facts["rounds"]) - 1
    part, self_dealing = _part_of_a_whole(result, worth, history), result.is_self_dealing
    paid = NOTHING if self_dealing else max(part, Fraction(worth["split"], 100))
    possible = _floor(worth["task"] * Fraction(str(facts["weight"])) * MILLI)
    why = {
        "late": not timely and spared != "overload",
        "returned": returns > 0,
        spared: bool(spared),
        "split": not part,
        "again": 0 < part < FULL,
        "self_dealing": self_dealing,
    }
    return Credit(
        result,
        points=_floor(possible * _goodness(timely or spared == "overload", returns, worth) * paid),
        possible=possible,
        share=_floor(_goodness(timely or bool(spared), returns, worth) * SCALE),
        why=tuple(name for name, true in why.items() if true),
        counts=part >= HALF and not self_dealing,
        timely=timely,
        first_time=returns == 0,
        part=_floor(part * SCALE) if 0 < part < FULL else None,
    )


def _part_of_a_whole(result: Result, worth: Mapping[str, int], history: History) -> Fraction:
    """How much of a result is work of its own, and no piece of what else was done under the matter.

    What its distance to the others left it, or what is wanting to one whole in the time after which there is one
    however near they lie: whoever works under a matter again and again is not left with nothing, and whoever was paid
    in parts is not paid a whole beside them. So pieces bring no more than whole work done meanwhile would, at whatever
    rhythm they come. What an emergency asks for first is whole, and what it asks for again is as other work.
    """
    month = history.standing(result, worth["again_least"])
    again = result.response and any(one.response == result.response for one in month)
    if result.facts.get("emergency") and not again:
        return FULL
    if not worth["again_days"]:
        return Fraction(all(one.part < FULL for one in history.others(result, worth["split_days"])))
    paid = sum((one.part for one in month), NOTHING)
    part = max(_left_by_distance(result, worth, history), FULL - paid)
    return Fraction(_floor(part * SCALE), SCALE)


def _left_by_distance(result: Result, worth: Mapping[str, int], history: History) -> Fraction:
    """Results grow into a whole from the days up to which they are pieces to those from which they are none.

    Between two others there is only what their distance left over.
    """
    piece, whole = worth["split_days"], worth["again_days"]
    apart = [(result.done_on - one.day).days for one in history.standing(result, whole)]
    before = min((days for days in apart if days >= 0), default=whole)
    after = min((-days for days in apart if days < 0), default=whole)
    grown = [max(days - piece, 0) for days in (before, after, min(before + after, whole))]
    return Fraction(max(grown[0] + grown[1] - grown[2], 0), whole - piece)


def _in_time(facts: Mapping[str, Any]) -> bool:
    """By the moment; results accepted before moments were told have only their days."""
    if "due_at" in facts:
        return datetime.fromisoformat(facts["reported_at"]) <= datetime.fromisoformat(facts["due_at"])
    return bool(facts["reported_on"] <= facts["due_on"])


def _goodness(timely: bool, returns: int, worth: Mapping[str, int]) -> Fraction:
    reached = Fraction(100 if timely else worth["late"], 100)
    mended = 100 - returns * worth["returned"]
    return max(reached * Fraction(max(mended, 0), 100), Fraction(worth["floor"], 100))


def _step(result: Result, worth: Mapping[str, int], history: History) -> Credit:
    """A step of an awarded project, with the last of them as the whole that was delivered."""
    timely = result.facts["reported_on"] <= result.facts["due_on"]
    spared = str(result.facts.get("spared", ""))
    share = FULL if timely else Fraction(worth["late"], 100)
    possible = worth["delivered" if result.facts["step"] == "acceptance" else "step"] * MILLI
    dealing = result.is_self_dealing
    told = {"late": not timely, spared: bool(spared), "self_dealing": dealing}
    why = tuple(name for name, true in told.items() if true)
    points = 0 if dealing else _floor(possible * share)
    share = FULL if spared else share
    return Credit(result, points, possible, _floor(share * SCALE), why, not dealing, timely=timely)


def _failed(result: Result, worth: Mapping[str, int], history: History) -> Credit:
    """An award that came to nothing by the village's own fault brings nothing, and indicators see it."""
    return Credit(result, 0, worth["delivered"] * MILLI, 0, (), counts=True)


def _missed(result: Result, worth: Mapping[str, int], history: History) -> Credit:
    """A task that was left without a word brings nothing, and indicators see it until it is answered or excused."""
    return Credit(result, 0, 0, 0, (), counts=True, timely=False)


def _praise(result: Result, worth: Mapping[str, int], history: History) -> Credit:
    """What another level praised, as often in a month as the scheme lets one person do so for one village."""
    often = int(result.facts["nth"]) > worth["praises_a_month"]
    possible, why = worth["praise"] * MILLI, ("often",) if often else ()
    return Credit(result, 0 if often else possible, possible, SCALE, why, counts=False)


KINDS: dict[str, Callable[[Result, Mapping[str, int], History], Credit]] = {
    "task": _task,
    "missed": _missed,
    "step": _step,
    "failed": _failed,
    "praise": _praise,
}


def _capped(credit: Credit, worth: Mapping[str, int], history: History) -> Credit:
    """No more in one day than the day's cap; a good day of one's own goes on counting the next day."""
    day = credit.result.done_on
    if credit.person_id is None:
        had, most = history.village_days[credit.result.unit_id, day], worth["village_day"] * MILLI
    else:
        had, most = history.person_days[credit.person_id, day], worth["person_day"] * MILLI
    left = max(most - had, 0)
    return credit if credit.points <= left else replace(credit, points=left, why=(*credit.why, "capped"))


def _part(whole: Credit, many: int, post_id: int, person_id: int) -> Credit:
    """One person's equal part of what the result was worth, whatever the village's cap left of it."""
    return replace(
        whole,
        points=whole.points // many,
        possible=whole.possible // many,
        post_id=post_id,
        person_id=person_id,
    )


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator
