"""The calendar's jobs while the site serves: one server of several looks at the clock, and no failure ends it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from tortoise.transactions import in_transaction

from models.base.clock import of_this_host, tick
from models.base.commands import Rule
from models.base.sealer import Lease, kick, me

log = logging.getLogger("xingcun.clock")

HELD = timedelta(minutes=10)
"""Longer than any tick takes; whoever dies while ticking holds the others up no longer than this."""


def only_the_clock(otherwise: str) -> Rule:
    """A step that only the calendar takes, or the terminal on the host; the sentence is for whoever else tries."""
    return Rule(otherwise, lambda actor, _: actor.is_clock)


async def run_clock(seconds: int) -> None:
    """Look at the calendar again and again for as long as the process serves."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await tick_alone()
        except Exception:
            log.exception("a job of the calendar failed, will try again")


async def tick_alone(holder: str = "") -> bool:
    """Do what is due unless another server is at it; tells whether it was done here."""
    holder = holder or me()
    if not await _take(holder):
        return False
    try:
        await tick()
    finally:
        await Lease.filter(name="clock", holder=holder).update(holder="", until=None)
        kick()
    return True


async def _take(holder: str) -> bool:
    """Leases run by real time even while the town's clock is set."""
    async with in_transaction():
        await Lease.bulk_create([Lease(name="clock")], ignore_conflicts=True)
        lease = await Lease.select_for_update().get(name="clock")
        if lease.is_held(HELD):
            return False
        lease.holder, lease.until = holder, of_this_host() + HELD
        await lease.save(update_fields=["holder", "until"])
    return True
