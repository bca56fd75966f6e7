"""Putting messages away: the owner's own mark, of which no event, time or trace is kept."""

from __future__ import annotations

from collections.abc import Sequence

from models.base.viewer import Viewer
from models.inbox.records import InboxMessage


async def put_away(viewer: Viewer, messages: Sequence[InboxMessage] | None = None) -> int:
    """Take the mark of being new from these of the viewer's own messages, or from all; says from how many.

    Not a command: the trail would tell others who has read what, and when.
    """
    rows = InboxMessage.visible_to(viewer).filter(fresh=True)
    if messages is not None:
        rows = rows.filter(id__in=[one.pk for one in messages])
    return await rows.update(fresh=False)


async def how_many_new(viewer: Viewer) -> int:
    """For the bar on every page; one statement on an index."""
    return await InboxMessage.visible_to(viewer).filter(fresh=True).count()
