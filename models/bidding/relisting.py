"""Listing a project again, and what changed between it and the one it was listed instead of, in the words of its page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from models.base.clock import TOWN_ZONE
from models.base.commands import command
from models.base.days import Foreseen, Planned
from models.base.labels import labels
from models.base.viewer import Viewer
from models.bidding.drafting import Plan, is_at_the_desk
from models.bidding.records import Criterion, Entrant, Project, ProjectFile
from models.bidding.states import DEPTHS, KINDS

COMPARED = (
    *("title", "kind", "depth", "purpose", "support", "support_yuan", "conditions", "contact"),
    *("opens_at", "closes_at", "standstill_days", "widest_spread", "start_by", "finish_by"),
)
"""What a project says in columns of its own, in the order of its page."""


@command(said="重新上榜", who=is_at_the_desk)
async def relist(
    actor: Viewer,
    project: Project,
    *,
    opens_at: Planned[datetime],
    closes_at: Planned[datetime],
    start_by: Foreseen[date],
    finish_by: Foreseen[date],
) -> Project:
    """A new draft that says the same with new times, to be changed and approved like any other."""
    copied = {field.name: getattr(project, field.name) for field in fields(Plan)}
    times = {"opens_at": opens_at, "closes_at": closes_at, "start_by": start_by, "finish_by": finish_by}
    made = await Project.create(
        township_id=project.township_id,
        drafted_by_id=actor.post_id,
        instead_of=project,
        **Plan(**copied | times).checked(),
    )
    for one in await Criterion.filter(project=project).order_by("position"):
        await Criterion.create(
            project=made, position=one.position, title=one.title, weight=one.weight, guidance=one.guidance
        )
    invited = await Entrant.filter(project=project).order_by("id").values_list("unit_id", flat=True)
    await Entrant.bulk_create([Entrant(project=made, unit_id=int(str(number))) for number in invited])
    for kept in await ProjectFile.filter(project=project).order_by("id"):
        await ProjectFile.create(project=made, file_id=kept.file_id)
    return made


@dataclass(frozen=True)
class Difference:
    """One thing that reads otherwise than in the project before."""

    label: str
    before: str
    after: str


async def differences(project: Project) -> list[Difference]:
    """Field by field and the criteria; empty where there is no project before. At most three statements."""
    if project.instead_of_id is None:
        return []
    before = await Project.get(pk=project.instead_of_id)
    pairs = [
        (label, _said(before, name), _said(project, name))
        for name, label in labels(Project, *COMPARED).items()
    ]
    criteria: dict[int, list[str]] = {before.pk: [], project.pk: []}
    rows = Criterion.filter(project_id__in=list(criteria)).order_by("position")
    for one in await rows:
        criteria[one.project_id].append(f"{one.title}{f' {one.weight}%' if one.weight else ''}")
    pairs.append(("比选标准", "、".join(criteria[before.pk]), "、".join(criteria[project.pk])))
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _said(project: Project, name: str) -> str:
    value: Any = getattr(project, name)
    if name in ("opens_at", "closes_at"):
        return f"{value.astimezone(TOWN_ZONE):%Y-%m-%d %H:%M}"
    named = {"kind": KINDS, "depth": DEPTHS}.get(name)
    return named[value] if named else str(value)
