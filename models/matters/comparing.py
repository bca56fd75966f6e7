"""What a version of the list changes, and whose open work that touches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tortoise.functions import Count

from models.base.viewer import Viewer
from models.matters.columns import HEADS, cells_of
from models.matters.exporting import demand_labels
from models.matters.in_force import list_above
from models.matters.records import Matter, MatterList

if TYPE_CHECKING:
    from models.intake import WorkRequest
    from models.tasks import Task

UNFINISHED = ("draft", "submitted", "approved", "dispatched")
MOST_SHOWN = 30


@dataclass(frozen=True)
class Change:
    """One matter that two versions state differently: column by column, what it was and what it is."""

    matter: Matter
    columns: tuple[tuple[str, str, str, str], ...]
    """Name, head, before, after."""


@dataclass(frozen=True)
class Difference:
    """What was added, removed and changed from one version to another, each in the order of the codes."""

    added: tuple[Matter, ...]
    removed: tuple[Matter, ...]
    changed: tuple[Change, ...]

    @property
    def touched(self) -> list[str]:
        """Codes of matters that open work may rest on and that are no longer what they were."""
        return sorted([matter.code for matter in self.removed] + [c.matter.code for c in self.changed])

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


async def before(viewer: Viewer, matter_list: MatterList) -> MatterList | None:
    """The published version that this one follows, or for a county's first the city's list above it."""
    rows = MatterList.visible_to(viewer).filter(region_id=matter_list.region_id, state="published")
    if matter_list.publication is not None:
        rows = rows.filter(publication__lt=matter_list.publication)
    own = await rows.order_by("-publication").first()
    return own or await list_above(matter_list.region.path)


async def compare(viewer: Viewer, old: MatterList | None, new: MatterList) -> Difference:
    """Every difference between two versions, by the cells of their tables; without an old one, all is added."""
    labels = await demand_labels()
    was = await _matters(viewer, old) if old else {}
    now = await _matters(viewer, new)
    changes = [
        Change(now[code], _columns(was[code], now[code], labels)) for code in sorted(now) if code in was
    ]
    return Difference(
        tuple(now[code] for code in sorted(now) if code not in was),
        tuple(was[code] for code in sorted(was) if code not in now),
        tuple(change for change in changes if change.columns),
    )


async def _matters(viewer: Viewer, matter_list: MatterList) -> dict[str, Matter]:
    rows = await Matter.visible_to(viewer).filter(list_id=matter_list.pk)
    return {matter.code: matter for matter in rows}


def _columns(old: Matter, new: Matter, labels: Mapping[str, str]) -> tuple[tuple[str, str, str, str], ...]:
    was, now = cells_of(old, labels), cells_of(new, labels)
    return tuple(
        (name, HEADS[name], _told(was[name]), _told(now[name])) for name in HEADS if was[name] != now[name]
    )


def _told(cell: Any) -> str:
    return "" if cell is None else str(cell)


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
    from models.intake import WorkRequest  # both stand on matters
    from models.tasks import Assignment, Task
    from models.tasks.states import OPEN

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
