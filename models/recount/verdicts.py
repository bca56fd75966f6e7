"""The trail read for the ledger: what was asked, and every verdict that was given, by its event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.events import Event, Mention
from models.base.viewer import subtree
from models.ledger.figures import CHUNK
from models.ledger.period import Wanted
from models.requests import WorkRequest
from models.units import Unit

A_BREATH = timedelta(seconds=60)
"""The trail is written right after what it tells of."""
SUBMITTED, AMENDED = "intake.submit", "tasks.amend_request"
READ = {
    "screening.admit": "admitted",
    "screening.reject": "rejected",
    "screening.admit_exceptionally": "exception",
}
"""The commands by which somebody gives a verdict, and which one."""
COUNTED = ("waived", "notice_days", "notice_due")
"""What events of submitting and amending tell of an asker's figures."""


@dataclass(frozen=True)
class Given:
    """One verdict by the word of the trail; the list's own are told by what was submitted or amended."""

    request: int
    at: datetime
    command: str
    screening: int = 0
    """The number of a verdict that somebody gave."""
    verdict: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)
    """What an asker's figures rest on; empty where it was written before the trail told it."""

    @property
    def is_automatic(self) -> bool:
        return self.command in (SUBMITTED, AMENDED)


async def given_in(wanted: Wanted) -> AsyncIterator[list[Given]]:
    """The verdicts of a place and period in the order in which they were written, and a breath beyond."""
    if wanted.place is not None and wanted.place.parent_id is None:
        wanted = replace(wanted, place=None)  # Everything lies in the top of the tree.
    period = wanted.period
    rows = Event.filter(at__gte=period.begins, at__lt=period.ends + A_BREATH)
    rows = rows.filter(_about(wanted), command__in=[SUBMITTED, AMENDED, *READ])
    after = 0
    while chunk := await rows.filter(id__gt=after).order_by("id").limit(CHUNK):
        yield await _belonging(wanted, await _given(chunk))
        after = chunk[-1].pk


def _about(wanted: Wanted) -> Q:
    """Events that may speak of requests of the place or department, to be looked at one by one."""
    about = Q()
    if wanted.place is not None:
        units = Unit.filter(subtree("path", wanted.place.path)).values("id")
        named = Mention.filter(subject_type="Unit", subject_id__in=Subquery(units)).values("event_id")
        about &= _on(WorkRequest.filter(here(wanted))) | Q(id__in=Subquery(named), command=SUBMITTED)
    if wanted.department is not None:
        own = Q(subject_type="Unit", subject_id=wanted.department.pk)
        about &= own | _on(WorkRequest.filter(department_id=wanted.department.pk))
    return about


def _on(requests: QuerySet[WorkRequest]) -> Q:
    numbers = Subquery(requests.values("id"))
    spoken_of = Mention.filter(subject_type="WorkRequest", subject_id__in=numbers).values("event_id")
    return Q(subject_type="WorkRequest", subject_id__in=numbers) | Q(id__in=Subquery(spoken_of))


def here(wanted: Wanted) -> Q:
    """Requests of the place and department: whatever moved in the tree since counts where it lies now."""
    asked = subtree("township__path", wanted.place.path) if wanted.place else Q()
    return asked & Q(department_id=wanted.department.pk) if wanted.department else asked


async def _given(events: Sequence[Event]) -> list[tuple[Given, int]]:
    """Each verdict with the number of the township that was told, or 0."""
    submitted = [event.pk for event in events if event.command == SUBMITTED]
    rows = Mention.filter(event_id__in=submitted, subject_type="WorkRequest").order_by("subject_id")
    made: dict[int, list[int]] = {}
    for event_id, number in await rows.values_list("event_id", "subject_id"):
        made.setdefault(int(str(event_id)), []).append(int(str(number)))
    return [one for event in events for one in _of_event(event, made.get(event.pk, []))]


def _of_event(event: Event, made: Sequence[int]) -> Iterator[tuple[Given, int]]:
    facts = event.facts
    townships = {int(request): int(township) for request, township in facts.get("asked", [])}
    told = _counted(facts)
    if event.command == SUBMITTED:
        for number in made:
            yield Given(number, event.at, SUBMITTED, facts=told), townships.get(number, 0)
    elif event.command == AMENDED:
        yield Given(event.subject_id, event.at, AMENDED, facts=told), 0
    else:
        number = int(event.outcome.rpartition(":")[2])
        yield Given(event.subject_id, event.at, event.command, number, READ[event.command]), 0


async def facts_since(requests: Sequence[int]) -> dict[int, dict[str, int]]:
    """What the last amendment of each of these requests tells of an asker's figures, whenever it was."""
    rows = Event.filter(subject_type="WorkRequest", subject_id__in=list(requests), command=AMENDED)
    return {event.subject_id: _counted(event.facts) for event in await rows.order_by("id")}


def _counted(facts: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(facts[name]) for name in COUNTED if facts.get(name) is not None}


async def _belonging(wanted: Wanted, told: Sequence[tuple[Given, int]]) -> list[Given]:
    """Those of the place: by their request or, where that is gone, by the township that was told."""
    if wanted.place is None and wanted.department is None:
        return [one for one, _ in told]
    numbers = sorted({one.request for one, _ in told})
    there = {int(str(n)) for n in await WorkRequest.filter(id__in=numbers).values_list("id", flat=True)}
    mine = WorkRequest.filter(here(wanted), id__in=numbers)
    own = {int(str(number)) for number in await mine.values_list("id", flat=True)}
    townships = Unit.filter(id__in=sorted({township for _, township in told}))
    path = wanted.place.path if wanted.place else ""
    paths = {int(str(n)): str(p).startswith(path) for n, p in await townships.values_list("id", "path")}
    return [
        one
        for one, township in told
        if one.request in own or (one.request not in there and paths.get(township, True))
    ]


def tells_of(at: datetime, kept: object) -> bool:
    """Whether something written into the trail at this instant is what the row keeps the instant of."""
    return isinstance(kept, datetime) and kept <= at <= kept + A_BREATH
