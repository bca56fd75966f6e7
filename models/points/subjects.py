"""What entries of the ledger are about: the task or project by its name, where the reader may know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.base.viewer import Viewer
from models.bidding import Award, Milestone
from models.points.entries import PointEntry
from models.tasks import Assignment

Subject = tuple[str, int]


@dataclass(frozen=True)
class About:
    """A piece of work as people call it, with the place where it is kept."""

    kind: str
    """"assignment" or "award"."""
    number: int
    title: str


async def abouts(viewer: Viewer, entries: Iterable[PointEntry]) -> dict[Subject, About]:
    """By subject, what the viewer may know of it. At most three statements, whatever the number of entries."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    found: dict[Subject, About] = {}
    if numbers := sorted(wanted.get("Assignment", ())):
        rows = Assignment.visible_to(viewer).filter(id__in=numbers).values_list("id", "task__title")
        found |= {
            ("Assignment", int(str(n))): About("assignment", int(str(n)), str(t)) for n, t in await rows
        }
    if numbers := sorted(wanted.get("Award", ())):
        rows = Award.visible_to(viewer).filter(id__in=numbers).values_list("id", "project__title")
        found |= {("Award", int(str(n))): About("award", int(str(n)), str(t)) for n, t in await rows}
    if numbers := sorted(wanted.get("Milestone", ())):
        steps = Milestone.visible_to(viewer).filter(id__in=numbers)
        for step, award, title in await steps.values_list("id", "award_id", "award__project__title"):
            found["Milestone", int(str(step))] = About("award", int(str(award)), str(title))
    return found
