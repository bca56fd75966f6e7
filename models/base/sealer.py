"""The sealer gives committed events their gapless number and chain hash, one sealer at a time."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
from contextlib import suppress
from datetime import date, timedelta
from typing import Self

from tortoise import Tortoise, fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.canonical import canonical
from models.base.clock import of_this_host, town_day
from models.base.columns import column
from models.base.events import STEPS_OVER, Event
from models.base.followers import wake
from models.base.records import Record
from models.base.viewer import Viewer

log = logging.getLogger("xingcun.sealer")

BATCH = 500
LEASE = timedelta(seconds=10)
LOOK_AGAIN = 1.0
"""Seconds between looks for events that other processes wrote."""
FIRST = "0" * 64
_me = secrets.token_hex(8)


def me() -> str:
    """This process among all that serve the deployment."""
    return _me


def _become_another() -> None:
    """A forked process is not the one it came from: the two would hold one lease together."""
    global _me
    _me = secrets.token_hex(8)


os.register_at_fork(after_in_child=_become_another)


class Lease(Record):
    """The right to seal, held by one process for a short while, with the head of the chain."""

    name = fields.CharField(max_length=20, unique=True)
    holder = column("值班的程序", fields.CharField(max_length=32, default=""))
    until = column("到什么时候", fields.DatetimeField(null=True))
    head_seq = column("最后一条的序号", fields.BigIntField(default=0))
    head_hash = column("最后一条的封签值", fields.CharField(max_length=64, default=FIRST))

    class Meta:
        table = "lease"

    def is_held(self, longest: timedelta) -> bool:
        """Whether its time still runs; one that would run longer than any does is of a clock that went wrong."""
        return self.until is not None and of_this_host() < self.until <= of_this_host() + longest


class DayHead(Record):
    """The last sealed event of one day, published so that anybody can hold the town to it."""

    day = fields.DateField(unique=True)
    seq = fields.BigIntField()
    hash = column("封签值", fields.CharField(max_length=64))

    called = "日封签"

    class Meta:
        table = "day_head"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Public: day heads are for everyone, signed in or not."""
        return cls.all()


def chain(prev_hash: str, event: Event, seq: int) -> str:
    # The hash before goes in first: whoever alters one entry must write every later one anew, and heads kept elsewhere tell.
    return hashlib.sha256((prev_hash + canonical(event.sealed_content(seq))).encode()).hexdigest()


async def seal(holder: str = "", batch: int = BATCH) -> int | None:
    """Seal one batch; returns how many events it sealed, or None while another holds the lease."""
    async with in_transaction():
        lease = await _take_lease(holder or me())
        if lease is None:
            return None
        # By number, since two events may be of one moment.
        events = await Event.filter(seq=None).order_by("id").limit(batch)
        for event in events:
            event.prev_hash = lease.head_hash
            lease.head_seq += 1
            lease.head_hash = event.hash = chain(lease.head_hash, event, lease.head_seq)
            event.seq = lease.head_seq
        if events:
            await _write(events)
            await _publish_heads(events)
        # In the same transaction as the seals: whoever takes over after a crash finds the head where the chain really ends.
        lease.holder, lease.until = holder, of_this_host() + LEASE
        await lease.save()
    return len(events)


async def _take_lease(holder: str) -> Lease | None:
    # The very first start of two servers at once: both try to make the row, and one of them does.
    await Lease.bulk_create([Lease(name="sealer")], ignore_conflicts=True)
    lease = await Lease.select_for_update().get(name="sealer")
    taken = lease.holder not in ("", holder) and lease.is_held(LEASE)
    return None if taken else lease


async def _write(events: list[Event]) -> None:
    connection = Tortoise.get_connection("default")
    # PostgreSQL takes all rows in one statement of arrays; SQLite has none, and asking it often costs no way over a network.
    if connection.capabilities.dialect == "sqlite":
        rows = [[e.seq, e.hash, e.prev_hash, e.pk] for e in events]
        await connection.execute_many("UPDATE event SET seq=?, hash=?, prev_hash=? WHERE id=?", rows)
        return
    columns = [[getattr(e, c) for e in events] for c in ("seq", "hash", "prev_hash", "pk")]
    await connection.execute_query(
        "UPDATE event SET seq=v.seq, hash=v.hash, prev_hash=v.prev FROM "
        "unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS v(seq, hash, prev, id) WHERE event.id=v.id",
        columns,
    )


def day_of(event: Event, before: date) -> date:
    """The day an event is counted to: none moves backwards, but where somebody steps over what a wrong clock wrote."""
    day = town_day(event.at)
    return day if event.command == STEPS_OVER else max(before, day)


async def _publish_heads(events: list[Event]) -> None:
    """Move the head of each day these events belong to."""
    last = await DayHead.all().order_by("-seq").first()
    day = last.day if last else town_day(events[0].at)
    heads: dict[date, Event] = {}
    for event in events:
        day = day_of(event, day)
        heads[day] = event
    for ended, event in heads.items():
        await DayHead.update_or_create(day=ended, defaults={"seq": event.seq, "hash": event.hash})


async def seal_all() -> int:
    """Seal until nothing is left or another process holds the lease; returns how many."""
    total = 0
    while sealed := await seal():
        total += sealed
    return total


async def release(holder: str = "") -> None:
    """Let go of the lease, so that whoever starts next seals at once."""
    await Lease.filter(name="sealer", holder=holder or me()).update(holder="")


_wake: asyncio.Event | None = None


def kick() -> None:
    """Tell this process's sealer, if it runs one, that something was committed."""
    if _wake is not None:
        _wake.set()


async def run_sealer() -> None:
    """Seal for as long as the process serves; a failure is logged and tried again, never fatal."""
    global _wake
    _wake = asyncio.Event()
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(_wake.wait(), LOOK_AGAIN)
        _wake.clear()
        try:
            # Followers read sealed entries only, so they are woken here and not by whoever wrote an entry.
            if await seal_all():
                wake()
        except Exception:
            log.exception("sealing failed, will try again")
