"""The results that the trail tells of: which events bring points, and what of them the crediting needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.base.clock import town_day
from models.base.events import Event
from models.base.facts import Facts
from models.people import Post
from models.points.credit_rules import Result
from models.tasks.trail_facts import Excused

Told = dict[str, Any]


def _always(facts: Told) -> bool:
    return True


def _at_fault(facts: Told) -> bool:
    """An award that fell for another reason says nothing about the village."""
    return bool(facts.get("at_fault"))


@dataclass(frozen=True)
class Brings:
    """What kind of result a command's event is, and whether this one is."""

    kind: str
    if_so: Callable[[Told], bool] = _always


BRINGS: Mapping[str, Brings] = {
    "tasks.accept": Brings("task"),
    "tasks.note_unanswered": Brings("missed"),
    "bidding.accept_milestone": Brings("step"),
    "bidding.undo_award": Brings("failed", _at_fault),
    "bidding.give_up_award": Brings("failed", _at_fault),
    "evaluation.praise": Brings("praise"),
    "evaluation.praise_delivery": Brings("praise"),
}
"""Results others accepted, and what was left undone. Deliberations join when they are held by the book in this system."""


async def results_in(events: Iterable[Event]) -> list[Result]:
    """The results among these events, in their order; one statement for the people behind them."""
    told = [(event, event.facts) for event in events if event.command in BRINGS]
    told = [(event, facts) for event, facts in told if facts and BRINGS[event.command].if_so(facts)]
    wanted = {number for event, facts in told for number in _posts(event, facts)}
    persons = await _persons(wanted)
    return [_result(event, facts, persons) for event, facts in told]


@dataclass(frozen=True, kw_only=True)
class Corrected(Facts):
    """A result that was wrong, as somebody decided."""

    result: int
    """The event that told it."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Praised(Facts):
    """A village's praise: whom it names, and how many it had in the month before."""

    unit: int
    by: tuple[int, ...]
    """Posts."""
    nth: int


TAKING_BACK = (
    *("evaluation.reverse", "evaluation.answer_appeal"),
    *("tasks.accept", "tasks.withdraw", "tasks.answer_objection", "tasks.answer_appeal"),
    "tasks.answer_extension",
)
"""What may take back an earlier result: somebody's decision about it, or what excuses a task left unanswered."""


def taken_back_by(event: Event) -> list[int]:
    """The events whose results this one takes back or corrects."""
    if event.command not in TAKING_BACK:
        return []
    corrected, excused = Corrected.read(event.facts), Excused.read(event.facts)
    results = (corrected.result if corrected else 0, *(excused.excused if excused else ()))
    return [number for number in results if number]


def _posts(event: Event, facts: Told) -> set[int]:
    judges = {*facts.get("dealt_by", ()), event.actor_post_id or 0}
    return {*facts.get("by", ()), *facts.get("reporters", ()), *judges} - {0}


async def _persons(posts: set[int]) -> dict[int, int]:
    rows = await Post.filter(id__in=sorted(posts)).values_list("id", "person_id") if posts else []
    return {int(post): int(person) for post, person in rows}


def _result(event: Event, facts: Told, persons: Mapping[int, int]) -> Result:
    judges = {*facts.get("dealt_by", ()), event.actor_post_id or 0} - {0}
    if event.command == "bidding.give_up_award":
        judges = set()
    return Result(
        event_id=event.pk,
        kind=BRINGS[event.command].kind,
        unit_id=int(facts["unit"]),
        subject=(event.subject_type, event.subject_id),
        on=town_day(event.at),
        facts=facts,
        by=_doers(facts, persons),
        hands=frozenset(persons[post] for post in facts.get("reporters", ()) if post in persons),
        judges=frozenset(persons[post] for post in judges if post in persons),
    )


def _doers(facts: Told, persons: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Each person once, in the first of their posts: somebody with two posts has one part, not two."""
    first: dict[int, int] = {}
    for post in sorted(facts.get("by", ())):
        if post in persons:
            first.setdefault(persons[post], post)
    return tuple((post, person) for person, post in sorted(first.items(), key=lambda one: one[1]))
