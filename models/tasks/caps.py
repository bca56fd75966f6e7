"""The yearly cap counted where a task goes out: for the villages it really goes to, with their grids and every round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from tortoise.expressions import Q

from models.base.clock import TOWN_ZONE, today
from models.base.refusals import NotNow
from models.policies import upwards
from models.requests.records import RequestUnit
from models.tasks.loads import village_behind
from models.tasks.records import Assignment, Task, TaskSource
from models.units import Unit


async def must_be_within_the_cap(task: Task, units: Collection[int]) -> None:
    """Raise NotNow where a village has had its share of the year; where a leader let it in over the cap it goes."""
    cap = task.matter.yearly_cap
    if cap is None:
        return
    rows = await Unit.filter(id__in=list(units)).order_by("path")
    excepted = await _let_in_over_it(task, rows)
    villages = {
        village_behind(unit.level, unit.pk, unit.parent_id): unit.name
        for unit in rows
        if unit.pk not in excepted
    }
    times = await _this_year(task, villages)
    full = [name for number, name in villages.items() if times[number] >= cap]
    if full:
        told = "、".join(full[:5]) + (f"等 {len(full)} 个村社" if len(full) > 5 else "")
        raise NotNow(f"“{task.matter.title}”每村每年至多 {cap} 次，{told}今年已满，请把它们去掉。")


async def _let_in_over_it(task: Task, units: Sequence[Unit]) -> set[int]:
    """Those of these places that an exception is for: what it names with their grids, or if it names none, all."""
    asked = TaskSource.filter(task=task, screening__verdict="exception")
    numbers = {int(str(one)) for one in await asked.values_list("request_id", flat=True)}
    if not numbers:
        return set()
    named = await RequestUnit.filter(request_id__in=numbers).values_list("request_id", "unit__path")
    if {int(request) for request, _ in named} != numbers:
        return {unit.pk for unit in units}
    paths = {str(path) for _, path in named}
    return {unit.pk for unit in units if not paths.isdisjoint(upwards(unit.path))}


async def _this_year(task: Task, villages: Collection[int]) -> Counter[int]:
    """How many tasks under the matter went to each village this year, once each however many grids had it."""
    sent = Assignment.filter(
        Q(unit_id__in=list(villages)) | Q(unit__parent_id__in=list(villages), unit__level="grid"),
        task__matter__code=task.matter.code,
        task__dispatched_at__gte=datetime(today().year, 1, 1, tzinfo=TOWN_ZONE),
    ).exclude(state="withdrawn")
    rows = await sent.values_list("task_id", "unit__level", "unit_id", "unit__parent_id")
    return Counter(
        village
        for _, village in {(task_id, village_behind(level, pk, above)) for task_id, level, pk, above in rows}
    )
