"""Looking as somebody: a township's people see the pages of a village's, read only, for a reason both can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.events import Event
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.people.records import Post
from models.people.roles import DESK

A_LOOK = timedelta(minutes=30)
"""After so long it ends by itself, and the next one asks for a reason again."""
AT_VILLAGES = frozenset({"village", "grid"})


@rule("只有本镇街的统筹员和领导，可以看本镇街村社人员看到的页面。")
def works_with_the_village(actor: Viewer, post: Post) -> bool:
    there = post.unit.level in AT_VILLAGES and actor.oversees(post.unit.path, *DESK)
    return there and post.person_id != actor.person_id


@rule("这个人现在不在任。")
def in_office(post: Post) -> bool:
    return post.holds_on(today())


@dataclass(frozen=True)
class Look:
    """Somebody's pages as another person sees them for a while: whose, why, and until when."""

    viewer: Viewer
    post: Post
    reason: str
    until: datetime


@command(said="查看对方看到的页面", who=works_with_the_village, when=in_office)
async def look_as(actor: Viewer, post: Post, *, reason: str) -> Post:
    """Say why one looks at another's pages; the trail of both keeps it. Returns the post of who looks."""
    if not 4 <= len(reason.strip()) <= 200:
        raise Invalid("请写明为什么要看（4 到 200 个字），对方看得到。", field="reason")
    return await Post.get(pk=actor.post_id)


async def current_look(viewer: Viewer, post: Post) -> Look | None:
    """The look that the trail says has begun and is not over; it gives no row that the viewer may not see anyway."""
    if not look_as.allows(viewer, post):
        return None
    own = [hat.post_id for hat in viewer.hats]
    said = Event.filter(command=look_as.name, subject_type="Post", subject_id=post.pk, actor_post_id__in=own)
    event = await said.filter(at__gt=now() - A_LOOK).order_by("-id").first()
    if event is None:
        return None
    reason = str(event.told.get("reason", ""))
    return Look(_as_seen_by(viewer, post), post, reason, event.at + A_LOOK)


def _as_seen_by(viewer: Viewer, post: Post) -> Viewer:
    return Viewer(post.person_id, None, post.person.name, (post.hat(),), watched_by=viewer)
