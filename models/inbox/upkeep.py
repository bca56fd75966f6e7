"""Once a day: successors get what waits in their post, what was missed is settled, and what is old is let go."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tortoise.transactions import in_transaction

from models.base.clock import TOWN_ZONE, due, today
from models.base.followers import first_today
from models.inbox.delivery import end_waiting
from models.inbox.records import InboxMessage
from models.people import Post, in_force

READER = "inbox day"
KEPT = timedelta(days=400)
"""A year, and long enough after it to look something up."""
JUST_BEGUN = timedelta(days=30)
PAGE = 1000
OF_THE_POST_ALONE = ("seat", "scorer", "handed")
"""Kinds that were for one person and not for whoever does this work."""


@due
async def look_after_messages() -> None:
    """On the first tick of each day of the town, whichever server comes first."""
    async with in_transaction():
        if await first_today(READER):
            await hand_on()
            await _settle_what_was_missed()
            long_ago = datetime.combine(today() - KEPT, time(0), TOWN_ZONE)
            await InboxMessage.filter(at__lt=long_ago).delete()


async def hand_on() -> None:
    """What waits in a post that ended comes to whoever has begun in its place."""
    begun = Post.filter(in_force(), from_on__gte=today() - JUST_BEGUN).order_by("id")
    for post in await begun:
        left = InboxMessage.filter(
            waits=True, post__unit_id=post.unit_id, post__role=post.role, post__until_on__lt=today()
        )
        rows = await left.exclude(kind__in=OF_THE_POST_ALONE).exclude(person_id=post.person_id)
        copies = [_for(post, row) for row in rows]
        if copies:
            await InboxMessage.bulk_create(copies, ignore_conflicts=True, batch_size=200)
            await InboxMessage.filter(id__in=[row.pk for row in rows]).update(waits=False, fresh=False)


def _for(post: Post, row: InboxMessage) -> InboxMessage:
    told = {name: getattr(row, name) for name in InboxMessage._meta.fields_db_projection if name != "id"}
    return InboxMessage(**told | {"person_id": post.person_id, "post_id": post.pk, "fresh": True})


async def _settle_what_was_missed() -> None:
    """What ended without an event of its own, by the calendar or by another's."""
    after = 0
    while rows := await InboxMessage.filter(waits=True, id__gt=after).order_by("id").limit(PAGE):
        await end_waiting(rows)
        after = rows[-1].pk
