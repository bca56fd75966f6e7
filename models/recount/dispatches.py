"""The trail read for the recount: where each task went, and out of which requests it was made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.base.events import Event, Mention
from models.base.records import row_number
from models.ledger import Period
from models.ledger.figures import CHUNK
from models.recount.verdicts import A_BREATH

SENT = ("tasks.dispatch", "tasks.dispatch_at_once")
MADE = ("tasks.draft", "tasks.dispatch_at_once", "tasks.repeat")
MERGED = ("tasks.merge", "tasks.unmerge")
DAMAGED = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What an entry raises that somebody has written over: it is read as one that tells nothing."""


@dataclass(frozen=True)
class Sent:
    """One dispatch by the word of the trail."""

    task: int
    at: datetime
    unit_path: str
    township: int | None = None
    units: frozenset[int] | None = None
    """None where it went out before dispatches told where to."""
    hours: Decimal = Decimal(0)


@dataclass
class Made:
    """How a task came about by the word of the trail."""

    command: str
    requests: set[int] = field(default_factory=set)


async def sent_in(period: Period) -> AsyncIterator[list[Sent]]:
    """The dispatches of a period, in the order in which they were written."""
    async for chunk in _events(period, SENT):
        yield [one for event in chunk if period.begins <= (one := _sent(event)).at < period.ends]


def _sent(event: Event) -> Sent:
    with suppress(*DAMAGED):
        if "units" in event.facts:
            return _by_facts(event, event.facts)
    number = event.subject_id if event.command == "tasks.dispatch" else _number(event.outcome)
    at = event.at
    with suppress(*DAMAGED):
        at = datetime.fromisoformat(event.moved["dispatched_at"][1])
    return Sent(number, at, event.unit_path)


def _by_facts(event: Event, facts: Mapping[str, Any]) -> Sent:
    return Sent(
        int(facts["task"]),
        datetime.fromisoformat(facts["dispatched_at"]),
        event.unit_path,
        int(facts["township"]),
        frozenset(facts["units"]),
        Decimal(facts["hours"]),
    )


async def sent_at(tasks: Sequence[int]) -> dict[int, list[datetime]]:
    """When each of these tasks went out."""
    found: dict[int, list[datetime]] = {number: [] for number in tasks}
    for event in await _events_of(tasks, SENT):
        one = _sent(event)
        if one.task in found:
            found[one.task].append(one.at)
    return found


async def made_of(tasks: Sequence[int]) -> dict[int, Made]:
    """Out of which requests each of these tasks was made: drafted, merged further and taken apart."""
    found: dict[int, Made] = {}
    for event in await _events_of(tasks, (*MADE, *MERGED)):
        details = event.told
        if event.command in MADE:
            if (number := _number(event.outcome)) in tasks:
                found[number] = Made(event.command, _requests_in(details))
        elif event.subject_id in found:
            requests = found[event.subject_id].requests
            if event.command == "tasks.merge":
                requests |= _requests_in(details)
            else:
                requests.discard(_number(details.get("request")))
    return found


def _requests_in(details: dict[str, Any]) -> set[int]:
    """Named by the coordinator, or of an alarm made on the way."""
    with suppress(*DAMAGED):
        told = details.get("requests") or details.get("facts", {}).get("requests", [])
        return {_number(one) for one in told} - {0}
    return set()


async def _events(period: Period, commands: Iterable[str]) -> AsyncIterator[list[Event]]:
    rows = Event.filter(at__gte=period.begins, at__lt=period.ends + A_BREATH, command__in=list(commands))
    after = 0
    while chunk := await rows.filter(id__gt=after).order_by("id").limit(CHUNK):
        yield chunk
        after = chunk[-1].pk


async def _events_of(tasks: Sequence[int], commands: Sequence[str]) -> list[Event]:
    """Those that have these tasks for their subject, and those that made them."""
    own = await Event.filter(subject_type="Task", subject_id__in=list(tasks), command__in=list(commands))
    made = Mention.filter(
        subject_type="Task", subject_id__in=list(tasks), event__command__in=list(commands)
    ).values_list("event_id", flat=True)
    numbers = sorted({int(str(number)) for number in await made})
    both = {event.pk: event for event in [*own, *await Event.filter(id__in=numbers)]}
    return [both[number] for number in sorted(both)]


def _number(ref: object) -> int:
    return row_number(str(ref).rpartition(":")[2]) or 0
