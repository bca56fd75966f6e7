"""Sending: each person's waiting reminders as one message, at a decent hour, a few a day, exactly once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.base.clock import TOWN_ZONE, now, today
from models.base.sealer import Lease, me
from models.people import Post, in_force
from models.policies import policies, upwards
from models.reminders.channels import Channel, NotSent, open_channel
from models.reminders.records import WAITING, Reminder
from models.reminders.words import URGENT, digest, still_true

log = logging.getLogger("xingcun.reminders")

ASKED = ("quiet_from", "quiet_until", "reminders_a_day")
PAGE = 500
TOGETHER = 8
CLAIM = timedelta(minutes=2)
"""How long a message that is being sent is left alone, should its sender have died."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
MOST_TRIES = len(BACK_OFF) + 1
Numbers = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Recipient:
    """Somebody with reminders waiting, and the numbers that hold where they work."""

    person_id: int
    phone: str
    quiet: bool
    most: int


@dataclass(frozen=True)
class Message:
    """What is claimed for one person: these reminders, in one text."""

    to: Recipient
    rows: list[Reminder]

    @property
    def numbers(self) -> list[int]:
        return [row.pk for row in self.rows]

    @property
    def key(self) -> str:
        """The same for the same reminders, so that a gateway can tell a second try from a second message."""
        return hashlib.sha256(",".join(map(str, self.numbers)).encode()).hexdigest()[:32]


async def send_waiting() -> None:
    """One round; it stops where the channel takes nothing at all, and goes on with the next tick."""
    if not await Reminder.filter(WAITING).exists():
        return
    async with open_channel() as channel:
        ready = await _ready(channel.at_once)
        for first in range(0, len(ready), TOGETHER):
            tried = ready[first : first + TOGETHER]
            went = await asyncio.gather(*(remind(channel, one) for one in tried))
            if False in went and True not in went:
                return


async def remind(channel: Channel, one: Recipient) -> bool | None:
    """Claim, send, mark; None where there was nothing to send or another server is at it."""
    message = await claim(one)
    if message is None:
        return None
    try:
        await channel.send(one.phone, digest(message.rows), message.key)
    except NotSent as why:
        log.warning("提醒没有发出（%s）", why)
        await _failed(message)
        return False
    await _sent(message)
    return True


async def claim(one: Recipient) -> Message | None:
    """Take what may be sent to a person now, so that no other server does; the claim ends by itself."""
    async with in_transaction():
        lease = await _lease(one.person_id)
        if lease.until is not None and lease.until > now():
            return None
        rows = await _true_rows(one.person_id)
        if _held(one, await sent_today([one.person_id])):
            rows = [row for row in rows if row.kind in URGENT]
        if not rows:
            return None
        await Reminder.filter(id__in=[row.pk for row in rows]).update(tries=F("tries") + 1)
        lease.holder, lease.until = me(), now() + CLAIM
        await lease.save(update_fields=["holder", "until"])
    return Message(one, rows)


async def _lease(person_id: int) -> Lease:
    name = _lease_of(person_id)
    await Lease.bulk_create([Lease(name=name)], ignore_conflicts=True)
    return await Lease.select_for_update().get(name=name)


def _lease_of(person_id: int) -> str:
    return f"remind:{person_id}"


async def _true_rows(person_id: int) -> list[Reminder]:
    """What waits for a person and still holds; the rest is forgotten."""
    rows = await Reminder.filter(WAITING, person_id=person_id).order_by("id")
    holding = await still_true(rows)
    if stale := sorted({row.pk for row in rows} - {row.pk for row in holding}):
        await Reminder.filter(id__in=stale).delete()
    return holding


async def _sent(message: Message) -> None:
    async with in_transaction():
        await Reminder.filter(id__in=message.numbers).update(sent_at=now())
        await _let_go(message.to, None)


async def _failed(message: Message) -> None:
    """Wait longer after each try; what has been tried often enough is given up and shown."""
    tries = max(row.tries for row in message.rows)  # before this one
    async with in_transaction():
        tried_out = Reminder.filter(id__in=message.numbers, tries__gte=MOST_TRIES)
        await tried_out.update(given_up=True)
        await _let_go(message.to, now() + BACK_OFF[min(tries, len(BACK_OFF) - 1)])


async def _let_go(one: Recipient, until: datetime | None) -> None:
    await Lease.filter(name=_lease_of(one.person_id)).update(holder="", until=until)


async def _ready(most: int) -> list[Recipient]:
    """People to whom something may go now, up to so many; those who must wait do not stand in the way."""
    found: list[Recipient] = []
    numbers: Numbers = {}
    after = 0
    while len(found) < most:
        waiting = Reminder.filter(WAITING, person_id__gt=after).order_by("person_id").distinct().limit(PAGE)
        persons = [int(one) for (one,) in await waiting.values_list("person_id")]
        if not persons:
            break
        found += await _able(persons, numbers)
        after = persons[-1]
    return found[:most]


async def _able(persons: list[int], numbers: Numbers) -> list[Recipient]:
    """Those of a page whom nobody is writing to, and who may be disturbed now."""
    people = await _recipients(persons, numbers)
    sent = await sent_today(persons)
    rows = Reminder.filter(WAITING, person_id__in=persons, kind__in=URGENT)
    urgent = {int(one) for (one,) in await rows.values_list("person_id")}
    leases = Lease.filter(name__in=[_lease_of(one) for one in persons], until__gt=now())
    busy = {str(name) for (name,) in await leases.values_list("name")}
    return [
        one
        for one in people
        if _lease_of(one.person_id) not in busy and (one.person_id in urgent or not _held(one, sent))
    ]


async def _recipients(persons: list[int], numbers: Numbers) -> list[Recipient]:
    """Those who can be reached; who has left needs no reminder, and who has no number cannot have one."""
    posts = Post.filter(in_force(), person_id__in=persons).order_by("-id")
    wanted = ("person_id", "unit__path", "person__phone")
    homes = {one: (path, phone.strip()) for one, path, phone in await posts.values_list(*wanted)}
    if gone := [one for one in persons if one not in homes]:
        await Reminder.filter(WAITING, person_id__in=gone).delete()
    if mute := [one for one, (_, phone) in homes.items() if not phone]:
        await Reminder.filter(WAITING, person_id__in=mute).update(given_up=True)
    return [
        await _recipient(one, phone, upwards(path)[:2][-1], numbers)
        for one, (path, phone) in homes.items()
        if phone
    ]


async def _recipient(person_id: int, phone: str, county: str, numbers: Numbers) -> Recipient:
    """Only cities and counties set numbers, so one look per county is enough for a round."""
    if county not in numbers:
        numbers[county] = await policies(county, ASKED)
    of = numbers[county]
    return Recipient(person_id, phone, is_quiet(of), of["reminders_a_day"])


def is_quiet(numbers: dict[str, int]) -> bool:
    """Whether this hour of the town lies in the time nobody is disturbed, which may reach over midnight."""
    begin, end, hour = numbers["quiet_from"], numbers["quiet_until"], now().astimezone(TOWN_ZONE).hour
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def _held(one: Recipient, sent: Counter[int]) -> bool:
    return one.quiet or sent[one.person_id] >= one.most


async def sent_today(persons: Collection[int]) -> Counter[int]:
    """How many messages each person has had today: the reminders of one message share their instant."""
    morning = datetime.combine(today(), time(0), TOWN_ZONE)
    rows = Reminder.filter(person_id__in=list(persons), sent_at__gte=morning).distinct()
    return Counter(person for person, _ in await rows.values_list("person_id", "sent_at"))
