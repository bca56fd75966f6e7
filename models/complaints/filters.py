"""What readers of complaints look for, which of them wait for whom, and which townships may be named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.search import said
from models.base.viewer import Viewer, for_all_eyes
from models.complaints.records import AWAITS_ANSWER, ENOUGH, Complaint, PublishedAnswer
from models.people.roles import COMPLAINT_ANSWERERS
from models.tasks import Assignment, Task
from models.units import Unit

OF_A_TASK = re.compile(r"/(tasks|assignments)/(\d{1,18})(?:/.*)?")


WAITING = Q(state__in=AWAITS_ANSWER)


def waiting_late() -> Q:
    return Q(state__in=AWAITS_ANSWER, due_on__lt=today())


@dataclass
class ComplaintFilter:
    """What a reader of complaints is looking for."""

    state: str = ""
    """A state of complaints, or "open" for all that wait for an answer."""
    topic: str = ""
    overdue: bool = False
    text: str = ""

    def among(self, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
        if self.state == "open":
            rows = rows.filter(WAITING)
        elif self.state:
            rows = rows.filter(state=self.state)
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.overdue:
            rows = rows.filter(waiting_late())
        return rows.filter(said(self.text))


@dataclass
class PublishedFilter:
    """What a reader of published answers is looking for."""

    topic: str = ""
    outcome: str = ""
    text: str = ""

    def among(self, rows: QuerySet[PublishedAnswer]) -> QuerySet[PublishedAnswer]:
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.outcome:
            rows = rows.filter(outcome=self.outcome)
        return rows.filter(said(self.text))


@for_all_eyes
def answers_complaints(viewer: Viewer) -> bool:
    """Whether any come to this viewer's desk."""
    return bool(viewer.hats_as(*COMPLAINT_ANSWERERS))


def awaiting(viewer: Viewer) -> QuerySet[Complaint]:
    """What the viewer is to answer, and what is late one level below."""
    late = viewer.area("addressee__path", *COMPLAINT_ANSWERERS) & Q(due_on__lt=today())
    mine = viewer.desk("addressee_id", *COMPLAINT_ANSWERERS) | late
    return Complaint.visible_to(viewer).filter(mine, state__in=AWAITS_ANSWER)


async def task_of_page(viewer: Viewer, page: str) -> Task | None:
    """The task that a page is about, as far as the viewer may know of it."""
    found = OF_A_TASK.fullmatch(page)
    if found is None:
        return None
    number = int(found[2])
    if found[1] == "assignments":
        numbers = await Assignment.visible_to(viewer).filter(pk=number).values_list("task_id", flat=True)
        number = int(str(numbers[0])) if numbers else 0
    return await Task.visible_to(viewer).filter(pk=number).first()


async def nameable(rows: Iterable[PublishedAnswer]) -> Mapping[int, str]:
    """By published answer, its township where so many are answered there that nobody is recognised by it."""
    numbers = sorted({row.pk for row in rows})
    of = dict(
        await PublishedAnswer.filter(id__in=numbers, township_id__isnull=False).values_list(
            "id", "township_id"
        )
    )
    over = PublishedAnswer.filter(township_id__in=sorted(set(of.values())), month__lt=f"{today():%Y-%m}")
    counted = over.annotate(n=Count("id"))
    told = await counted.group_by("township_id").values_list("township_id", "n")
    enough = [int(township) for township, n in told if int(n) >= ENOUGH]
    names = dict(await Unit.filter(id__in=enough).values_list("id", "name"))
    return {number: names[township] for number, township in of.items() if township in names}
