"""Messages made from the trail: every sealed entry is read once, in order, whichever server reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta

from tortoise.expressions import Q, Subquery

from models.base.clock import TOWN_ZONE, today
from models.base.events import Event
from models.base.followers import Bookmark, follows, read_on
from models.base.viewer import NOTHING
from models.inbox.by_command import DECLARED
from models.inbox.declarations import Draft, Silent
from models.inbox.pending import Thing, standing
from models.inbox.records import InboxMessage
from models.people import Post
from models.tasks import Assignment

READER = "inbox"
NEWS = timedelta(days=14)
"""A new reader begins so far back: what is older is news to nobody."""
GATHERED = frozenset({"reported"})
"""Kinds of which one message stands for all that happens to a thing until somebody has seen to it."""
Leaving = Callable[[Sequence[InboxMessage]], Awaitable[None]]
leaving: list[Leaving] = []
"""What is done with new messages beyond 消息, registered by who does it; it stands or falls with them."""


@follows
async def deliver() -> None:
    """Write the messages of what was sealed since the last time, and settle what no longer waits."""
    await read_on(READER, _take, await _start())


async def _start() -> int:
    if await Bookmark.filter(name=READER).exists():
        return 0
    begin = datetime.combine(today() - NEWS, time(0), TOWN_ZONE)
    last = await Event.filter(seq__not_isnull=True, at__lt=begin).order_by("-seq").first()
    return (last.seq or 0) if last else 0


async def _take(events: list[Event]) -> None:
    rows = await _still_news(await _made_of(events))
    fresh = await _gathered(rows)
    if fresh:
        await InboxMessage.bulk_create(fresh, ignore_conflicts=True, batch_size=200)
        for leave in leaving:
            await leave(fresh)
    await settle(events)


async def _made_of(events: list[Event]) -> list[InboxMessage]:
    """What each event says; nobody is told of what they did themselves."""
    actors = sorted({event.actor_post_id for event in events if event.actor_post_id})
    posts = await Post.filter(id__in=actors).values_list("id", "person_id") if actors else []
    acted = {int(post): int(person) for post, person in posts}
    found: list[InboxMessage] = []
    for event in events:
        say = DECLARED.get(event.command)
        if say is None or isinstance(say, Silent):
            continue
        own = acted.get(event.actor_post_id or 0)
        found += [_written(event, draft) for draft in await say(event) if draft.to.person_id != own]
    return found


def _written(event: Event, draft: Draft) -> InboxMessage:
    return InboxMessage(
        person_id=draft.to.person_id,
        post_id=draft.to.post_id,
        event_id=event.pk,
        kind=draft.kind,
        subject_type=draft.subject_type,
        subject_id=draft.subject_id,
        title=_cut(draft.title, 200),
        words=_cut(" ".join(draft.words.split()), 400),
        due_on=draft.due_on,
        at=event.at,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _thing(row: InboxMessage) -> Thing:
    return Thing(row.kind, row.subject_type, row.subject_id)


async def _still_news(rows: list[InboxMessage]) -> list[InboxMessage]:
    """Without what somebody had seen to before anybody could be told."""
    waiting, news = await standing(_thing(row) for row in rows)
    for row in rows:
        row.waits = _thing(row) in waiting
    return [row for row in rows if row.waits or _thing(row) in news]


async def _gathered(rows: list[InboxMessage]) -> list[InboxMessage]:
    """The rows to be written: one that is gathered only renews the message that stands already."""
    loose = [row for row in rows if row.kind not in GATHERED]
    first: dict[tuple[int, Thing], InboxMessage] = {}
    for row in rows:
        if row.kind in GATHERED:
            first.setdefault((row.person_id, _thing(row)), row)
    for (person, thing), row in first.items():
        same = InboxMessage.filter(waits=True, person_id=person, kind=thing.kind)
        same = same.filter(subject_type=thing.subject_type, subject_id=thing.subject_id)
        if not await same.update(fresh=True, at=row.at):
            loose.append(row)
    return loose


async def settle(events: list[Event]) -> None:
    """End the waiting of messages about what these events touched, where nothing waits any more."""
    rows = await InboxMessage.filter(_touched(events), waits=True)
    await end_waiting(rows)


async def end_waiting(rows: list[InboxMessage]) -> None:
    """What was seen to, by whomever, is no longer marked as new either."""
    waiting, _ = await standing(_thing(row) for row in rows)
    over = [row.pk for row in rows if _thing(row) not in waiting]
    for first in range(0, len(over), 500):
        await InboxMessage.filter(id__in=over[first : first + 500]).update(waits=False, fresh=False)


def _touched(events: list[Event]) -> Q:
    """Messages about a subject or an outcome of these, and those about the task of a copy or the copies of a task."""
    named: dict[str, set[int]] = {}
    for event in events:
        for kind, _, number in (event.subject_ref.partition(":"), event.outcome.partition(":")):
            if number.isdigit():
                named.setdefault(kind, set()).add(int(number))
    found = [Q(subject_type=kind, subject_id__in=sorted(numbers)) for kind, numbers in named.items()]
    if tasks := sorted(named.get("Task", ())):
        copies = Assignment.filter(task_id__in=tasks).values("id")
        found.append(Q(subject_type="Assignment", subject_id__in=Subquery(copies)))
    if copies_named := sorted(named.get("Assignment", ())):
        whole = Assignment.filter(id__in=copies_named).values("task_id")
        found.append(Q(subject_type="Task", subject_id__in=Subquery(whole)))
    return Q(*found, join_type="OR") if found else NOTHING
