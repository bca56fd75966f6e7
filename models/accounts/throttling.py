"""Slowing down whoever guesses passwords or does something too often a day, without telling who did what."""

from __future__ import annotations

import hashlib
import hmac
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


def _keys(username: str, address: str) -> dict[str, int]:
    """Throttle keys with their limits; hashed with the town's secret, so that the table names nobody."""
    limits = {f"name:{username.lower()}": TRIES_BY_NAME, f"address:{address}": TRIES_BY_ADDRESS}
    return {_hidden(key): limit for key, limit in limits.items()}


def _hidden(key: str) -> str:
    return hmac.new(settings().secret, key.encode(), hashlib.sha256).hexdigest()


async def must_not_be_throttled(username: str, address: str) -> None:
    """Raise TooMany while a name or an address has failed too often; the same for names that do not exist."""
    limits = _keys(username, address)
    for throttle in await Throttle.filter(key__in=list(limits), since__gt=now() - WINDOW):
        if throttle.failures >= limits[throttle.key]:
            wait = int((throttle.since + WINDOW - now()).total_seconds()) + 1
            raise TooMany(f"尝试次数太多，请 {wait // 60 + 1} 分钟后再试。", retry_after=wait)


async def note_failure(username: str, address: str) -> None:
    async with in_transaction():
        await Throttle.filter(since__lt=now() - KEPT).delete()
        for key in sorted(_keys(username, address)):
            await Throttle.bulk_create([Throttle(key=key, since=now())], ignore_conflicts=True)
            await Throttle.filter(key=key, since__lt=now() - WINDOW).update(since=now(), failures=0)
            await Throttle.filter(key=key).update(failures=F("failures") + 1)


async def forget_failures(username: str) -> None:
    """A right password, or a township that unlocks, wipes the name's slate (never the address's)."""
    await Throttle.filter(key=next(iter(_keys(username, "")))).delete()


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
