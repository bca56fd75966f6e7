"""The ledger written again from the first sealed event on, a page at a time, and compared with the one that stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from models.base.events import Event
from models.base.followers import Bookmark
from models.points.book import READER, Book
from models.points.entries import PointEntry
from models.points.results import BRINGS, TAKING_BACK, results_in, taken_back_by
from models.schemes.calendar import adopted_schemes

PAGE = 100
"""Events read at once: few, so that nobody else's request waits long."""
Key = tuple[int, int, int, str, int]
COMPARED = (
    *("event_id", "scheme_id", "unit_id", "post_id", "person_id", "kind", "subject_type", "subject_id"),
    *("matter", "work", "points", "possible", "share", "timely", "first_time", "counts", "why", "counts_on"),
    *("part", "response", "done_on", "reason", "at"),
)


async def taken_back() -> set[int]:
    """The events whose results were taken back or corrected, at whatever time."""
    rows = Event.filter(command__in=TAKING_BACK, seq__not_isnull=True).order_by("id")
    found: set[int] = set()
    after = 0
    while page := await rows.filter(id__gt=after).only("id", "command", "details").limit(PAGE):
        found |= {number for one in page for number in taken_back_by(one)}
        after = page[-1].pk
    return found


async def rewritten(book: Book, after: int, last: int) -> AsyncIterator[list[PointEntry]]:
    """What a book written afresh says of the events between two numbers of the trail, page by page.

    Of what it wrote it keeps only what a later event takes back.
    """
    kept = await taken_back()
    bringing = Event.filter(command__in=sorted({*BRINGS, *TAKING_BACK}), seq__lte=last).order_by("seq")
    while events := await bringing.filter(seq__gt=after).limit(PAGE):
        await book.know(await results_in(events))
        found = []
        for event in events:
            entries = await book.entries_of(event)
            if book.written is not None and event.pk not in kept:
                book.written.pop(event.pk, None)
            found += entries
        yield found
        await asyncio.sleep(0)
        after = events[-1].seq or after


async def differences() -> list[str]:
    """Where the ledger as it stands and the one written again part; empty when they are the same."""
    book, found, counted = Book(await adopted_schemes(), written={}), [], 0
    mark = await Bookmark.get_or_none(name=READER)
    async for page in rewritten(book, 0, mark.seq if mark else 0):
        told, more = await _compared(page)
        found += told
        counted += more
    there = await PointEntry.all().count()
    return found + ([f"工分记录比办理经过多 {there - counted} 条"] if there > counted else [])


async def _compared(fresh: Sequence[PointEntry]) -> tuple[list[str], int]:
    """The differences in what some events brought, and how many entries stand for them."""
    rows = await PointEntry.filter(event_id__in=sorted({one.event_id for one in fresh}))
    there = {_key(one): one for one in rows}
    wanted = {_key(one): one for one in fresh}
    found = [f"工分记录 {one.pk}：办理经过里没有" for key, one in there.items() if key not in wanted]
    for key, one in wanted.items():
        if key not in there:
            found.append(f"事件 {one.event_id} 的工分没有记上")
        elif _told(there[key]) != _told(one):
            found.append(f"工分记录 {there[key].pk}：与办理经过不符")
    return found, len(rows)


def _key(entry: PointEntry) -> Key:
    return entry.event_id, entry.unit_id, entry.person_id or 0, entry.kind, entry.subject_id


def _told(entry: PointEntry) -> tuple[Any, ...]:
    """Everything an entry says, but for its own number."""
    return tuple(_plain(getattr(entry, name)) for name in COMPARED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return tuple(value) if isinstance(value, list) else value
