"""The yearly cap counted where a task goes out: for the villages it really goes to, with their grids and every round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from tortoise.expressions import Q

from models.base.clock import TOWN_ZONE, today
from models.base.refusals import NotNow
from models.tasks.burden import village_behind
from models.tasks.records import Assignment, Task, TaskSource
from models.units import Unit


async def must_be_within_the_cap(task: Task, units: Collection[int]) -> None:
    """Raise NotNow where a village has had its share of the year; what a leader let in over the cap goes all the same."""
    cap = task.matter.yearly_cap
    if cap is None or await TaskSource.filter(task=task, screening__verdict="exception").exists():
        return
    rows = await Unit.filter(id__in=list(units)).order_by("path")
    villages = {village_behind(unit.level, unit.pk, unit.parent_id): unit.name for unit in rows}
    times = await _this_year(task, villages)
    full = [name for number, name in villages.items() if times[number] >= cap]
    if full:
        told = "、".join(full[:5]) + (f"等 {len(full)} 个村社" if len(full) > 5 else "")
        raise NotNow(f"“{task.matter.title}”每村每年至多 {cap} 次，{told}今年已满，请把它们去掉。")


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
