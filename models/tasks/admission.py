"""The ceilings counted where a request is let in: what is at the villages, what is planned for them, what waits to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tortoise.expressions import Q, Subquery

from models.base.clock import now, today, town_day
from models.base.refusals import Invalid
from models.base.text import says_something
from models.intake.fields import villages_of
from models.requests.records import RequestUnit, WorkRequest
from models.screening import Screening
from models.screening.caps import COUNTS
from models.tasks.loads import Asked, Load, loads_of_each, village_behind
from models.tasks.records import TaskSource, TaskUnit
from models.tasks.signed_content import BEFORE_RELEASE

SHOWN = 5
FEWEST = 4
"""Characters of a reason, as of one for a mark that is left out: a full stop says nothing."""
Waiting = Mapping[int, Sequence[tuple[date, Decimal]]]


async def over_if_let_in(request: WorkRequest) -> list[Load]:
    """The villages a request is about that it would bring above a ceiling; read again, it takes its own place."""
    villages = await villages_of(request)
    hours = request.matter.effort_hours if request.matter else None
    waiting = await _waiting(request, {unit.pk for unit in villages})
    asked = Asked(request.township.path, villages, request.deadline, hours)
    loads = await loads_of_each([asked], beside=waiting, without=_answering(request))
    return [load for load in loads[0] if load.over]


def _answering(request: WorkRequest) -> Subquery:
    """The tasks that ask the villages for this request already."""
    return Subquery(TaskSource.filter(request_id=request.pk).values("task_id"))


async def must_be_answered_for(request: WorkRequest, note: str) -> None:
    """Raise Invalid where villages would be above a ceiling and the reader does not say why they are asked all the same.

    Of a township that is asked as a whole, those above it can still be left out while one has room.
    """
    is_told = says_something(note) and len(note) >= FEWEST
    over = [] if is_told else [load.unit.name for load in await over_if_let_in(request)]
    named = await RequestUnit.filter(request_id=request.pk).exists()
    if over and (named or len(over) == len(await villages_of(request))):
        told = "、".join(over[:SHOWN]) + (f"等 {len(over)} 个村社" if len(over) > SHOWN else "")
        raise Invalid(
            f"{told}的负担会超过上限，请写明为什么仍要收下（至少 {FEWEST} 个字）；下派前还须主要领导签署理由。",
            field="note",
        )


COUNTS.append(must_be_answered_for)


async def _waiting(request: WorkRequest, villages: Collection[int]) -> Waiting:
    """What is not at these villages yet: planned by a task, or let in and in no task so far. Three statements.

    What can no longer go out as it is, because its end or the end of its exception has passed, burdens nobody.
    """
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    planned = TaskUnit.filter(
        Q(unit_id__in=list(villages)) | Q(unit__parent_id__in=list(villages), unit__level="grid"),
        task__state__in=BEFORE_RELEASE,
        task__due_at__gte=now(),
    ).exclude(task_id__in=_answering(request))
    columns = (
        "unit__level",
        "unit_id",
        "unit__parent_id",
        "task_id",
        "task__due_at",
        "task__matter__effort_hours",
    )
    tasks = {
        (village_behind(level, pk, above), task): (town_day(due), Decimal(hours or 0))
        for level, pk, above, task, due, hours in await planned.values_list(*columns)
    }
    for (village, _), one in tasks.items():
        found[village].append(one)
    taken = TaskSource.exclude(task__state="withdrawn").values("request_id")
    running = Screening.filter(kind="exception", expires_on__gte=today()).values("request_id")
    stands = Q(state="admitted") | Q(state="exception", id__in=Subquery(running))
    free = WorkRequest.filter(stands, township_id=request.township_id, deadline__gte=today())
    free = free.exclude(id__in=Subquery(taken)).exclude(id=request.pk)
    rows = await free.values_list("id", "deadline", "matter__effort_hours")
    named = RequestUnit.filter(request_id__in=[row[0] for row in rows])
    places: dict[int, set[int]] = defaultdict(set)
    for asked, level, pk, above in await named.values_list(
        "request_id", "unit__level", "unit_id", "unit__parent_id"
    ):
        places[asked].add(village_behind(level, pk, above))
    for number, deadline, hours in rows:
        for village in places.get(number, set(villages)) & set(villages):
            found[village].append((deadline, Decimal(hours or 0)))
    return found
