"""What happened, through GraphQL."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.base.events import Event as EventRecord
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.people import Post


@type_for(EventRecord)
class Event(Node):
    seq: int | None
    at: datetime = strawberry.field(name="happenedAt", description="When it happened.")
    actor_label: str
    actor_post: Post | None
    command: str
    subject_type: str
    unit_path: str
    details: str
    changes: str
    outcome: str | None
    personal_digest: str | None
    prev_hash: str | None
    hash: str | None


@strawberry.type
class Queries:
    events = pages(Event)
    event = single(Event)
