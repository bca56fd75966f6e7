"""Slowing down whoever tries too often, by name or by address, without telling what exists or keeping whom it was."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from tortoise.expressions import F
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.accounts.records import Throttle
from models.base.addresses import SITE, network_of
from models.base.clock import TOWN_ZONE, due, now, today
from models.base.refusals import TooMany
from models.base.settings import settings

WINDOW = timedelta(minutes=15)
KEPT = timedelta(hours=24)
TRIES_BY_NAME, TRIES_BY_ADDRESS, TRIES_FROM_ANYWHERE = 8, 60, 100
"""Wrong passwords of one name from one address or device, from one address, and of one name from all strange devices."""
TRIES_IN_A_CROWD, TRIES_OF_A_CROWD = 3, 10_000
"""A day, once the last of these is used up: of one name from one place, and from all of them together.

So nobody is kept out by what others guess, and all of them have no more than 19,600 guesses a day at one name.
"""
TOLD = "尝试次数太多，请 {} 分钟后再试。"
TOLD_IN_A_CROWD = (
    "这个用户名正被很多地方试密码，这里暂时不能再试。请用以前登录过的设备，或者请管理您账号的人解锁。"
)


@dataclass(frozen=True)
class Limit:
    """So many times within a while; what it counts is kept under a hash with the town's secret, and a day at most."""

    what: str
    most: int
    window: timedelta = WINDOW
    told: str = TOLD
    """To whoever has used it up, with the minutes to wait where it asks for them."""

    @property
    def key(self) -> str:
        return _hidden(self.what)


class Tries(NamedTuple):
    """What a wrong password uses up, the narrowest first; and what instead, where others have left nothing of the widest."""

    usual: tuple[Limit, ...]
    in_a_crowd: tuple[Limit, ...] = ()


def _hidden(what: str) -> str:
    return hmac.new(settings().secret, what.encode(), hashlib.sha256).hexdigest()


async def must_be_within(*limits: Limit) -> None:
    """Raise TooMany, in the words of whichever keeps one out longest, where one of the limits is used up."""
    by_key, used_up = {limit.key: limit for limit in limits}, dict[Limit, int]()
    for throttle in await Throttle.filter(key__in=list(by_key)):
        limit = by_key[throttle.key]
        wait = int((throttle.since + limit.window - now()).total_seconds()) + 1
        if throttle.failures >= limit.most and wait > 0:
            used_up[limit] = wait
    if used_up:
        limit, wait = max(used_up.items(), key=lambda one: one[1])
        raise TooMany(limit.told.format(wait // 60 + 1), retry_after=wait)


async def note(*limits: Limit) -> None:
    """Count one more for each of these; windows that are over begin anew."""
    async with in_transaction():
        await Throttle.filter(since__lt=now() - KEPT).delete()
        for limit in sorted(limits, key=lambda one: one.key):
            await (await _running(limit)).update(failures=F("failures") + 1)


async def take(*limits: Limit) -> None:
    """Use up one of each before it is known what comes of it, however many ask at once.

    Raises TooMany, and uses up none, where one is gone: what is checked and counted apart lets a crowd through.
    """
    async with in_transaction():
        gone = []
        for limit in sorted(limits, key=lambda one: one.key):
            free = (await _running(limit)).filter(failures__lt=limit.most)
            if not await free.update(failures=F("failures") + 1):
                gone.append(limit)
        await must_be_within(*gone)


async def take_either(tries: Tries) -> tuple[Limit, ...]:
    """Use up one of each of the usual limits, or where others have used them up of those in a crowd; tells which.

    Raises TooMany where neither is to be had.
    """
    try:
        await take(*tries.usual)
        return tries.usual
    except TooMany:
        if not tries.in_a_crowd or await noted(tries.usual[-1]) < tries.usual[-1].most:
            raise
    await take(*tries.in_a_crowd)
    return tries.in_a_crowd


async def give_back(*limits: Limit) -> None:
    """What was taken, where it was no failure after all."""
    taken = Throttle.filter(key__in=[limit.key for limit in limits], failures__gt=0)
    await taken.update(failures=F("failures") - 1)


async def _running(limit: Limit) -> QuerySet[Throttle]:
    """The row of a limit, with its window begun anew where that is over."""
    await Throttle.bulk_create([Throttle(key=limit.key, since=now())], ignore_conflicts=True)
    row = Throttle.filter(key=limit.key)
    await row.filter(since__lte=now() - limit.window).update(since=now(), failures=0)
    return row


async def noted(limit: Limit) -> int:
    """How many were counted within the window that is running."""
    row = await Throttle.get_or_none(key=limit.key, since__gt=now() - limit.window)
    return row.failures if row is not None else 0


async def tries_of(username: str, address: str, device: str = "") -> Tries:
    """What a wrong password of this name uses up.

    A device that the name has signed in from before counts by itself: strangers who guess, from wherever, lock
    themselves out and nobody else. Neither do they where it has signed in that day, nor where nobody has guessed yet.
    """
    name = f"{username}:{await _slate(username)}"
    if device:
        return Tries((Limit(f"device:{name}:{device}", TRIES_BY_NAME),))
    where = network_of(address)
    here = (Limit(f"name:{name}:{where}", TRIES_BY_NAME), Limit(f"address:{where}", TRIES_BY_ADDRESS))
    if await noted(_was_here(username, address)):
        return Tries(here)
    crowd = Limit(f"crowd:{name}:{network_of(address, SITE)}", TRIES_IN_A_CROWD, KEPT, TOLD_IN_A_CROWD)
    of_all = Limit(f"crowd:{name}", TRIES_OF_A_CROWD, KEPT, TOLD_IN_A_CROWD)
    return Tries((*here, Limit(f"name:{name}", TRIES_FROM_ANYWHERE)), (crowd, *here, of_all))


async def note_where(username: str, address: str) -> None:
    """Let a name go on from where it has signed in, for a day, whoever guesses at it from everywhere else meanwhile."""
    await note(_was_here(username, address))


def _was_here(username: str, address: str) -> Limit:
    return Limit(f"here:{username}:{network_of(address)}", 1, KEPT)


async def tries_in_person(username: str) -> Tries:
    """What a wrong password uses up of somebody who is signed in, and signs or changes it."""
    return Tries((Limit(f"word:{username}:{await _slate(username)}", TRIES_BY_NAME),))


async def forget(limit: Limit) -> None:
    """A right password wipes the slate of its own name at its own place."""
    await Throttle.filter(key=limit.key).delete()


async def _slate(username: str) -> int:
    row = await Throttle.get_or_none(key=_hidden(f"slate:{username}"))
    return row.failures if row is not None else 0


async def wipe_the_slate(username: str) -> None:
    """A township that unlocks lets the name try again everywhere (never the address)."""
    await note(Limit(f"slate:{username}", 1, KEPT))


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
