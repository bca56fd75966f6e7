"""The recount of the dashboard: rows read one by one, the trail walked event by event, and both held against the figures shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.base.clock import town_day
from models.base.viewer import Viewer
from models.burden.asked_fields import AskedFields, fields_by_month
from models.burden.children import BELOW, children, tallies
from models.burden.figures import Burden, Fields, burden, fields_told
from models.burden.months import months
from models.burden.rows import merged_away, sent, taken_up
from models.intake import RequestVersion, fields_in, notice_of
from models.ledger import Wanted
from models.ledger.figures import CHUNK
from models.recount.askers import compare_askers, in_chunks
from models.recount.dispatches import sent_at
from models.recount.trail import Traced, asked_otherwise, traced
from models.recount.verdicts import tells_of
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import AskedField, Assignment
from models.units import Unit


@dataclass
class Recounted:
    """What reading row by row gives, and what does not hold together."""

    assignments: int = 0
    tasks: set[int] = field(default_factory=set)
    hours: Decimal = Decimal(0)
    requests: int = 0
    by_task: Counter[int] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)
    by_place: Counter[str] = field(default_factory=Counter)
    by_state: list[tuple[str, int, int]] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    forms_by_month: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    untold: int = 0
    """Dispatches of before the trail told where they went, of which it can only tell that they happened."""
    faults: list[str] = field(default_factory=list)

    @property
    def merged(self) -> int:
        return sum(requests - 1 for requests in self.by_task.values())

    @property
    def fields(self) -> Fields:
        return fields_told(self.by_state)


async def recount_burden(viewer: Viewer, wanted: Wanted, place: Unit) -> Recounted:
    """Count everything again without the database's own counting, and compare."""
    here = Wanted(wanted.period, place)
    told, trail = Recounted(), await traced(here)
    await _assignments(viewer, here, told)
    await _sources(viewer, here, told)
    await _requests(viewer, here, told, trail)
    await _compare(viewer, here, told, await burden(viewer, here))
    told.faults += await compare_askers(here, place, trail)
    _compare_trail(trail, told)
    return told


async def _assignments(viewer: Viewer, wanted: Wanted, told: Recounted) -> None:
    dispatched: dict[int, datetime] = {}
    async for chunk in in_chunks(sent(viewer, wanted).select_related("task__matter", "unit")):
        for row in chunk:
            _count_one(row, told)
            dispatched[row.task_id] = row.task.dispatched_at
        await _forms(chunk, told)
    numbers = sorted(dispatched)
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        spoken = await sent_at(some)
        told.faults += [
            f"任务 {number}：下派时间与办理经过不符"
            for number in some
            if not any(tells_of(at, dispatched[number]) for at in spoken[number])
        ]


async def _forms(chunk: Sequence[Assignment], told: Recounted) -> None:
    """The fields of these copies, one by one."""
    month = {row.pk: f"{town_day(at):%Y-%m}" for row in chunk if (at := row.task.dispatched_at)}
    for asked in await AskedField.filter(assignment_id__in=[row.pk for row in chunk]):
        told.forms[asked.how] += 1
        told.forms_by_month[month.get(asked.assignment_id, "")][asked.how] += 1


def _count_one(row: Assignment, told: Recounted) -> None:
    told.assignments += 1
    told.tasks.add(row.task_id)
    told.hours += row.task.matter.effort_hours or Decimal(0)
    at = row.task.dispatched_at
    told.by_month[f"{town_day(at):%Y-%m}" if at else ""] += 1
    parts = row.unit.path.rstrip("/").split("/")
    told.by_place.update("/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1))


async def _sources(viewer: Viewer, wanted: Wanted, told: Recounted) -> None:
    async for chunk in in_chunks(taken_up(viewer, wanted)):
        told.requests += len(chunk)
        told.by_task.update(row.task_id for row in chunk)


async def _requests(viewer: Viewer, wanted: Wanted, told: Recounted, trail: Traced) -> None:
    """What each request keeps of its own terms, counted again from its words, its verdict and its versions."""
    asked = WorkRequest.visible_to(viewer).filter(wanted.period.holding("submitted_at"))
    if wanted.place is not None:
        asked = asked.filter(township__path__startswith=wanted.place.path)
    async for chunk in in_chunks(asked.select_related("department", "matter")):
        told.faults += await asked_otherwise(chunk, trail)
        verdicts, versions = await _verdicts(chunk), await _versions(chunk)
        for row in chunk:
            again = fields_in(verdicts.get(row.pk, {}))
            if again["fields_wanted"]:
                told.by_state.append((row.state, again["fields_wanted"], again["fields_held"]))
            wrong = {name: n for name, n in again.items() if getattr(row, name) != n}
            if row.waived != len(row.unticked):
                wrong["waived"] = len(row.unticked)
            wrong |= await _other_notice(row, versions.get(row.pk, []))
            told.faults += [
                f"申请 {row.pk}：{name} 存为 {getattr(row, name)}，重数 {n}" for name, n in wrong.items()
            ]


async def _verdicts(chunk: Sequence[WorkRequest]) -> dict[int, dict[str, Any]]:
    rows = Screening.filter(request_id__in=[row.pk for row in chunk], kind="automatic").order_by("id")
    return {row.request_id: row.rests_on for row in await rows}


async def _versions(chunk: Sequence[WorkRequest]) -> dict[int, list[RequestVersion]]:
    found: dict[int, list[RequestVersion]] = {}
    for row in await RequestVersion.filter(request_id__in=[row.pk for row in chunk]).order_by("round"):
        found.setdefault(row.request_id, []).append(row)
    return found


async def _other_notice(row: WorkRequest, versions: Sequence[RequestVersion]) -> dict[str, int]:
    """Requests of before there was a rule keep none; the others gave their notice when they last moved the deadline forward."""
    if row.notice_days is None:
        return {}
    deadlines = [date.fromisoformat(one.said["deadline"]) for one in versions] + [row.deadline]
    days = [town_day(at) for at in (row.submitted_at, *(one.amended_at for one in versions))]
    latest = max(n for n in range(len(days)) if n == 0 or deadlines[n] < deadlines[n - 1])
    notice = await notice_of(row.department, days[latest], deadlines[latest])
    again = {"notice_days": notice.days}
    return {name: n for name, n in again.items() if getattr(row, name) != n}


async def _compare(viewer: Viewer, wanted: Wanted, told: Recounted, shown: Burden) -> None:
    """Figure by figure: what the pages show, and what was counted."""
    pairs: dict[str, tuple[object, object]] = {
        "到村任务单": (shown.load.tasks if shown.load else 0, told.assignments),
        "预计用时": (shown.hours, told.hours),
        "办成任务的申请": (shown.requests, told.requests),
        "合并减少的申请": (await merged_away(viewer, wanted).count(), told.merged),
        "数据项": (shown.fields, told.fields),
        "村里的填报项": (shown.forms, AskedFields(**told.forms)),
    }
    if wanted.place is None or wanted.place.level not in {"village", "grid"}:
        pairs["下派的任务"] = (shown.tasks, len(told.tasks))  # A village's page tells of its copies alone.
    for month in await months(viewer, wanted):
        if not (wanted.period.since <= month.period.since and month.period.until <= wanted.period.until):
            continue
        pairs[month.label] = (month.assignments, told.by_month[f"{month.period.since:%Y-%m}"])
    for span, forms in await fields_by_month(viewer, wanted):
        if wanted.period.since <= span.since and span.until <= wanted.period.until:
            again = AskedFields(**told.forms_by_month[f"{span.since:%Y-%m}"])
            pairs[f"{span.since:%Y-%m} 的填报项"] = (forms, again)
    if wanted.place is not None and wanted.place.level in BELOW:
        below = await children(viewer, wanted.place, wanted).order_by("path")
        for child in await tallies(viewer, wanted, below):
            pairs[child.unit.name] = (child.assignments, told.by_place[child.unit.path])
    told.faults += [f"{name}：页面为 {a}，逐条重数为 {b}" for name, (a, b) in pairs.items() if a != b]


def _compare_trail(trail: Traced, told: Recounted) -> None:
    """The rows against what the trail alone gives; sums where all of it was told, and each dispatch in any case."""
    told.untold = trail.untold
    told.faults += [fault for fault in trail.faults if fault not in told.faults]
    pairs: dict[str, tuple[object, object]] = {
        "办成任务的申请": (told.requests, trail.by_task.total()),
        "合并减少的申请": (told.merged, trail.merged),
    }
    if not trail.untold:
        pairs["到村任务单"] = (told.assignments, trail.assignments)
        pairs["预计用时"] = (told.hours, trail.hours)
    told.faults += [f"{name}：数据库为 {a}，办理经过为 {b}" for name, (a, b) in pairs.items() if a != b]
