"""What a version of the list changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.base.viewer import Viewer
from models.matters.columns import HEADS, cells_of
from models.matters.exporting import demand_labels
from models.matters.in_force import list_above
from models.matters.records import Matter, MatterList


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
