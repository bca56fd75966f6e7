"""Whose open work a new version of the list touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.functions import Count

from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.tasks.records import Assignment, Task
from models.tasks.states import OPEN

UNFINISHED = ("draft", "submitted", "approved", "dispatched")
MOST_SHOWN = 30


@dataclass
class Touched:
    """The open work of one matter that the viewer may know of."""

    tasks: int = 0
    assignments: int = 0
    requests: int = 0


@dataclass
class Impact:
    """Whose open work rests on matters that a version removes or changes, as far as the viewer may know."""

    matters: dict[str, Touched] = field(default_factory=dict)
    villages: list[tuple[str, int]] = field(default_factory=list)
    """Villages with the number of their open tasks, most first."""
    tasks: Sequence[Task] = ()
    requests: Sequence[WorkRequest] = ()

    @property
    def open_tasks(self) -> int:
        return sum(one.tasks for one in self.matters.values())

    @property
    def waiting_requests(self) -> int:
        return sum(one.requests for one in self.matters.values())


async def impact(viewer: Viewer, codes: Collection[str]) -> Impact:
    """Open tasks and pending requests under these matters; they keep the version they were screened under."""
    found = Impact({code: Touched() for code in sorted(codes)})
    if not codes:
        return found
    named = list(found.matters)
    tasks = Task.visible_to(viewer).filter(state__in=UNFINISHED, matter__code__in=named)
    copies = Assignment.visible_to(viewer).filter(state__in=OPEN, task__matter__code__in=named)
    requests = WorkRequest.visible_to(viewer).filter(state="pending_review", matter_code__in=named)
    for code, number in await _counted(tasks, "matter__code"):
        found.matters[code].tasks = number
    for code, number in await _counted(copies, "task__matter__code"):
        found.matters[code].assignments = number
    for code, number in await _counted(requests, "matter_code"):
        found.matters[code].requests = number
    by_village = await _counted(copies, "unit_id", "unit__name")
    found.villages = sorted(((name, n) for _, name, n in by_village), key=lambda one: (-one[1], one[0]))
    found.tasks = await tasks.order_by("-id").limit(MOST_SHOWN).select_related("matter", "township")
    found.requests = await requests.order_by("-id").limit(MOST_SHOWN).select_related("department", "township")
    return found


async def _counted(rows: Any, *by: str) -> list[tuple[Any, ...]]:
    """How many rows there are of each value of these columns."""
    counted = rows.annotate(rows_of_it=Count("id", distinct=True)).group_by(*by)
    return list(await counted.values_list(*by, "rows_of_it"))
