"""The ground a task stands on: exceptions end on their day, and what has lost its requests is looked at afresh."""

from __future__ import annotations

from tortoise.expressions import Q, Subquery

from models.base.batches import page_by_page
from models.base.clock import due, today
from models.base.commands import command
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.screening import Screening, expire
from models.tasks.records import Task, TaskSource
from models.tasks.states import AT_THE_DESK

GONE_OUT = ("dispatched", "closed")


@command(said="退回重新核对", who=only_the_clock("只由系统在申请变动时执行。"))
async def reopen(actor: Viewer, task: Task, *, reason: str) -> Task:
    """A task whose ground has moved goes back to its draft, to be looked at and approved afresh."""
    task.state, task.approval_note, task.approved_by_id, task.approved_at = "draft", reason, None, None
    await task.save(update_fields=["state", "approval_note", "approved_by_id", "approved_at"])
    return task


@due
async def end_exceptions() -> None:
    """Those whose last day has passed end by themselves, but for what has gone out by then: that stays as it went."""
    out = TaskSource.filter(task__state__in=GONE_OUT).values("request_id")
    over = Screening.filter(kind="exception", expires_on__lt=today(), request__state="exception")
    over = over.exclude(request_id__in=Subquery(out)).order_by("id").limit(200)
    for screening in await over.prefetch_related("request__township"):
        latest = await Screening.filter(request_id=screening.request_id).order_by("-id").first()
        if latest is not None and latest.pk == screening.pk:
            await expire(TOWN_CLOCK, screening.request)


@due
async def reopen_what_lost_its_ground() -> None:
    """What waits at the desk with a request that was refused meanwhile could neither go out nor be taken apart."""
    lost = TaskSource.filter(
        Q(request__state__in=("rejected", "answered")) | Q(screening__expires_on__lt=today()),
        task__state__in=AT_THE_DESK,
    )
    tasks = Task.filter(id__in=Subquery(lost.values("task_id"))).prefetch_related(*Task.judged_with)
    async for page in page_by_page(tasks):
        for task in page:
            await reopen(
                TOWN_CLOCK, task, reason="有的申请没有过筛，或者例外准入已经到期，请把它拆出，或者撤回任务。"
            )
