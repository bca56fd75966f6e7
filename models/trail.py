"""The trail as people read it: the story of one record, and the check that nothing was altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tortoise.expressions import Q, Subquery

from models.base.events import Event, EventPersonal, Mention, personal_digest
from models.base.records import Record
from models.base.sealer import FIRST, DayHead, Lease, chain, day_of
from models.base.viewer import Viewer

__all__ = ["DayHead", "Event", "Fault", "story", "verify"]

LONGEST_STORY = 200
PAGE = 1000
TOLD_WITH_ITS_OUTCOME = {
    "WorkRequest": ("intake.submit",),
    "Concern": ("concerns.raise_concern",),
    "Complaint": ("complaints.complain", "complaints.complain_unnamed"),
}
"""Commands whose event belongs to the story of what they made, though it is filed elsewhere.

Only to that story: the places the event names are open to everybody, what was asked of them is not.
"""


async def story(viewer: Viewer, record: Record, limit: int = LONGEST_STORY) -> list[Event]:
    """What happened to this record, oldest first, as far as the viewer may know."""
    kind = type(record).__name__
    mentioned = Mention.filter(subject_type=kind, subject_id=record.pk).values("event_id")
    own = Q(subject_type=kind, subject_id=record.pk)
    about = own | Q(id__in=Subquery(mentioned))
    events = Event.filter(about, Event.scope(viewer) | Q(command__in=TOLD_WITH_ITS_OUTCOME.get(kind, ())))
    return await events.order_by("id").limit(limit).prefetch_related("actor_post__person", "actor_post__unit")


@dataclass(frozen=True)
class Fault:
    """One place where the trail is not what was sealed."""

    seq: int
    what: str


async def verify() -> list[Fault]:
    """Walk the whole chain: recompute each hash, each personal digest, each day head; returns every fault."""
    faults: list[Fault] = []
    prev, seq, day = FIRST, 0, date.min
    heads: dict[date, tuple[int, str]] = {}
    while page := await Event.filter(seq__gt=seq).order_by("seq").limit(PAGE):
        faults += await _personal_faults(page)
        for event in page:
            faults += _event_faults(event, prev, seq + 1)
            prev, seq = event.hash or "", event.seq or 0
            day = day_of(event, day)
            heads[day] = (seq, prev)
    return faults + await _head_faults(heads, seq, prev)


def _event_faults(event: Event, prev: str, expected: int) -> list[Fault]:
    number = event.seq or 0
    if number != expected:
        return [Fault(expected, f"第 {expected} 条记录缺失（下一条是第 {number} 条）")]
    if event.prev_hash != prev:
        return [Fault(number, f"第 {number} 条记录与前一条接不上")]
    if event.hash != chain(prev, event, number):
        return [Fault(number, f"第 {number} 条记录的内容被改动（{event.command}，{event.subject_ref}）")]
    return []


async def _personal_faults(events: list[Event]) -> list[Fault]:
    """Personal payloads that are gone without an erasure rule, or do not match their digest."""
    digests = {event.pk: event for event in events if event.personal_digest}
    payloads = {p.event_id: p for p in await EventPersonal.filter(event_id__in=list(digests))}
    faults = []
    for pk, event in digests.items():
        kept = payloads.get(pk)
        if kept is None:
            faults.append(Fault(event.seq or 0, f"第 {event.seq} 条记录的个人信息部分缺失"))
        elif kept.payload is not None and personal_digest(kept.salt, kept.payload) != event.personal_digest:
            faults.append(Fault(event.seq or 0, f"第 {event.seq} 条记录的个人信息部分被改动"))
    return faults


async def _head_faults(heads: dict[date, tuple[int, str]], seq: int, last: str) -> list[Fault]:
    """Published heads and the sealer's own head must be those of the chain as it stands."""
    published = {h.day: (h.seq, h.hash) for h in await DayHead.all()}
    faults = [
        Fault(published.get(day, (0, ""))[0], f"{day} 的日封签与记录不符")
        for day in sorted({*heads, *published})
        if heads.get(day) != published.get(day)
    ]
    lease = await Lease.get_or_none(name="sealer")
    if lease is not None and (lease.head_seq, lease.head_hash) != (seq, last):
        faults.append(Fault(lease.head_seq, f"链尾应为第 {lease.head_seq} 条，实为第 {seq} 条"))
    return faults
