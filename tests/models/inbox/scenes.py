"""Delivering, and what a person then finds in 消息."""

from __future__ import annotations

from typing import cast

from tortoise import Tortoise

from models import inbox
from models.base.events import Event
from models.base.records import Record
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.inbox import DECLARED, InboxMessage, Silent
from models.people import Post, in_force
from tests.builders import Town, a_list, a_town


async def delivered() -> None:
    await seal_all()
    await inbox.deliver()


async def told(viewer: Viewer) -> list[str]:
    """The kinds of messages a person finds, oldest first."""
    await delivered()
    rows = InboxMessage.visible_to(viewer).order_by("id")
    return [str(kind) for kind in await rows.values_list("kind", flat=True)]


async def unheard_since(event: int) -> set[str]:
    """Commands since this event that speak to somebody, of which nobody heard."""
    since = await Event.filter(id__gt=event)
    heard = set(await InboxMessage.filter(event_id__gt=event).values_list("event_id", flat=True))
    speaking = {name for name, one in DECLARED.items() if not isinstance(one, Silent)}
    return {one.command for one in since if one.command in speaking and one.pk not in heard}


async def leading_nowhere() -> list[str]:
    """Messages whose owner may not know of what they are about."""
    found = []
    for message in await InboxMessage.all():
        record = cast(type[Record], Tortoise.apps["models"][message.subject_type])  # type: ignore[index]
        if not await record.visible_to(await owner_of(message)).filter(id=message.subject_id).exists():
            found.append(f"{message.kind} about {message.subject_type} to {message.person_id}")
    return found


async def owner_of(message: InboxMessage) -> Viewer:
    posts = await Post.filter(in_force(), person_id=message.person_id).select_related("unit").order_by("id")
    return Viewer(message.person_id, None, "", tuple(post.hat() for post in posts))


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place
