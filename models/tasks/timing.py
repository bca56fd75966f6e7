"""What the calendar does to tasks: approved ones go out on their day, repeating ones come round again."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import due, end_of, now, today, town_day
from models.base.commands import command, rule
from models.base.refusals import NotNow, Refusal
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.screening import next_code
from models.tasks.merging import link
from models.tasks.offices import TaskOffice
from models.tasks.planning import dispatch
from models.tasks.records import Task, TaskSource, TaskUnit
from models.workdays import workdays_of

MONTHS = {"month": 1, "quarter": 3}
COPIED = ("township_id", "matter_id", "title", "body", "lead_office_id", "drafted_by_id", "approved_by_id")


@due
async def release_what_is_ready() -> None:
    """Approved tasks whose day has come go out; one that is refused waits for its coordinator."""
    ready = Task.filter(state="approved", release_on__lte=today())
    for task in await ready.order_by("id").limit(200).prefetch_related(*Task.judged_with):
        try:
            await dispatch(TOWN_CLOCK, task)
        except Refusal:
            continue


@due
async def bring_round_what_repeats() -> None:
    """The next round of each series whose last one was sent and whose next day has come."""
    running = Task.filter(
        Q(series_id=None) | Q(series__state__not="withdrawn"),
        repeats__not="",
        repeats_until__gte=today(),
        state__in=("dispatched", "closed"),
    )
    for task in await running.order_by("id").limit(200).prefetch_related(*Task.judged_with):
        first = await _first_of(task)
        if _next_start(task, first) <= today() and not await _later_rounds(task).exists():
            await repeat(TOWN_CLOCK, task)


def _later_rounds(task: Task) -> QuerySet[Task]:
    return Task.filter(series_id=task.series_id or task.pk, id__gt=task.pk)


@rule("这个任务没有批准重复。")
def was_approved_to_repeat(task: Task) -> bool:
    return bool(task.repeats) and task.approved_by_id is not None


@command(said="到期再派", who=only_the_clock("只有系统按已批准的计划重复任务。"), when=was_approved_to_repeat)
async def repeat(actor: Viewer, task: Task) -> Task:
    """Send the next round, as the leader approved the series until its end."""
    if await _later_rounds(task).exists():
        raise NotNow("下一轮已经排好。")
    first = await _first_of(task)
    start, length = _next_start(task, first), first.due_on - _started(first)
    days = await workdays_of(task.township.path)
    fresh = await Task.create(
        **{name: getattr(task, name) for name in COPIED},
        code=await next_code(task.township.pk, task.township.code, task.matter.code, today()),
        due_at=end_of(days.after(max(start, today()) + length, 0)),
        release_on=start,
        repeats=task.repeats,
        repeats_until=task.repeats_until,
        series_id=task.series_id or task.pk,
        approval_note=task.approval_note,
        approved_at=task.approved_at,
        made_at=now(),
    )
    sources = await TaskSource.filter(task=task).prefetch_related("screening")
    await link(fresh, {source.request_id: source.screening for source in sources})
    planned = await TaskUnit.filter(task=task).order_by("id").values_list("unit_id", flat=True)
    await TaskUnit.bulk_create(TaskUnit(task_id=fresh.pk, unit_id=unit_id) for unit_id in planned)
    assisting = await TaskOffice.filter(task=task).order_by("id").values_list("office_id", flat=True)
    await TaskOffice.bulk_create(TaskOffice(task_id=fresh.pk, office_id=office_id) for office_id in assisting)
    fresh.state = "approved"
    await fresh.save(update_fields=["state"])
    return fresh


async def _first_of(task: Task) -> Task:
    """The round that was approved: its day of the month and its days are those of every other.

    Counted from round to round, the 31st would become the 28th for good, and every holiday would lengthen the rest.
    """
    return await Task.get(pk=task.series_id) if task.series_id else task


def _next_start(task: Task, first: Task) -> date:
    """The same weekday next week, or the same day of the month one or three months on."""
    start = _started(task)
    if task.repeats == "week":
        return start + timedelta(days=7)
    month = start.month - 1 + MONTHS[task.repeats]
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(_started(first).day, monthrange(year, month)[1]))


def _started(task: Task) -> date:
    return task.release_on or town_day(task.dispatched_at or now())
