"""Slowing down whoever tries too often, by name or by address, without telling what exists or keeping whom it was."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.accounts.records import Throttle
from models.base.clock import TOWN_ZONE, due, now, today
from models.base.refusals import TooMany
from models.base.settings import settings

WINDOW = timedelta(minutes=15)
KEPT = timedelta(hours=24)
TRIES_BY_NAME, TRIES_BY_ADDRESS = 8, 60


@dataclass(frozen=True)
class Limit:
    """So many times within a while; what it counts is kept under a hash with the town's secret, and a day at most."""

    what: str
    most: int
    window: timedelta = WINDOW

    @property
    def key(self) -> str:
        return _hidden(self.what)


def _hidden(what: str) -> str:
    return hmac.new(settings().secret, what.encode(), hashlib.sha256).hexdigest()


async def must_be_within(*limits: Limit, told: str = "尝试次数太多，请 {} 分钟后再试。") -> None:
    """Raise TooMany, with the minutes to wait, where one of the limits is used up."""
    by_key = {limit.key: limit for limit in limits}
    for throttle in await Throttle.filter(key__in=list(by_key)):
        limit = by_key[throttle.key]
        wait = int((throttle.since + limit.window - now()).total_seconds()) + 1
        if throttle.failures >= limit.most and wait > 0:
            raise TooMany(told.format(wait // 60 + 1), retry_after=wait)


async def note(*limits: Limit) -> None:
    """Count one more for each of these; windows that are over begin anew."""
    async with in_transaction():
        await Throttle.filter(since__lt=now() - KEPT).delete()
        for key, window in sorted((limit.key, limit.window) for limit in limits):
            await Throttle.bulk_create([Throttle(key=key, since=now())], ignore_conflicts=True)
            await Throttle.filter(key=key, since__lt=now() - window).update(since=now(), failures=0)
            await Throttle.filter(key=key).update(failures=F("failures") + 1)


async def noted(limit: Limit) -> int:
    """How many were counted within the window that is running."""
    row = await Throttle.get_or_none(key=limit.key, since__gt=now() - limit.window)
    return row.failures if row is not None else 0


def _signing_in(username: str, address: str) -> tuple[Limit, Limit]:
    return Limit(f"name:{username.lower()}", TRIES_BY_NAME), Limit(f"address:{address}", TRIES_BY_ADDRESS)


async def must_not_be_throttled(username: str, address: str) -> None:
    """Raise TooMany while a name or an address has failed too often; the same for names that do not exist."""
    await must_be_within(*_signing_in(username, address))


async def note_failure(username: str, address: str) -> None:
    await note(*_signing_in(username, address))


async def forget_failures(username: str) -> None:
    """A right password, or a township that unlocks, wipes the name's slate (never the address's)."""
    await Throttle.filter(key=_signing_in(username, "")[0].key).delete()


async def must_be_below(limit: int, what: str, otherwise: str) -> None:
    """Raise TooMany where this was noted as often today; `what` names the deed and who does it."""
    kept = await Throttle.get_or_none(key=_hidden(f"{today()}:{what}"))
    if kept is not None and kept.failures >= limit:
        left = int((_midnight() + KEPT - now()).total_seconds()) + 1
        raise TooMany(otherwise, retry_after=left)


async def note_today(what: str) -> None:
    """Count a deed for the day: under a hash that is another tomorrow, and without the hour it was done at."""
    key = _hidden(f"{today()}:{what}")
    async with in_transaction():
        await Throttle.bulk_create([Throttle(key=key, since=_midnight())], ignore_conflicts=True)
        await Throttle.filter(key=key).update(failures=F("failures") + 1)


@due
async def forget_counts() -> None:
    """Nothing is counted for longer than a day, even where nobody signs in any more."""
    await Throttle.filter(since__lt=now() - KEPT).delete()


def _midnight() -> datetime:
    return datetime.combine(today(), time(0), TOWN_ZONE)
