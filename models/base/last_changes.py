"""When records last changed, as far as a viewer may know: by the events that they may read, and by no column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Subquery
from tortoise.functions import Max

from models.base.events import Event, Mention
from models.base.records import Record
from models.base.viewer import Viewer


async def last_changes(viewer: Viewer, rows: Sequence[Record]) -> dict[int, datetime]:
    """The moment of the last event upon each of these rows of one record, or that mentions it; in three statements."""
    if not rows:
        return {}
    named = {"subject_type": type(rows[0]).__name__, "subject_id__in": sorted({row.pk for row in rows})}
    seen = Event.visible_to(viewer)
    upon = seen.filter(**named).annotate(last=Max("id")).group_by("subject_id")
    there = Subquery(seen.values("id"))
    mentioned = (
        Mention.filter(event_id__in=there, **named).annotate(last=Max("event_id")).group_by("subject_id")
    )
    lasts: dict[int, int] = {}
    for found in (upon, mentioned):
        for pk, last in await found.values_list("subject_id", "last"):
            lasts[pk] = max(last, lasts.get(pk, 0))
    moments = dict(await Event.filter(id__in=sorted(set(lasts.values()))).values_list("id", "at"))
    return {pk: moments[last] for pk, last in lasts.items()}
