"""What the trail keeps of a task: where it went with how many hours, and of an accepted result when, by whom and what excuses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.base.clock import now, today, town_day
from models.base.events import Event, tell
from models.base.facts import Facts
from models.tasks.records import Assignment, Task
from models.tasks.reports import Report, standing
from models.workdays import workdays_of


@dataclass(frozen=True, kw_only=True)
class Dispatched(Facts):
    """A task that went out: where to, and what it costs each village."""

    task: int
    township: int
    dispatched_at: datetime | None
    units: tuple[int, ...]
    hours: str
    """Of one village, exact."""
    requests: tuple[int, ...] = ()
    """Of an alarm, which makes its own requests on the way."""


@dataclass(frozen=True, kw_only=True)
class Accepted(Facts):
    """A result that was taken as done, by everything that its points rest on."""

    task: int
    unit: int | None
    """The village that answers for it."""
    matter: str
    weight: str
    due_at: datetime
    due_on: date
    reported_at: datetime
    reported_on: date
    rounds: int
    emergency: bool
    response: int | None
    spared: str
    """Why lateness costs nothing; empty where it does."""
    reporters: tuple[int, ...]
    by: tuple[int, ...]
    """Posts that did it."""
    dealt_by: tuple[int, ...]
    """Posts that drafted and approved the task."""


@dataclass(frozen=True, kw_only=True)
class LeftUnanswered(Facts):
    """A task whose end passed without a word."""

    task: int
    unit: int | None
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Excused(Facts):
    """Earlier notes of having been left unanswered that stand no more."""

    excused: tuple[int, ...]
    """Events."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Rested(Facts):
    """A rest that ended: whether it excuses being late."""

    spares: bool


def tell_where_it_went(task: Task, units: Sequence[int], requests: Sequence[int] = ()) -> None:
    """Put a dispatch into the trail whole, so that it can be counted from there without asking the rows."""
    tell(
        Dispatched(
            task=task.pk,
            township=task.township_id,
            dispatched_at=task.dispatched_at,
            units=tuple(units),
            hours=str(task.matter.effort_hours or 0),
            requests=tuple(requests),
        )
    )


async def facts_of(assignment: Assignment) -> Accepted:
    """The facts by which the result is credited, as they stand at its acceptance. Three statements."""
    task = assignment.task
    reports = list(await standing(assignment))[::-1]
    last = reports[-1] if reports else None
    # By its first report: how long the township took to read it, and to return it, is not the village's delay.
    reported_at = reports[0].at if reports else now()
    return Accepted(
        task=task.pk,
        unit=village_of(assignment),
        matter=task.matter.code,
        weight=str(task.matter.weight or 1),
        due_at=assignment.due_at,
        due_on=assignment.due_on,
        reported_at=reported_at,
        reported_on=town_day(reported_at),
        rounds=max(len(reports), 1),
        emergency=task.response_id is not None,
        response=task.response_id,
        spared=await _spared(assignment),
        reporters=_posts(report.by_id for report in reports),
        by=_posts(_doers(assignment, last)),
        dealt_by=_posts((task.drafted_by_id, task.approved_by_id)),
    )


def _posts(numbers: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({number for number in numbers if number}))


def village_of(assignment: Assignment) -> int | None:
    """The village that answers for it, also where a grid does it."""
    unit = assignment.unit
    return unit.parent_id if unit.level == "grid" else unit.pk


async def tell_excused(assignments: Iterable[Assignment], why: str) -> None:
    """Put into the trail which notes of having been left unanswered no longer stand, and why."""
    noted = [one.pk for one in assignments if one.unanswered_on is not None]
    if noted:
        notes = Event.filter(command="tasks.note_unanswered", subject_type="Assignment", subject_id__in=noted)
        latest = dict(await notes.order_by("id").values_list("subject_id", "id"))
        tell(Excused(excused=tuple(sorted(latest.values())), reason=why))


def _doers(assignment: Assignment, last: Report | None) -> tuple[int | None, ...]:
    """Whoever it was handed to and whoever reported, or for whom it was reported."""
    reporter = (last.on_behalf_of_id or last.by_id) if last else None
    return assignment.handed_to_id, reporter


async def _spared(assignment: Assignment) -> str:
    """Why lateness may cost nothing: a rest that the township ordered in time, or a load over the ceiling.

    An objection needs no such care: upheld, the village is rid of the task, and refused, its end was put off by the
    days it took. Were lateness forgiven to whoever objects in vain, objecting would pay better than the work.
    """
    if assignment.task.overload_reason:
        return "overload"
    return "suspended" if await spared_by_rest([assignment.pk], "tasks.resume") else ""


async def tell_of_rest(since: datetime | None, due_at: datetime, path: str) -> None:
    """Put into the trail whether the rest that ends now excuses lateness: it began in time, and took a working day."""
    if since is not None:
        stood = (await workdays_of(path)).between(town_day(since), today())
        tell(Rested(spares=stood > 0 and since <= due_at))


async def spared_by_rest(numbers: Collection[int], resume: str) -> set[int]:
    """Which of these had a rest that excuses lateness; each that ended before this was told excuses it."""
    ended = await Event.filter(subject_id__in=list(numbers), command=resume)
    told = {one: Rested.read(one.facts) for one in ended}
    return {one.subject_id for one, rest in told.items() if rest is None or rest.spares}
