"""Who may know whether a village has received its copy of a task, and when."""

from __future__ import annotations

from tortoise.expressions import Q

from models.base.traces import Traces
from models.base.viewer import Viewer
from models.people.roles import DESK, RECEIPT_READERS, VILLAGE_PEOPLE
from models.tasks.visibility import handed_to


def receipt_reach(viewer: Viewer) -> Q:
    """Copies of which one may know whether they were received: the dispatcher's own, and the village's."""
    at_villages = viewer.narrowed(frozenset({"village", "grid"})).area("unit__path", *VILLAGE_PEOPLE)
    return viewer.desk("task__township_id", *DESK) | at_villages | handed_to(viewer)


RECEIPT = Traces(
    columns={
        "state": {"dispatched": "received"},
        "suspended_from": {"dispatched": "received"},
        "received_at": None,
    },
    commands=frozenset({"tasks.receive"}),
    read_by=RECEIPT_READERS,
    rows=receipt_reach,
)
"""An unread task shows the dispatcher whom to phone, and nothing else; to all others it is under way, read or not."""
