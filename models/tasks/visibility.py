"""Whose tasks are whose: the conditions behind what townships, villages and those above them see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models.base.viewer import NOTHING, Viewer, any_of, for_all_eyes
from models.people.roles import ASKERS, DESK, DOERS, KEEPERS, OFFICES, VILLAGE_READERS, WATCHERS
from models.requests.records import ABOVE_VILLAGES

TAKEN = RawSQL(
    """(SELECT "taken"."request_id" FROM "task_source" "taken" JOIN "task" "of" ON "of"."id"="taken"."task_id"
 WHERE "taken"."request_id"="work_request"."id" AND "of"."state"<>'withdrawn')"""
)
"""Requests that some task answers, looked up for each that waits: all sources there are would be read to find the few that are missing."""


def of_the_township(viewer: Viewer, task: str = "") -> Q:
    """The township's desk and leaders, and its offices, which stand right below it in the tree."""
    homes = sorted({_above(hat.unit_path) for hat in viewer.hats_as(*OFFICES)})
    beside: dict[str, Any] = {f"{task}township__path__in": homes}
    return viewer.desk(f"{task}township_id", *DESK) | (Q(**beside) if homes else NOTHING)


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


def over_townships(viewer: Viewer, task: str = "") -> Q:
    """Those who watch the burden from township level upwards."""
    return viewer.area(f"{task}township__path", *KEEPERS) | viewer.narrowed(ABOVE_VILLAGES).area(
        f"{task}township__path", *WATCHERS
    )


def in_the_village(viewer: Viewer, unit: str = "unit__") -> Q:
    at_villages = viewer.narrowed(frozenset({"village", "grid"}))
    return at_villages.area(f"{unit}path", *VILLAGE_READERS)


@for_all_eyes
def at_the_village(viewer: Viewer, assignment: Any) -> bool:
    """Whether it is theirs to do: the village's people, and whoever it was handed to."""
    handed = any(hat.post_id == assignment.handed_to_id for hat in viewer.hats_as(*DOERS))
    return handed or viewer.oversees(assignment.unit.path, *DOERS)


def handed_to(viewer: Viewer, assignment: str = "") -> Q:
    """What the secretary gave to one of the viewer's own posts, at a grid too, which sees nothing else of the village."""
    posts = [hat.post_id for hat in viewer.hats if hat.unit_level in {"village", "grid"}]
    own: dict[str, Any] = {f"{assignment}handed_to_id__in": posts}
    return Q(**own) if posts else NOTHING


def village_reach(viewer: Viewer, assignment: str = "") -> Q:
    """Copies in one's village or grid, and those that were handed to one."""
    return in_the_village(viewer, f"{assignment}unit__") | handed_to(viewer, assignment)


def talk_reach(viewer: Viewer, assignment: str = "") -> Q:
    """What village and township say to each other on a task is not the asker's to read."""
    return (
        village_reach(viewer, assignment)
        | of_the_township(viewer, f"{assignment}task__")
        | over_townships(viewer, f"{assignment}task__")
    )


NOT_ASKED = ("withdrawn", "rejected")
"""A request in these states asks for nothing, whatever it named; what else that means for the task is other gates' to say."""


OF_THE_COPY = RawSQL('"assignment"."task_id"')


def where_asked(viewer: Viewer, sources: QuerySet[Any], copies: QuerySet[Any], assignment: str = "") -> Q:
    """Copies that answer a standing request of one's own: at the places it names, or all where it names none.

    What others asked in the same task, of other villages, is theirs to read.
    """
    units = [hat.unit_id for hat in viewer.hats_as(*ASKERS)]
    if not units:
        return NOTHING
    asked: dict[str, Any] = {"request__department_id__in": units, "request__state__not_in": NOT_ASKED}
    anywhere = sources.filter(**asked, request__wanted_units__id__isnull=True).values("task_id")
    # Apart from each other, as the ORM joins one table once however many ways lead to it.
    named = [copies.filter(**_wanted_at(place, asked)).values("id") for place in ("unit", "unit__parent")]
    ways: list[dict[str, Any]] = [{f"{assignment}task_id__in": Subquery(anywhere)}]
    ways += [{f"{assignment}id__in": Subquery(there)} for there in named]
    return any_of(Q(**way) for way in ways)


def _wanted_at(place: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Such a request names this place of a copy, and the copy's own task answers it."""
    wanted = {f"{place}__wanted_by__{name}": value for name, value in asked.items()}
    return {**wanted, f"{place}__wanted_by__request__task_sources__task_id": OF_THE_COPY}


def marked(rows: Iterable[Any], name: str, *values: str) -> list[Any]:
    """Rows that a statement marked so in a column of its own; with "1" where nothing is said."""
    return [row for row in rows if str(getattr(row, name, "")) in (values or ("1",))]
