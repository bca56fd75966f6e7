"""The recount of what departments asked for: requests and verdicts one by one, by the trail's word where it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.viewer import subtree
from models.burden.askers import COLUMNS, AskersWanted, sums_of
from models.burden.rows import REFUSED
from models.ledger import Period, Wanted
from models.ledger.figures import CHUNK
from models.recount.dispatches import made_of
from models.recount.trail import Traced, asked_of, asked_otherwise
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import TaskSource, WaivedRequest
from models.units import Unit


async def compare_askers(wanted: Wanted, region: Unit, trail: Traced) -> list[str]:
    """Where the published figure of a department is another than what was counted."""
    return await _compared(wanted, region, await _counted(wanted, region, trail))


async def recount_asker(period: Period, region: Unit, asker: Unit) -> tuple[Counter[str], list[str]]:
    """One department's figures as counted from its requests, and what does not hold together."""
    wanted = Wanted(period, region, asker)
    trail = await asked_of(wanted)
    async for chunk in in_chunks(_asked_here(wanted, region)):
        trail.faults += await asked_otherwise(chunk, trail)
    again = await _counted(wanted, region, trail)
    own = Counter({name: again[name][asker.pk] for name in COLUMNS})
    return own, trail.faults + await _compared(wanted, region, again)


async def _compared(wanted: Wanted, region: Unit, again: Mapping[str, Counter[int]]) -> list[str]:
    faults = []
    within = [wanted.department.pk] if wanted.department else None
    for name, label in COLUMNS.items():
        shown = await sums_of(AskersWanted(region, wanted.period), name, within)
        faults += [
            f"部门派活·{label}·单位 {unit}：页面为 {shown.get(unit, 0)}，逐条重数为 {again[name][unit]}"
            for unit in sorted({*shown, *again[name]})
            if shown.get(unit, 0) != again[name][unit]
        ]
    return faults


async def _counted(wanted: Wanted, region: Unit, trail: Traced) -> Mapping[str, Counter[int]]:
    """Every figure of every department of a region (or of one), by its name and the department's number."""
    again: dict[str, Counter[int]] = {name: Counter() for name in COLUMNS}
    async for chunk in in_chunks(_asked_here(wanted, region)):
        for row in chunk:
            _count_one(row, trail.asked.get(row.pk, {}), again)
        asker = {row.pk: row.department_id for row in chunk}
        again["duplicate"].update(asker[number] for number in await _asked_again(list(asker)))
    signed = WaivedRequest.filter(wanted.period.holding("waiver__at"), _within(wanted, region, "request__"))
    async for waived in in_chunks(signed.select_related("request")):
        again["anew"].update(one.request.department_id for one in waived)
    given = Screening.filter(Wanted(wanted.period, region, wanted.department).screenings())
    async for verdicts in in_chunks(given.select_related("request")):
        for verdict in verdicts:
            if verdict.verdict in again:
                again[verdict.verdict][verdict.request.department_id] += 1
            again["refused"][verdict.request.department_id] += verdict.verdict in REFUSED
    return again


def _asked_here(wanted: Wanted, region: Unit) -> QuerySet[WorkRequest]:
    return WorkRequest.filter(wanted.period.holding("submitted_at"), _within(wanted, region))


def _within(wanted: Wanted, region: Unit, request: str = "") -> Q:
    """Requests (or rows of them, by the prefix) to the region, of one department where it is asked about one."""
    asked = subtree(f"{request}township__path", region.path)
    one: dict[str, Any] = {f"{request}department_id": wanted.department.pk} if wanted.department else {}
    return asked & Q(**one) if one else asked


def _count_one(row: WorkRequest, told: Mapping[str, int], again: Mapping[str, Counter[int]]) -> None:
    """By what the trail tells of the request; by its row where it was asked before the trail told it."""
    waived = told.get("waived", row.waived)
    days, due = told.get("notice_days", row.notice_days), told.get("notice_due", row.notice_due)
    again["asked"][row.department_id] += 1
    again["waived"][row.department_id] += waived > 0
    again["short"][row.department_id] += (days or 0) < (due or 0)


async def _asked_again(requests: Sequence[int]) -> list[int]:
    """Those of the requests behind whose task an earlier one stands, once for every such task."""
    sources = TaskSource.filter(request_id__in=list(requests), task__series_id=None)
    tasks = sorted({int(str(number)) for number in await sources.values_list("task_id", flat=True)})
    behind: dict[int, set[int]] = {number: set() for number in tasks}
    for task, request in await TaskSource.filter(task_id__in=tasks).values_list("task_id", "request_id"):
        behind[int(str(task))].add(int(str(request)))
    for task, made in (await made_of(tasks)).items():
        behind[task] = made.requests or behind[task]
    wanted = set(requests)
    return [one for of in behind.values() for one in sorted(of & wanted) if one > min(of)]


async def in_chunks(rows: QuerySet[Any]) -> AsyncIterator[list[Any]]:
    """Rows oldest first, some hundreds at a time."""
    after = 0
    while chunk := await rows.filter(id__gt=after).order_by("id").limit(CHUNK):
        yield chunk
        after = chunk[-1].pk
