"""The book of points, written from the sealed trail entry by entry, and checked by writing it again from the beginning."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tortoise.expressions import Q

from models.base.clock import today
from models.base.events import Event
from models.base.followers import Job, follows, in_turn, read_on
from models.base.viewer import NOTHING
from models.points.credit_rules import Credit, Done, History, Result, credits, part_of
from models.points.entries import TAKES_BACK, PointEntry
from models.points.results import results_in, taken_back_by
from models.schemes.calendar import add_lines, adopted_schemes, open_periods, settle_schemes
from models.schemes.records import Scheme
from models.schemes.sources import LOOKING_BACK
from models.units import Unit

READER = "points"
REMEMBERED = (
    *("event_id", "unit_id", "person_id", "matter", "done_on", "points", "work", "why", "part"),
    "response",
    *("reversed_by__kind", "reversed_by__id"),
)


Taking = Callable[[Sequence[PointEntry]], Awaitable[None]]
written_with: list[Taking] = []
"""What moves with the entries that are put down, in the same transaction: said by whoever works from them."""
Hearing = Callable[[Sequence[Event]], Awaitable[None]]
heard_with: list[Hearing] = []
"""What else is taken from a page of the trail, once its results are credited."""
also_moved_by: set[str] = set()
"""Commands whose events find the periods of the day opened, as results do."""
between: list[Job] = []
"""What is done after some pages of a long backlog, so that boards move meanwhile."""
PAGES = 10


@follows
async def keep_book() -> None:
    """Credit what was sealed, until nothing is waiting."""
    while await read_results(PAGES):
        await in_turn(between)


async def read_results(most: int | None = None) -> bool:
    """Credit what was sealed since the last time, and move the tallies of open periods; whether more is waiting."""
    await open_periods()
    return await read_on(READER, _take, most=most)


async def _take(events: list[Event]) -> None:
    results = await results_in(events)
    if results or any(event.command in also_moved_by for event in events):
        # With the page that needs it: looked at beforehand, a result sealed in between would find none and be lost.
        await settle_schemes()
        await open_periods({today(), *(one.on for one in results)})
    book = Book(await adopted_schemes())
    book.history = await _history(results, book.schemes)
    await book.know(results)
    if results:
        await add_lines(one.unit_id for one in results)
    waiting: list[PointEntry] = []
    for event in events:
        if taken_back_by(event):
            # What it takes back may be waiting to be written.
            await _write(waiting)
            waiting = []
        waiting += await book.entries_of(event)
    await _write(waiting)
    for hear in heard_with:
        await hear(events)


async def _write(entries: list[PointEntry]) -> None:
    """Put down what was credited, and move everything that is worked out from it."""
    if entries:
        await PointEntry.bulk_create(entries)
        for take in written_with:
            await take(entries)


@dataclass
class Book:
    """Makes entries of events, one after the other, with what it has credited so far."""

    schemes: list[Scheme]
    history: History = field(default_factory=History)
    paths: dict[int, str] = field(default_factory=dict)
    results: dict[int, list[Result]] = field(default_factory=dict)
    """Those known last, by event."""
    written: dict[int, list[PointEntry]] | None = None
    """By event, where the book is written afresh; otherwise what was written is looked up."""
    numbered: int = 0
    """How many entries of a book written afresh have a number of their own, below those of the ledger."""

    async def entries_of(self, event: Event) -> list[PointEntry]:
        """The entries this event brings, in the order in which they are written: first what it takes back."""
        found = [entry for number in taken_back_by(event) for entry in await self._taken_back(event, number)]
        own = [entry for one in self.results.get(event.pk, ()) for entry in self._credited(event, one)]
        if self.written is not None:
            self.written[event.pk] = own
            for entry in (*found, *own):
                self.numbered += 1
                entry.pk = -self.numbered
        return [*found, *own]

    async def know(self, results: Sequence[Result]) -> None:
        """Take the results to be credited next, and where their villages lie. One statement."""
        self.results = {}
        for one in results:
            self.results.setdefault(one.event_id, []).append(one)
        units = sorted({one.unit_id for one in results} - set(self.paths))
        rows = await Unit.filter(id__in=units).values_list("id", "path") if units else []
        self.paths |= {int(unit): str(path) for unit, path in rows}

    def _credited(self, event: Event, result: Result) -> list[PointEntry]:
        scheme = self._scheme(result)
        if scheme is None:
            return []
        return [_entry(event, scheme, one) for one in credits(result, scheme.worth, self.history)]

    def _scheme(self, result: Result) -> Scheme | None:
        """The one in force in the village's city on the day of the event."""
        path = self.paths[result.unit_id]
        here = (one for one in self.schemes if path.startswith(one.city.path))
        fitting = [(one.from_on, one.number, one) for one in here if one.from_on and one.from_on <= result.on]
        return max(fitting, default=(None, 0, None))[2]

    async def _taken_back(self, event: Event, number: int) -> list[PointEntry]:
        """What an accepted appeal, a reversal or an excuse writes beside each entry of an earlier result."""
        correcting, reason = event.command == "evaluation.answer_appeal", str(event.facts["reason"])
        before = [one for one in await self._standing(number) if correcting or one.kind not in TAKES_BACK]
        made = [_beside(event, one, reason, correcting) for one in before]
        for one in made:
            if one.person_id is None:
                self.history.settle(one.unit_id, one.matter, (number, one.work), stands=correcting)
        if self.written is not None and before:
            self.written[number] = made
        return made

    async def _standing(self, number: int) -> list[PointEntry]:
        """What stands of an event's result: its entries, or those that reversed them; nothing once it was corrected."""
        if self.written is not None:
            return [one for one in self.written.get(number, []) if one.kind != "correction"]
        own = Q(event_id=number, reverses_id=None)
        reversing = Q(kind="reversal", reverses__event_id=number)
        rows = PointEntry.filter(own | reversing, reversed_by=None).exclude(kind="correction")
        return await rows.order_by("id").select_related("reverses")


def _entry(event: Event, scheme: Scheme, credit: Credit) -> PointEntry:
    result = credit.result
    return PointEntry(
        event_id=event.pk,
        scheme_id=scheme.pk,
        unit_id=result.unit_id,
        post_id=credit.post_id,
        person_id=credit.person_id,
        kind=result.kind,
        subject_type=result.subject[0],
        subject_id=result.subject[1],
        matter=result.matter,
        work=result.work,
        points=credit.points,
        possible=credit.possible,
        share=credit.share,
        timely=credit.timely,
        first_time=credit.first_time,
        part=credit.part,
        response=result.response or None,
        counts=credit.counts,
        why=list(credit.why),
        counts_on=result.on,
        done_on=result.done_on,
        at=event.at,
    )


def _beside(event: Event, before: PointEntry, reason: str, correcting: bool) -> PointEntry:
    """A dated entry that takes the points back, or (after an appeal) gives what was still wanting."""
    entry = PointEntry(
        event_id=event.pk,
        scheme_id=before.scheme_id,
        unit_id=before.unit_id,
        post_id=before.post_id,
        person_id=before.person_id,
        kind="correction" if correcting else "reversal",
        subject_type=before.subject_type,
        subject_id=before.subject_id,
        matter=before.matter,
        work=before.work,
        points=_wanting(before) if correcting else -before.points,
        possible=0,
        counts=before.counts,
        counts_on=before.counts_on,
        done_on=before.done_on,
        reason=reason,
        at=event.at,
    )
    # Set and not given: a ledger written again is in no database, nor is what it takes back.
    entry.reverses = before
    return entry


def _wanting(before: PointEntry) -> int:
    """What a result lacks to what it could have brought at its best; a project that came to nothing lacks nothing."""
    result = before.reverses if before.kind == "reversal" and before.reverses else before
    if result.kind == "failed":
        return 0
    return result.possible if before.kind == "reversal" else result.possible - result.points


async def _history(results: Sequence[Result], schemes: Sequence[Scheme]) -> History:
    """What was credited on the days that caps and split tasks look at. One statement, two where results were reversed."""
    history = History()
    if not results:
        return history
    far = max((one.worth[name] for one in schemes for name in LOOKING_BACK), default=0)
    days = {one.done_on + timedelta(days=n) for one in results for n in range(-far, far + 1)}
    units = sorted({one.unit_id for one in results})
    persons = sorted({person for one in results for _, person in one.by})
    rows = PointEntry.filter(reverses_id=None, done_on__in=sorted(days))
    of_persons = Q(person_id__in=persons) if persons else NOTHING
    found = await rows.filter(Q(unit_id__in=units) | of_persons).values(*REMEMBERED)
    gone = await _gone(found)
    for one in found:
        history.remember(one["unit_id"], one["person_id"], one["done_on"], one["points"])
        if one["person_id"] is None and one["matter"]:
            stands = one["reversed_by__id"] not in gone and "self_dealing" not in one["why"]
            part = part_of(one["why"], one["part"])
            done = Done(one["done_on"], one["work"], part, stands, one["response"] or 0)
            history.matters[one["unit_id"], one["matter"]][one["event_id"], one["work"]] = done
    return history


async def _gone(rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """The reversals of these entries that no appeal has put right since."""
    reversals = {int(one["reversed_by__id"]) for one in rows if one["reversed_by__kind"] == "reversal"}
    righted = PointEntry.filter(reverses_id__in=sorted(reversals)) if reversals else None
    return reversals - {*await righted.values_list("reverses_id", flat=True)} if righted else set()
