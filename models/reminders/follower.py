"""Reminders follow 消息: of a new message whose kind has words for outside, its owner hears there too, unless they chose not to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from models import inbox
from models.base.clock import today, town_day
from models.inbox import KINDS, InboxMessage, silenced
from models.reminders.recipients import Wanted, queue

STILL_NEW = timedelta(days=1)
"""A reader that begins, or was long away, tells nobody outside of what happened before yesterday."""


async def queue_messages(messages: Sequence[InboxMessage]) -> None:
    """Put down a reminder for each of these that leaves the application; it stands or falls with them."""
    since = today() - STILL_NEW
    going = [one for one in messages if KINDS[one.kind].outside and town_day(one.at) >= since]
    unwanted = await silenced({one.person_id for one in going})
    going = [one for one in going if (one.person_id, KINDS[one.kind].topic) not in unwanted]
    await queue([(_wanted(one), town_day(one.at)) for one in going])


def _wanted(message: InboxMessage) -> Wanted:
    return Wanted(message.person_id, message.kind, message.subject_type, message.subject_id)


inbox.leaving.append(queue_messages)
