"""The check that nothing was altered: the chain, what hangs on it, what it holds by a digest, and heads kept outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tortoise.exceptions import FieldError
from tortoise.expressions import Q

from models.base.canonical import mentions_digest, personal_digest
from models.base.clock import now
from models.base.digests import Comparison, comparisons
from models.base.events import Event, EventPersonal, Mention
from models.base.records import Record
from models.base.sealer import FIRST, DayHead, Lease, chain, day_of
from models.trail.heads import Head

PAGE = 1000
MOST_TOLD = 100
UNREADABLE = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, FieldError)
"""What the columns of a row raise that somebody has written over with something else."""
PATIENCE = timedelta(minutes=1)
"""Longer than any sealer lets an event wait for its number."""


@dataclass(frozen=True)
class Fault:
    """One place where the trail is not what was sealed."""

    seq: int
    what: str


class Faults(list[Fault]):
    """The first faults, and how many there are in all: a trail that is broken everywhere fills no memory."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self.erased: Counter[str] = Counter()
        """Personal payloads that are gone under a rule, by that rule."""
        self.waiting = 0
        """Events that were written a moment ago and wait for their number."""

    def note(self, fault: Fault) -> None:
        self.total += 1
        if len(self) < MOST_TOLD:
            self.append(fault)


async def verify(kept: Collection[Head] = ()) -> Faults:
    """Walk the whole chain, and hold everything to it that it has a digest of, and itself to heads `kept` outside."""
    found, walk = Faults(), Walk(sorted(kept))
    async for page in _pages(found):
        # A page at a time: a trail of years is larger than memory.
        span = _span(page[0].seq or 0, page[-1].seq or 0)
        personal = _personal_faults(page, found.erased)
        for fault in [
            *await _or_unreadable(personal, f"第 {span} 条记录的个人信息部分"),
            *await _mention_faults(page, walk),
        ]:
            found.note(fault)
        for event in page:
            for fault in walk.step(event):
                found.note(fault)
    # Only once the walk is over: a head is of the last event of its day, and the end of the chain of the last of all.
    heads = await _or_unreadable(_head_faults(walk), "日封签或者链尾")
    unsealed = await _or_unreadable(_unsealed(walk, found), "还没有序号的记录")
    for fault in [*walk.end(), *heads, *unsealed]:
        found.note(fault)
    for record, comparison in comparisons.items():
        async for what in _compared(record, comparison):
            found.note(Fault(0, what))
    return found


async def _or_unreadable(looking: Awaitable[list[Fault]], at: str) -> list[Fault]:
    """What is found there, or that a row of it holds what no row can hold: that is a fault, and never the end."""
    try:
        return await looking
    except UNREADABLE:
        return [Fault(0, f"{at}被改动，有的读不出来了")]


async def _compared(record: type[Record], comparison: Comparison) -> AsyncIterator[str]:
    """What one comparison tells; one row that holds what no row can hold does not keep the others from theirs."""
    try:
        async for what in comparison():
            yield what
    except UNREADABLE:
        yield f"{record.called}（{record.__name__}）没有比对完：有的内容被改动，读不出来了"


async def _pages(found: Faults) -> AsyncIterator[list[Event]]:
    """All sealed events by their number, also where a number was given twice or is none that the sealer gives."""
    rows = Event.filter(seq__isnull=False).order_by("seq", "id")
    last: tuple[int, int] | None = None
    while True:
        page = (rows if last is None else rows.filter(_after(*last))).limit(PAGE)
        numbers = [(int(str(seq)), int(str(pk))) for seq, pk in await page.values_list("seq", "id")]
        if not numbers:
            return
        try:
            yield await page
        except UNREADABLE:
            if readable := [event async for event in _one_by_one(numbers, found)]:
                yield readable
        last = numbers[-1]


async def _one_by_one(numbers: Sequence[tuple[int, int]], found: Faults) -> AsyncIterator[Event]:
    """The events of a page of which some hold what no event can hold."""
    for seq, pk in numbers:
        try:
            yield await Event.get(pk=pk)
        except UNREADABLE:
            found.note(Fault(seq, f"第 {seq} 条记录的内容被改动，读不出来了"))


def _after(seq: int, pk: int) -> Q:
    """A range first, so that the index is walked, and within its first number the rows not seen yet."""
    return Q(seq__gte=seq) & (Q(seq__gt=seq) | Q(id__gt=pk))


@dataclass
class Walk:
    """How far the chain was walked, and what it looked like there."""

    kept: Sequence[Head]
    seq: int = 0
    hash: str = FIRST
    day: date = date.min
    heads: dict[date, tuple[int, str]] = field(default_factory=dict)
    with_mentions: bool = False
    """Whether events are sealed with a digest of their mentions by now: older ones are not."""
    _passed: int = 0

    def step(self, event: Event) -> Iterator[Fault]:
        """What is wrong with the next event, and where it stands."""
        number, expected = event.seq or 0, self.seq + 1
        if number > expected:
            yield Fault(expected, f"第 {_span(expected, number - 1)} 条记录缺失（下一条是第 {number} 条）")
        elif number < expected:
            yield Fault(number, f"第 {number} 条记录重复，或者不是封存者编的号（{event.command}）")
        elif event.prev_hash != self.hash:
            yield Fault(number, f"第 {number} 条记录与前一条接不上")
        if event.hash != chain(event.prev_hash or "", event, number):
            what = f"第 {number} 条记录的内容被改动（{event.command}，{event.subject_ref}）"
            yield Fault(number, what)
        self.seq, self.hash = max(number, self.seq), event.hash or ""
        self.day = day_of(event, self.day)
        self.heads[self.day] = (self.seq, self.hash)
        yield from self._held_to(number)

    def _held_to(self, number: int) -> Iterator[Fault]:
        """Heads kept outside that lie at this number, or in the gap before it."""
        while self._passed < len(self.kept) and self.kept[self._passed].seq <= number:
            head, self._passed = self.kept[self._passed], self._passed + 1
            if head.seq == number and head.hash != self.hash:
                what = f"第 {number} 条记录与您保管的封签不符：这一条或它以前的记录被整个改写过"
                yield Fault(number, what)
            elif head.seq < number:
                yield Fault(head.seq, f"您保管着第 {head.seq} 条记录的封签，这条记录却不在了")

    def end(self) -> Iterator[Fault]:
        """Heads kept outside that the chain does not reach."""
        for head in self.kept[self._passed :]:
            what = f"您保管着第 {head.seq} 条记录的封签，现有记录却只到第 {self.seq} 条：被截短，或者换回了旧备份"
            yield Fault(head.seq, what)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} 至 {last}"


async def _personal_faults(events: list[Event], erased: Counter[str]) -> list[Fault]:
    """Personal payloads that are gone without a rule, do not match their digest, or that nobody wrote."""
    payloads = {p.event_id: p for p in await EventPersonal.filter(event_id__in=[one.pk for one in events])}
    faults = []
    for event in events:
        kept = payloads.get(event.pk)
        if kept is not None and kept.payload is None and kept.erased_at and kept.erased_rule:
            erased[kept.erased_rule] += 1
        elif what := _personal_fault(event, kept):
            faults.append(Fault(event.seq or 0, f"第 {event.seq} 条记录的个人信息部分{what}"))
    return faults


def _personal_fault(event: Event, kept: EventPersonal | None) -> str:
    if not event.personal_digest:
        return "是后来加上的" if kept else ""
    if kept is None:
        return "缺失"
    if kept.payload is None:
        return "被清空，没有写明依据"
    right = personal_digest(kept.salt, kept.payload) == event.personal_digest
    return "" if right else "被改动"


async def _mention_faults(events: list[Event], walk: Walk) -> list[Fault]:
    """Mentions that are not those the event was sealed with; older events were sealed without."""
    told: dict[int, list[str]] = {one.pk: [] for one in events}
    rows = Mention.filter(event_id__in=list(told))
    for pk, kind, number in await rows.values_list("event_id", "subject_type", "subject_id"):
        told[int(str(pk))].append(f"{kind}:{number}")
    faults = []
    for event in events:
        sealed = event.mentions_sealed
        walk.with_mentions = walk.with_mentions or bool(sealed)
        if walk.with_mentions and sealed != mentions_digest(told[event.pk]):
            faults.append(Fault(event.seq or 0, f"第 {event.seq} 条记录提到的对象被改动"))
    return faults


async def _head_faults(walk: Walk) -> list[Fault]:
    """Published heads and the sealer's own head must be those of the chain as it stands."""
    published = {h.day: (h.seq, h.hash) for h in await DayHead.all()}
    faults = [
        Fault(published.get(day, (0, ""))[0], f"{day} 的日封签与记录不符")
        for day in sorted({*walk.heads, *published})
        if walk.heads.get(day) != published.get(day)
    ]
    lease = await Lease.get_or_none(name="sealer")
    if lease is not None and (lease.head_seq, lease.head_hash) != (walk.seq, walk.hash):
        faults.append(Fault(lease.head_seq, f"链尾应为第 {lease.head_seq} 条，实为第 {walk.seq} 条"))
    return faults


async def _unsealed(walk: Walk, found: Faults) -> list[Fault]:
    """Events without a number that the sealer cannot have left so: it gives them in a moment, and never takes one back."""
    rows = Event.filter(seq=None)
    last = await Event.filter(seq=walk.seq).first() if walk.seq else None
    left = Q(hash__isnull=False) | Q(prev_hash__isnull=False)
    if last is not None:
        left |= Q(at__lt=min(last.at, now()) - PATIENCE)
    lost, first = await rows.filter(left).count(), await rows.filter(left).order_by("id").first()
    found.waiting = await rows.count() - lost
    if first is None:
        return []
    return [
        Fault(
            0, f"有 {lost} 条记录没有序号，封存者早该编上（最早一条：{first.command}，{first.subject_ref}）"
        )
    ]
