"""The story of one record, as people read it."""

from __future__ import annotations

from tortoise.expressions import Q, Subquery

from models.base.events import Event, Mention
from models.base.records import Record
from models.base.viewer import Viewer

LONGEST_STORY = 200
TOLD_WITH_ITS_OUTCOME = {
    "WorkRequest": ("intake.submit",),
    "Concern": ("concerns.raise_concern",),
    "Complaint": ("complaints.complain", "complaints.complain_unnamed"),
}
"""Commands whose event belongs to the story of what they made, though it is filed elsewhere.

Only to that story: the places the event names are open to everybody, what was asked of them is not.
"""


async def story(viewer: Viewer, record: Record, limit: int = LONGEST_STORY) -> list[Event]:
    """What happened to this record, oldest first, as far as the viewer may know."""
    kind = type(record).__name__
    mentioned = Mention.filter(subject_type=kind, subject_id=record.pk).values("event_id")
    own = Q(subject_type=kind, subject_id=record.pk)
    about = own | Q(id__in=Subquery(mentioned))
    events = Event.filter(about, Event.scope(viewer) | Q(command__in=TOLD_WITH_ITS_OUTCOME.get(kind, ())))
    return await events.order_by("id").limit(limit).prefetch_related("actor_post__person", "actor_post__unit")
