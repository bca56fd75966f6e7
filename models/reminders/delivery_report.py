"""What became of the reminders of a township's people: how many left, wait, or could not be sent; never their words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.expressions import Subquery

from models.base.clock import now
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.people.roles import REMINDER_READERS
from models.reminders.records import Reminder

SHOWN = timedelta(days=7)
KEPT_FROM_THE_DESK = ("complaint", "complaint_answered", "complaint_ended")
"""A township would see by the message that somebody has complained over its head."""


@dataclass
class Sendings:
    """One person's reminders of the last days."""

    post: Post
    messages: set[datetime] = field(default_factory=set)
    waiting: int = 0
    failed: int = 0

    @property
    def last_at(self) -> datetime | None:
        return max(self.messages, default=None)


async def sendings(viewer: Viewer) -> list[Sendings]:
    """By person, those first whom nothing reached; two statements, whatever their number."""
    posts = Post.visible_to(viewer).filter(in_force(), viewer.area("unit__path", *REMINDER_READERS))
    since = now() - SHOWN
    of_theirs = Reminder.filter(person_id__in=Subquery(posts.values("person_id")), made_at__gte=since)
    rows = of_theirs.exclude(kind__in=KEPT_FROM_THE_DESK)
    told = await rows.order_by("id").values_list("person_id", "sent_at", "given_up")
    ordered = posts.filter(person_id__in=sorted({person for person, _, _ in told})).order_by(
        "unit__path", "id"
    )
    found: dict[int, Sendings] = {}
    for post in await ordered.select_related("person", "unit"):
        found.setdefault(post.person_id, Sendings(post))
    for person, sent_at, given_up in told:
        if person in found:
            _count(found[person], sent_at, given_up)
    return sorted(found.values(), key=lambda one: (-one.failed, -one.waiting))


def _count(one: Sendings, sent_at: datetime | None, given_up: bool) -> None:
    if sent_at is not None:
        one.messages.add(sent_at)
    elif given_up:
        one.failed += 1
    else:
        one.waiting += 1
