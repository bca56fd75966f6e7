"""What one version of the list changes against another, and what its golden cases say, through GraphQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry
from strawberry import ID, Info

from models import matters, tasks
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.matters import Change, Flip, Matter, MatterList
from models.tasks import Touched
from schema.base.connections import After, Before, Connection, First, Last, Window
from schema.base.enums import coded
from schema.base.listed import listed, page_of
from schema.base.nodes import located
from schema.matters.matters import MatterCategory, Verdict


def _code(one: Any) -> str:
    return str(one.code)


@strawberry.type(description="A matter that was added or removed.")
class ListedMatter:
    code: str
    title: str
    category: str = coded(MatterCategory)


@strawberry.type(description="One column that two versions state differently.")
class ColumnChange:
    name: str
    label: str
    before: str
    after: str


@strawberry.type(description="A matter that two versions state differently, column by column.")
class MatterChange:
    code: str
    title: str
    columns: list[ColumnChange] = strawberry.field(description="At most 60: the columns that differ.")


@strawberry.type(
    description="Open work under a matter that was removed or changed, as far as the viewer may know."
)
class TouchedMatter:
    code: str
    tasks: int
    assignments: int
    requests: int


@strawberry.type(description="A village with the number of its open tasks that are touched.")
class TouchedVillage:
    name: str
    assignments: int


@strawberry.type(
    description="What was added, removed and changed from one version to another, in order of the codes."
)
class MatterListDiff:
    added: Any = listed(ListedMatter, lambda diff: diff["added"], _code, "Matters that were added.")
    removed: Any = listed(ListedMatter, lambda diff: diff["removed"], _code, "Matters that were removed.")
    changed: Any = listed(
        MatterChange, lambda diff: diff["changed"], _code, "Matters that are stated differently."
    )
    touched: Any = listed(
        TouchedMatter, lambda diff: diff["touched"], _code, "Open work under what was removed or changed."
    )
    villages: Any = listed(
        TouchedVillage,
        lambda diff: diff["villages"],
        lambda one: one.name,
        "The villages where such work is open.",
    )


@strawberry.type(description="A golden case that a version decides otherwise than it must.")
class GoldenFlip:
    code: str
    sentence: str
    should_be: str = coded(Verdict)
    would_be: str = coded(Verdict)


@strawberry.type(description="All golden cases against one version of the list.")
class GoldenRun:
    agreed: int
    foreign: int = strawberry.field(description="Cases about matters no list of this place ever had.")
    flips: Any = listed(
        GoldenFlip, lambda run: run.found, _code, "Cases that are decided otherwise than they must be."
    )
    found: strawberry.Private[list[GoldenFlip]]


@strawberry.type(
    description="A matter whose basis is due for another look, with the date of the text last read."
)
class DueBasis:
    code: str
    legal_basis: str
    as_of: date | None
    due_on: date


async def _seen(viewer: Viewer, gid: ID) -> MatterList | None:
    try:
        found = await located(viewer, MatterList, gid)
    except NotFound:
        return None
    assert isinstance(found, MatterList)
    return found


async def _diff(info: Info, before: ID, after: ID) -> Any:
    viewer: Viewer = info.context.viewer
    old, new = await _seen(viewer, before), await _seen(viewer, after)
    if old is None or new is None:
        return None
    difference = await matters.compare(viewer, old, new)
    impact = await tasks.impact(viewer, difference.touched)
    return {
        "added": [_listed(one) for one in difference.added],
        "removed": [_listed(one) for one in difference.removed],
        "changed": [_changed(one) for one in difference.changed],
        "touched": [_touched(code, one) for code, one in impact.matters.items()],
        "villages": [TouchedVillage(name=name, assignments=number) for name, number in impact.villages],
    }


async def _run(info: Info, matter_list: ID) -> Any:
    found = await _seen(info.context.viewer, matter_list)
    if found is None:
        return None
    run = await matters.golden_run(found)
    return GoldenRun(agreed=run.agreed, foreign=run.foreign, found=[_flipped(one) for one in run.flips])


def _listed(matter: Matter) -> ListedMatter:
    return ListedMatter(code=matter.code, title=matter.title, category=matter.category)


def _changed(change: Change) -> MatterChange:
    columns = [ColumnChange(name=n, label=h, before=b, after=a) for n, h, b, a in change.columns]
    return MatterChange(code=change.matter.code, title=change.matter.title, columns=columns)


def _touched(code: str, one: Touched) -> TouchedMatter:
    return TouchedMatter(code=code, tasks=one.tasks, assignments=one.assignments, requests=one.requests)


def _flipped(flip: Flip) -> GoldenFlip:
    case = flip.case
    return GoldenFlip(
        code=case.code, sentence=flip.sentence, should_be=case.verdict, would_be=flip.decision.verdict
    )


async def _due(
    info: Info,
    matter_list: ID,
    first: First = None,
    last: Last = None,
    after: After = None,
    before: Before = None,
) -> Any:
    window = Window.asked(("key",), first, last, after, before)
    found = await _seen(info.context.viewer, matter_list)
    if found is None:
        return None
    told = await matters.bases_of(info.context.viewer, found)
    due = [
        DueBasis(code=one.matter.code, legal_basis=one.matter.legal_basis, as_of=one.as_of, due_on=one.due_on)
        for one in told
        if one.is_due
    ]
    return page_of(due, lambda one: f"{one.due_on} {one.code}", window)


@strawberry.type
class Queries:
    matter_list_diff: Any = strawberry.field(
        resolver=_diff,
        graphql_type=MatterListDiff | None,
        description="What `after` changes against `before`; null where either is not the viewer's to see.",
    )
    golden_run: Any = strawberry.field(
        resolver=_run,
        graphql_type=GoldenRun | None,
        description="The golden cases decided by this version as if it were in force.",
    )
    bases_due: Any = strawberry.field(
        resolver=_due,
        graphql_type=Connection[DueBasis] | None,
        description="The matters of a version whose basis is due for another look, the longest due first.",
    )
