"""What readers of concerns look for, and which of them wait for whom: the same in both doors."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.search import said
from models.base.viewer import Viewer
from models.concerns.records import AWAITS_ANSWER, AWAITS_CONFIRMATION, Concern
from models.people import Post, in_force
from models.people.roles import ASKERS, COORDINATORS, DOERS, LEADERS
from models.units import Unit

MOST_DEPARTMENTS = 200


WAITING = Q(state__in=AWAITS_ANSWER)


def waiting_late() -> Q:
    return Q(state__in=AWAITS_ANSWER, due_on__lt=today())


@dataclass
class ConcernFilter:
    """What a reader of concerns is looking for."""

    state: str = ""
    """A state of concerns, or "open" for those that wait for an answer."""
    overdue: bool = False
    text: str = ""

    def among(self, rows: QuerySet[Concern]) -> QuerySet[Concern]:
        if self.state == "open":
            rows = rows.filter(WAITING)
        elif self.state:
            rows = rows.filter(state=self.state)
        if self.overdue:
            rows = rows.filter(waiting_late())
        return rows.filter(said(self.text))


def awaiting(viewer: Viewer) -> QuerySet[Concern]:
    """What waits for the viewer: answers to confirm, concerns to handle, and for leaders what is late."""
    confirming = viewer.area("unit__path", *DOERS) & Q(state__in=AWAITS_CONFIRMATION)
    answering = Q(state__in=AWAITS_ANSWER)
    here = Q(handled_by_id__isnull=True) | Q(state="declined")
    mine = viewer.desk("township_id", *COORDINATORS) & here
    late = viewer.desk("township_id", *LEADERS) & Q(due_on__lt=today())
    given = viewer.desk("handled_by_id", *ASKERS) & ~Q(state="declined")
    return Concern.visible_to(viewer).filter(confirming | (answering & (mine | late | given)))


async def who_can_have(concern: Concern) -> list[Unit]:
    """Offices of the township, then departments of the county, where somebody is there to answer."""
    homes = [one for one in (concern.township_id, concern.township.parent_id) if one is not None]
    held = Post.filter(in_force(), unit__parent_id__in=homes, role__in=ASKERS).values("unit_id")
    rows = Unit.filter(id__in=Subquery(held), level="department", ended_on=None)
    found = await rows.exclude(id=concern.handled_by_id or 0).order_by("path").limit(MOST_DEPARTMENTS)
    return sorted(found, key=lambda unit: (unit.parent_id != concern.township_id, unit.path))
