"""What happened, through GraphQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from models.base.events import Event as EventRecord
from models.base.events import an_object, told_changes
from models.base.records import row_number
from schema.base.fills import computed
from schema.base.nodes import Node, id_of, type_for
from schema.base.roots import pages, single
from schema.people import Post


def _made(outcome: str) -> str | None:
    """Of the reference to a record, such as WorkRequest:46."""
    kind, _, number = outcome.partition(":")
    pk = row_number(number)
    return id_of(kind, pk) if pk is not None else None


def _seal(subject_type: str, changes: str, seal: str | None) -> str | None:
    return seal if told_changes(subject_type, changes) == an_object(changes) else None


@type_for(EventRecord)
class Event(Node):
    seq: int | None
    at: datetime = strawberry.field(name="happenedAt", description="When it happened.")
    actor_label: str
    actor_post: Post | None
    command: str
    subject_type: str
    subject_id: ID | None = computed(
        id_of, "subject_type", "subject_id", description="The id of what it was upon, for `node`."
    )
    unit_path: str
    details: Any = computed(
        an_object, "details", description="What was told, by the names of the command.", graphql_type=JSON
    )
    changes: Any = computed(
        told_changes,
        "subject_type",
        "changes",
        description="What stands otherwise since: of each record the columns.",
        graphql_type=JSON,
    )
    made_id: ID | None = computed(
        _made,
        "outcome",
        name="resultId",
        description="The id of what came of it, for `node`; null where nothing of the API did.",
    )
    personal_digest: str | None
    hash: str | None = computed(
        _seal,
        "subject_type",
        "changes",
        "hash",
        description="The digest of the sealed entry; null where not all that was sealed is told, since a guess could be held to it.",
    )


@strawberry.type
class Queries:
    events = pages(Event)
    event = single(Event)
