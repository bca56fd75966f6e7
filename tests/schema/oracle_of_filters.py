"""What each part of each filter means, said once more and by hand, over rows that the viewer may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from models.base.clock import now, today, town_day
from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding import Award, Milestone, Project
from models.bidding.filters import STATES_OF
from models.matters import Matter
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import Assignment, Task, TaskSource
from models.tasks.states import WITH_THE_VILLAGE
from models.units import Unit

Holds = Callable[[Any, Any], bool]
"""Whether a row answers a value."""


@dataclass
class Seen:
    """All that one viewer may see of what filters look at."""

    rows: dict[type[Record], list[Any]]
    units: list[Unit]

    def those(self, record: type[Record], **equal: Any) -> list[Any]:
        return [
            one
            for one in self.rows[record]
            if all(getattr(one, name) == value for name, value in equal.items())
        ]


LOADED: dict[type[Record], Sequence[str]] = {
    Task: ("township", "matter"),
    Assignment: ("unit", "task__township", "task__matter"),
    WorkRequest: ("township",),
    Project: ("township",),
    TaskSource: ("request",),
    Screening: (),
    Award: ("unit",),
    Milestone: ("award",),
    Matter: (),
}


async def seen_by(viewer: Viewer) -> Seen:
    rows = {
        record: list(await record.visible_to(viewer).prefetch_related(*loaded))
        for record, loaded in LOADED.items()
    }
    return Seen(rows, list(await Unit.visible_to(viewer)))


@dataclass(frozen=True)
class Way:
    """One part of a filter: a value a caller might say, and which rows it leaves."""

    told: Any
    holds: Callable[[Any], bool]
    statements: int = 0
    """How many it takes to know what it names."""


def _below(path: str, place: Unit) -> bool:
    return path.startswith(place.path)


def ways(record: type[Record], seen: Seen, chance: Random) -> dict[str, Way]:
    """A value for every part of the filter of this record's list."""
    place, flag = chance.choice(seen.units), chance.random() < 0.5
    places = chance.sample(seen.units, chance.randrange(4))
    here = {"code": place.code}
    there = [{"code": one.code} for one in places]
    numbers = {one.pk for one in places}
    first, last = sorted(chance.choices([today() + timedelta(days=n) for n in range(-40, 40)], k=2))
    span = {"since": str(first), "until": str(last)}
    begin, end = sorted(now() + timedelta(hours=chance.randint(-900, 900)) for _ in range(2))
    instants = {"since": begin.isoformat(), "before": end.isoformat()}

    def day(at: Any) -> bool:
        at = town_day(at) if isinstance(at, datetime) else at
        return first <= at <= last

    def moment(at: datetime | None) -> bool:
        return at is not None and begin <= at < end

    def any_state(of: type[Record], column: str = "state") -> tuple[list[str], Callable[[Any], bool]]:
        held = sorted({getattr(row, column) for row in seen.rows[of]})
        some = chance.sample(held, chance.randint(0, len(held)))
        return [one.upper() for one in some], lambda row: getattr(row, column) in some

    matters = chance.sample(sorted({one.code for one in seen.rows[Matter]}), 2)

    def of_tasks() -> dict[str, Way]:
        copies, sources = seen.rows[Assignment], seen.rows[TaskSource]
        codes = chance.sample([one.code for one in seen.rows[Task]], min(2, len(seen.rows[Task])))
        return {
            "states": Way(*any_state(Task)),
            "within": Way(here, lambda row: _below(row.township.path, place), 2),
            "codes": Way(codes, lambda row: row.code in codes, bool(codes)),
            "matterCodes": Way(matters, lambda row: row.matter.code in matters, 1),
            "village": Way(
                here,
                lambda row: any(_below(o.unit.path, place) for o in copies if o.task_id == row.pk),
                2,
            ),
            "departments": Way(
                there,
                lambda row: any(o.request.department_id in numbers for o in sources if o.task_id == row.pk),
                2 * bool(there),
            ),
            "createdAt": Way(instants, lambda row: moment(row.made_at)),
            "dispatchedAt": Way(instants, lambda row: moment(row.dispatched_at)),
            "dueOn": Way(span, lambda row: day(row.due_at)),
            "isOverdue": Way(flag, lambda row: row.is_overdue == flag),
            "isEmergency": Way(flag, lambda row: (row.response_id is not None) == flag),
            "hasReportsToReview": Way(
                flag,
                lambda row: any(o.task_id == row.pk and o.state == "reported" for o in copies) == flag,
            ),
            "text": Way("词元", lambda row: "词元" in row.title),
        }

    def of_assignments() -> dict[str, Way]:
        return {
            "states": Way(*any_state(Assignment)),
            "within": Way(here, lambda row: _below(row.unit.path, place), 2),
            "matterCodes": Way(matters, lambda row: row.task.matter.code in matters, 1),
            "dueOn": Way(span, lambda row: day(row.due_at)),
            "dispatchedAt": Way(instants, lambda row: moment(row.task.dispatched_at)),
            "decidedAt": Way(instants, lambda row: moment(row.decided_at)),
            "isOpen": Way(flag, lambda row: (row.state in WITH_THE_VILLAGE) == flag),
            "isOverdue": Way(flag, lambda row: row.is_overdue == flag),
            "text": Way("词元", lambda row: "词元" in row.task.title),
        }

    def of_requests() -> dict[str, Way]:
        verdicts, has = any_state(Screening, "verdict")
        return {
            "states": Way(*any_state(WorkRequest)),
            "within": Way(here, lambda row: _below(row.township.path, place), 2),
            "matterCodes": Way(matters, lambda row: row.matter_code in matters, 1),
            "departments": Way(there, lambda row: row.department_id in numbers, 2 * bool(there)),
            "verdicts": Way(
                verdicts,
                lambda row: any(has(o) for o in seen.those(Screening, request_id=row.pk)),
            ),
            "dueOn": Way(span, lambda row: day(row.deadline)),
            "createdAt": Way(instants, lambda row: moment(row.submitted_at)),
            "text": Way("词元", lambda row: "词元" in row.title),
        }

    def of_projects() -> dict[str, Way]:
        stage = chance.choice(["open", "judging", "building", "done", "ended"])
        kinds, of_kind = any_state(Project, "kind")
        return {
            "stages": Way([stage.upper()], lambda row: row.state in STATES_OF[stage]),
            "states": Way(*any_state(Project)),
            "kinds": Way(kinds, of_kind),
            "within": Way(here, lambda row: _below(row.township.path, place), 2),
            "closesAt": Way(instants, lambda row: moment(row.closes_at)),
            "finishBy": Way(span, lambda row: day(row.finish_by)),
            "awardedTo": Way(
                here,
                lambda row: any(
                    o.state == "standing" and _below(o.unit.path, place)
                    for o in seen.those(Award, project_id=row.pk)
                ),
                2,
            ),
            "isLate": Way(flag, lambda row: _is_late(row, seen) == flag),
        }

    made = {Task: of_tasks, Assignment: of_assignments, WorkRequest: of_requests, Project: of_projects}
    return made[record]()


def _is_late(project: Project, seen: Seen) -> bool:
    return any(
        step.award.project_id == project.pk
        and step.award.state == "standing"
        and step.state in ("planned", "returned")
        and step.due_on < today()
        for step in seen.rows[Milestone]
    )
