"""What happened, through GraphQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID
from strawberry.scalars import JSON
from tortoise.expressions import Q

from models.base.command_words import SAID
from models.base.events import Event as EventRecord
from models.base.events import an_object, told_changes
from models.base.records import row_number
from models.base.viewer import NOTHING, Viewer
from schema.base.fills import computed
from schema.base.filters import Part, Path, below, filter_of, moments, nowhere
from schema.base.nodes import Node, id_of, read_global_id, type_for
from schema.base.roots import pages, single
from schema.base.statements import padded
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
        an_object, "details", description="As it was told, by the names of the command.", graphql_type=JSON
    )
    changes: Any = computed(
        told_changes,
        "subject_type",
        "changes",
        description="As it was written: what stands otherwise since, of each record the columns.",
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


async def _subjects(viewer: Viewer, ids: list[ID], path: Path) -> list[tuple[str, int]]:
    """Events tell their subjects whether or not these may be seen, so any record may be named; what is none is refused."""
    named = [read_global_id(one) for one in ids]
    if None in named:
        raise nowhere("没有这个编号。", (*path, str(named.index(None))))
    return [(one[0].__name__, one[1]) for one in named if one is not None]


def _upon(rows: Any, subjects: list[tuple[str, int]]) -> Any:
    alternatives = [Q(subject_type=name, subject_id=number) for name, number in subjects]
    return rows.filter(Q(*alternatives, join_type="OR") if alternatives else NOTHING)


async def _commands(viewer: Viewer, names: list[str], path: Path) -> list[str]:
    unknown = next((at for at, name in enumerate(names) if name not in SAID), None)
    if unknown is not None:
        raise nowhere(f"没有“{names[unknown][:40]}”这个操作。", (*path, str(unknown)))
    return names


EventFilter = filter_of(
    "EventFilter",
    "What to look for in the trail.",
    subjects=Part(list[ID], "Events upon any of these.", _upon, _subjects),
    commands=Part(
        list[str],
        "Events of any of these commands, each by its name.",
        lambda rows, names: rows.filter(command__in=padded(names)) if names else rows.filter(NOTHING),
        _commands,
        column="command",
    ),
    within=below("unit_path", "Events at units at or below this one."),
    happened_at=moments("at", "Events between these instants."),
)


@strawberry.type
class Queries:
    events = pages(Event, wanted=EventFilter)
    event = single(Event)
