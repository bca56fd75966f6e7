"""The morning page of those who look after places without doing their tasks: what is under way there, and what is late.

Of work and its days alone: who has read what, or been here when, is nobody's to see. Which village is late is told to the
desk that sent the work and to the village; from above it is a number over the whole area, and none where it is of few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.viewer import Viewer, for_all_eyes
from models.burden import FEWEST
from models.concerns import AWAITS_ANSWER, Concern
from models.people.roles import VILLAGE_LOOKOUTS, WATCHERS
from models.requests.records import ABOVE_VILLAGES
from models.tasks import WITH_THE_VILLAGE, Assignment, Objection, still_late

SHOWN = ("id", "state", "due_at", "task__id", "task__title", "unit__id", "unit__name", "unit__level")

NOTHING_LATE = "您看护的地方今天没有逾期的事，也没有等您办的事。"


class Watched(NamedTuple):
    """One section: how a row of it is shown, its title, its rows, and where all of them are."""

    kind: str
    title: str
    rows: QuerySet[Any]
    all_at: str


@for_all_eyes
def looks_after(viewer: Viewer) -> bool:
    return bool(_near(viewer).hats_as(*VILLAGE_LOOKOUTS)) or watches_from_above(viewer)


@for_all_eyes
def watches_from_above(viewer: Viewer) -> bool:
    return bool(_above(viewer).hats_as(*WATCHERS))


def _near(viewer: Viewer) -> Viewer:
    return viewer.narrowed(frozenset({"village", "grid"}))


def _above(viewer: Viewer) -> Viewer:
    return viewer.narrowed(ABOVE_VILLAGES)


def watched(viewer: Viewer) -> Sequence[Watched]:
    """What is under way at one's villages; from above what the villages wait for too long."""
    found: list[Watched] = []
    if _near(viewer).hats_as(*VILLAGE_LOOKOUTS):
        here = _near(viewer).area("unit__path", *VILLAGE_LOOKOUTS)
        rows = Assignment.visible_to(viewer).filter(
            here, state__in=(*WITH_THE_VILLAGE, "reported", "objected")
        )
        found.append(Watched("watched", "村里正在办的任务", _of_copies(rows), "/tasks"))
        raised = Concern.visible_to(viewer).filter(here, state__in=AWAITS_ANSWER)
        found.append(Watched("concern", "村里等答复的民情", _by_day(raised, "unit"), "/concerns?state=open"))
    if watches_from_above(viewer):
        found += _from_above(viewer)
    return found


def _from_above(viewer: Viewer) -> list[Watched]:
    area = _above(viewer).area("unit__path", *WATCHERS)
    raised = Concern.visible_to(viewer).filter(area, state__in=AWAITS_ANSWER, due_on__lt=today())
    objected = Objection.visible_to(viewer).filter(
        _above(viewer).area("assignment__unit__path", *WATCHERS), state="open", due_on__lt=today()
    )
    return [
        Watched(
            "late_objection", "过了期限还没答复的任务异议", _by_day(objected, *OF_AN_OBJECTION), "/tasks"
        ),
        Watched("concern", "过了期限还没答复的民情", _by_day(raised, "unit"), "/concerns?late=1"),
    ]


class LateCopies(NamedTuple):
    """How much is late in the whole area of whoever watches over it, as far as no village is meant by it."""

    copies: int
    villages: int

    @property
    def told(self) -> str:
        if self.villages < FEWEST:
            return "个别村社有逾期的任务单，由镇街联系"
        return f"{self.copies} 份，在 {self.villages} 个村社"


async def late_copies(viewer: Viewer) -> list[LateCopies]:
    """One number for all the viewer watches over; nothing where nothing is late. A grid counts as its village."""
    if not watches_from_above(viewer):
        return []
    late = Assignment.visible_to(viewer).filter(_above(viewer).area("unit__path", *WATCHERS), still_late())
    columns = ("unit__level", "unit_id", "unit__parent_id")
    counted = late.annotate(n=Count("id")).group_by(*columns).values_list(*columns, "n")
    found = [(above if level == "grid" else unit, int(n)) for level, unit, above, n in await counted]
    return [LateCopies(sum(n for _, n in found), len({village for village, _ in found}))] if found else []


OF_AN_OBJECTION = ("assignment__unit", "assignment__task")


def _of_copies(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.order_by("due_at", "id").select_related("task", "unit").only(*SHOWN)


def _by_day(rows: QuerySet[Any], *related: str) -> QuerySet[Any]:
    return rows.order_by("due_on", "id").select_related(*related)
