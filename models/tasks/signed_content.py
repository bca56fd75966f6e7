"""What a task says as a whole: its words, villages, offices and requests, and what it would put upon each village.

Once it is out, a change that waits is part of what is discussed and of the load that is signed for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tortoise.expressions import Q

from models.base.aggregates import digest
from models.base.clock import town_day
from models.base.derived_figures import WorkedOut
from models.tasks.loads import CEILINGS, Asked, Load, loads_of_each, loads_with
from models.tasks.records import Assignment, Task, TaskUnit
from models.tasks.states import OPEN, OUT
from models.tasks.versions import TaskVersion

Loads = Mapping[str, Mapping[str, str]]
BEFORE_RELEASE = ("draft", "submitted", "approved")
READ_OF_A_PLAN = (
    *("id", "task_id", "unit__id", "unit__name", "unit__level", "unit__parent_id", "unit__path"),
    *("task__id", "task__due_at", "task__township__id", "task__township__path"),
    *("task__matter__id", "task__matter__effort_hours"),
)
"""What the loads of a plan are worked out from, and shown with."""


async def overloads(rows: Sequence[Task]) -> dict[int, dict[str, dict[str, str]]]:
    """The villages that each of these tasks, while it is not out, would bring above a ceiling, with their figures.

    The loads are left on the tasks, for a page that shows them all.
    """
    waiting = [task.pk for task in rows if task.state in BEFORE_RELEASE]
    planned = TaskUnit.filter(task_id__in=waiting).order_by("unit__path")
    at: dict[int, list[TaskUnit]] = defaultdict(list)
    rest = planned.select_related("unit", "task__township", "task__matter").only(*READ_OF_A_PLAN)
    for one in await rest if waiting else ():
        at[one.task_id].append(one)
    loads = (
        dict(zip(at, await loads_of_each([_asked(units) for units in at.values()]), strict=True))
        if at
        else {}
    )
    for task in rows:
        task.loads = loads.get(task.pk, [])
    return {
        pk: {str(load.unit.pk): _figures(load) for load in each if load.over} for pk, each in loads.items()
    }


def _asked(planned: Sequence[TaskUnit]) -> Asked:
    task = planned[0].task
    return Asked(task.township.path, [one.unit for one in planned], task.due_on, task.matter.effort_hours)


async def _loads(rows: Sequence[Task]) -> dict[int, dict[str, dict[str, str]]]:
    waiting = {one.task_id: one for one in await _proposed(rows)}
    added = {task.pk: await added_by(task, waiting[task.pk].due_at) for task in rows if task.pk in waiting}
    return await overloads(rows) | {
        pk: {str(load.unit.pk): _figures(load) for load in each} for pk, each in added.items()
    }


async def added_by(task: Task, due_at: datetime) -> list[Load]:
    """What each village that has the task would carry above a ceiling, and more of it than today, with this end."""
    there = Assignment.filter(task=task, state__in=OPEN).order_by("unit__path").select_related("unit")
    units = [row.unit for row in await there]
    home = await Task.get(pk=task.pk).select_related("township", "matter")
    then, now = [
        await loads_with(
            home.township, units, due_on=day, effort_hours=home.matter.effort_hours, without=task.pk
        )
        for day in (task.due_on, town_day(due_at))
    ]
    return [new for old, new in zip(then, now, strict=True) if new.heavier_than(old)]


async def _proposed(rows: Sequence[Task]) -> list[TaskVersion]:
    out = [task.pk for task in rows if task.state == OUT]
    return await TaskVersion.filter(task_id__in=out, state="proposed") if out else []


async def _reads(rows: Sequence[Task]) -> dict[int, str]:
    """The words as they are to stand, of the last change with its data and reason, of a task without one its own."""
    out = [task.pk for task in rows if task.state not in BEFORE_RELEASE]
    changed = Q(state="proposed") | Q(state="out", number__gt=1)
    versions = TaskVersion.filter(changed, task_id__in=out).order_by("state", "number")
    last = {one.task_id: one for one in await versions} if out else {}
    return {task.pk: digest(_to_stand(task, last.get(task.pk))) for task in rows}


def _to_stand(task: Task, change: TaskVersion | None) -> list[Any]:
    words = change if change is not None and change.state == "proposed" else task
    why = [] if change is None else [change.elements, change.reason]
    return [words.title, words.body, words.due_at, *why]


def _figures(load: Load) -> dict[str, str]:
    told = {name: str(getattr(load, name)) for name in load.over}
    return told | {"name": load.unit.name, "effort": str(load.effort_hours)}


def no_heavier(then: Loads | None, now: Loads | None) -> bool:
    """Whether nobody carries more than the head signed for: less is no harm, and neither is a week gone by."""
    before = then or {}
    over = (now or {}).items()
    return all(village in before and _no_heavier(before[village], figures) for village, figures in over)


def _no_heavier(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    over = [name for name in CEILINGS if name in now]
    measured = ["effort" if name == "hours_a_week" else name for name in over]
    return all(name in then for name in over) and all(Decimal(now[m]) <= Decimal(then[m]) for m in measured)


Task.parts_called = {
    "planned_units": "村社",
    "assisting": "协办办线",
    "sources": "申请",
    "versions": "变更",
    "discussions": "集体讨论",
    "load": "超过上限的负担",
    "reads": "名称、内容或期限，或变更的数据、原因",
}
Task.made_of = {
    "planned_units": ("unit_id", "unit__name"),
    "assisting": ("office_id", "office__name"),
    "sources": (
        *("request_id", "screening_id", "request__body", "request__document_number", "request__deadline"),
        *("request__demands", "request__elements", "request__title"),
    ),
    "versions": ("number", "state", "title", "body", "due_at", "elements"),
    "discussions": ("held_on", "agreed", "outcome", "page_id", "minutes_number"),
}
Task.works_out = {"load": WorkedOut(_loads, no_heavier), "reads": WorkedOut(_reads)}
TO_BE = ("title", "body", "due_at")
"""Columns for which a word holds as they are to stand, where it is given upon `reads`."""
Task.signed_by = {
    "超负荷签署": ("tasks.sign_overload",),
    "重新填报签批": ("tasks.ask_anew",),
    "集体讨论": ("tasks.record_discussion",),
    "审批": ("tasks.approve", "tasks.approve_change", "tasks.approve_afterwards"),
}
Task.own_course = frozenset(
    {"state", "approved_by_id", "approved_at", "approval_note", "dispatched_at", "series_id", "versions"}
)
