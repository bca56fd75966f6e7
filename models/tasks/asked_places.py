"""Where a task may go: to the places that its requests are about, and nowhere that nobody asked for."""

from __future__ import annotations

from models.base.refusals import NotNow
from models.policies import upwards
from models.requests.records import RequestUnit
from models.tasks.records import Task, TaskSource, TaskUnit
from models.tasks.visibility import NOT_ASKED

SHOWN = 5


async def must_be_where_asked(task: Task) -> None:
    """Raise NotNow for planned places that no standing request names; one that names none asks the whole township.

    A village that is named may hand on to its grids; a grid that is named does not bring its whole village.
    """
    standing = TaskSource.filter(task=task).exclude(request__state__in=NOT_ASKED)
    numbers = [int(str(one)) for one in await standing.values_list("request_id", flat=True)]
    rows = await RequestUnit.filter(request_id__in=numbers).values_list("request_id", "unit__path")
    if {int(request) for request, _ in rows} != set(numbers):
        return
    asked = {str(path) for _, path in rows}
    planned = await TaskUnit.filter(task=task).order_by("unit__path").select_related("unit")
    outside = [row.unit.name for row in planned if asked.isdisjoint(upwards(row.unit.path))]
    if outside:
        named = "、".join(outside[:SHOWN]) + (f"等 {len(outside)} 个村社" if len(outside) > SHOWN else "")
        raise NotNow(f"没有申请请过{named}，请从任务里去掉，或请提出单位修改申请。")
