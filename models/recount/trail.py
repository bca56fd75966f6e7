"""Held against the trail, dispatch by dispatch and request by request, whatever has become of the rows since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.base.viewer import subtree
from models.ledger import Wanted
from models.recount.dispatches import Sent, made_of, sent_in
from models.recount.verdicts import SUBMITTED, facts_since, given_in, tells_of
from models.requests import WorkRequest
from models.tasks import Assignment, Task, TaskSource
from models.units import Unit


@dataclass
class Traced:
    """What the trail itself tells of a place and period, and where the rows tell something else."""

    assignments: int = 0
    hours: Decimal = Decimal(0)
    by_task: Counter[int] = field(default_factory=Counter)
    """Requests behind each task, rounds of a series left out."""
    untold: int = 0
    """Dispatches of before the trail told where they went."""
    asked: dict[int, dict[str, int]] = field(default_factory=dict)
    """Requests submitted in the period, with what the trail tells of an asker's figures, if anything."""
    faults: list[str] = field(default_factory=list)

    @property
    def merged(self) -> int:
        return sum(requests - 1 for requests in self.by_task.values() if requests)


@dataclass(frozen=True)
class Here:
    """The place that is recounted: whatever moved in the tree since counts where it lies now."""

    place: Unit | None
    units: frozenset[int]

    @property
    def is_near(self) -> bool:
        return self.place is not None and self.place.level in {"village", "grid"}

    def holds(self, one: Sent) -> bool:
        if self.place is None:
            return True
        if self.is_near:
            return bool(one.units and one.units & self.units)
        return one.township in self.units if one.township else one.unit_path.startswith(self.place.path)

    def of(self, units: Iterable[int]) -> set[int]:
        return set(units) & self.units if self.is_near else set(units)


async def traced(wanted: Wanted) -> Traced:
    """Walk the period's events and look up what the tables have of each, and the other way round."""
    here, told = await _here(wanted.place), Traced()
    async for chunk in sent_in(wanted.period):
        dispatches = [one for one in chunk if here.holds(one)]
        await _where_they_went(dispatches, here, told)
        if not here.is_near:
            await _what_they_answer(dispatches, told)
    if not here.is_near:
        await _asked(wanted, told)
    return told


async def asked_of(wanted: Wanted) -> Traced:
    """The same for requests alone."""
    told = Traced()
    await _asked(wanted, told)
    return told


async def _here(place: Unit | None) -> Here:
    if place is None:
        return Here(None, frozenset())
    rows = Unit.filter(subtree("path", place.path))
    if place.level not in {"village", "grid"}:
        rows = rows.filter(level="township")
    return Here(place, frozenset(int(str(number)) for number in await rows.values_list("id", flat=True)))


async def _where_they_went(dispatches: Sequence[Sent], here: Here, told: Traced) -> None:
    numbers = [one.task for one in dispatches]
    rows = Task.filter(id__in=numbers).values_list("id", "dispatched_at", "matter__effort_hours")
    tasks = {int(str(number)): (at, Decimal(str(hours or 0))) for number, at, hours in await rows}
    units: dict[int, set[int]] = {number: set() for number in numbers}
    copies = Assignment.filter(task_id__in=numbers).values_list("task_id", "unit_id")
    for task, unit in await copies:
        units[int(str(task))].add(int(str(unit)))
    for one in dispatches:
        if one.task not in tasks:
            told.faults.append(f"任务 {one.task}：办理经过里下派过，数据库里没有")
            continue
        at, hours = tasks[one.task]
        told.faults += _other_than(one, at, hours, units[one.task])
        if one.units is None:
            told.untold += 1
            continue
        reached = here.of(one.units)
        told.assignments += len(reached)
        told.hours += one.hours * len(reached)


def _other_than(one: Sent, at: object, hours: Decimal, units: set[int]) -> list[str]:
    """In what the rows of a task differ from its dispatch."""
    found = []
    if not tells_of(one.at, at):
        found.append(f"任务 {one.task}：下派时间与办理经过不符")
    if one.units is None:
        return found if units else [*found, f"任务 {one.task}：办理经过里下派过，数据库里没有任务单"]
    for unit in sorted(one.units - units):
        found.append(f"任务 {one.task}：办理经过里派到单位 {unit}，数据库里没有这张任务单")
    for unit in sorted(units - one.units):
        found.append(f"任务 {one.task}：数据库里有单位 {unit} 的任务单，办理经过里没有派过")
    if one.hours != hours:
        found.append(f"任务 {one.task}：办理经过里每村 {one.hours} 小时，数据库里 {hours} 小时")
    return found


async def _what_they_answer(dispatches: Sequence[Sent], told: Traced) -> None:
    numbers = [one.task for one in dispatches]
    made = await made_of(numbers)
    behind: dict[int, set[int]] = {number: set() for number in numbers}
    for task, request in await TaskSource.filter(task_id__in=numbers).values_list("task_id", "request_id"):
        behind[int(str(task))].add(int(str(request)))
    rounds = await Task.filter(id__in=numbers).exclude(series_id=None).values_list("id", flat=True)
    again = {int(str(number)) for number in rounds}
    for number in numbers:
        one = made.get(number)
        if one is None or one.command == "tasks.repeat" or not one.requests:
            told.by_task[number] = 0 if number in again else len(behind[number])
            continue
        told.by_task[number] = len(one.requests)
        if one.requests != behind[number] or number in again:
            told.faults.append(
                f"任务 {number}：办理经过里合并了 {len(one.requests)} 件申请，"
                f"数据库里对得上的是 {0 if number in again else len(one.requests & behind[number])} 件，"
                f"另有 {len(behind[number] - one.requests)} 件"
            )


async def _asked(wanted: Wanted, told: Traced) -> None:
    """Every request of the place that was submitted is there with its instant."""
    async for chunk in given_in(wanted):
        submitted = {one.request: one for one in chunk if one.command == SUBMITTED}
        rows = WorkRequest.filter(id__in=sorted(submitted)).values_list("id", "submitted_at")
        there = {int(str(number)): at for number, at in await rows}
        for number, one in submitted.items():
            told.asked[number] = dict(one.facts)
            if one.at < wanted.period.ends and not tells_of(one.at, there.get(number)):
                how = "时间不同" if number in there else "没有"
                told.faults.append(f"申请 {number}：办理经过里提出过，数据库里{how}")


async def asked_otherwise(rows: Sequence[WorkRequest], trail: Traced) -> list[str]:
    """Requests that nobody submitted, and those that keep something else of an asker's figures than the trail tells."""
    found = [f"申请 {row.pk}：办理经过里没有提出过" for row in rows if row.pk not in trail.asked]
    amended = await facts_since([row.pk for row in rows])
    for row in rows:
        told = trail.asked.setdefault(row.pk, {})
        told |= amended.get(row.pk, {})
        found += [
            f"申请 {row.pk}：{name} 办理经过为 {n}，数据库为 {getattr(row, name)}"
            for name, n in told.items()
            if getattr(row, name) != n
        ]
    return found
