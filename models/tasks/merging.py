"""Merging: requests under one matter and list version become one task, and can be taken apart exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.base.commands import command, rule
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.people.roles import COORDINATORS
from models.requests.records import WorkRequest
from models.screening import Screening
from models.tasks.records import Task, TaskSource
from models.units import Unit

ADMITTING = ("admitted", "exception")


async def mergeable(township: Unit, requests: Sequence[WorkRequest]) -> dict[int, Screening]:
    """The latest admitting screening of each request; raises Invalid unless all can become one task."""
    numbers = list(dict.fromkeys(request.pk for request in requests))
    if not numbers:
        raise Invalid("请选择已过筛的申请。", field="requests")
    screenings = await Screening.filter(
        request_id__in=numbers,
        verdict__in=ADMITTING,
        request__state__in=ADMITTING,
        request__township=township,
    ).order_by("id")
    found = {int(s.request_id): s for s in screenings}
    if len(found) < len(numbers):
        raise Invalid("只有本镇街已过筛的申请可以并入任务。", field="requests")
    if len({s.matter_id for s in found.values()}) > 1:
        raise Invalid("只有同一事项、同一版清单下的申请可以合并。", field="requests")
    await _must_be_free(numbers)
    # Whoever came first has it: the lock is taken only where nobody seems to, so that nobody waits in a circle.
    await WorkRequest.filter(id__in=numbers).order_by("id").select_for_update()
    await _must_be_free(numbers)
    return found


async def _must_be_free(requests: Sequence[int]) -> None:
    live = TaskSource.filter(request_id__in=requests).exclude(task__state="withdrawn")
    if await live.exists():
        raise Invalid("有的申请已经并入别的任务。", field="requests")


async def link(task: Task, admitted: Mapping[int, Screening]) -> None:
    """A series answers its requests by its first round: while that one stands, no other task may."""
    await TaskSource.bulk_create(
        TaskSource(
            task_id=task.pk,
            request_id=request_id,
            screening_id=screening.pk,
            stands_for=None if task.series_id else request_id,
        )
        for request_id, screening in admitted.items()
    )


async def link_latest(task: Task) -> None:
    """A request that was amended and admitted again is answered by its latest screening."""
    for source in await TaskSource.filter(task=task):
        admitting = Screening.filter(
            request_id=source.request_id, verdict__in=ADMITTING, matter_id=task.matter_id
        )
        latest = await admitting.order_by("-id").first()
        if latest is not None and latest.pk != source.screening_id:
            # A link is never rewritten: the database lets a draft drop it and take another.
            await source.delete()
            await link(task, {source.request_id: latest})


@rule("只有本镇街的统筹员可以合并和拆分。")
def coordinates(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*COORDINATORS, at=task.township.path)


@command(said="并入申请", who=coordinates)
async def merge(actor: Viewer, task: Task, *, requests: list[WorkRequest]) -> Task:
    """Take further requests under the same matter and list version into a draft."""
    admitted = await mergeable(task.township, requests)
    if {screening.matter_id for screening in admitted.values()} != {task.matter_id}:
        raise Invalid("只有同一事项、同一版清单下的申请可以合并。", field="requests")
    await link(task, admitted)
    return task


@command(said="拆出申请", who=coordinates)
async def unmerge(actor: Viewer, task: Task, *, request: WorkRequest) -> Task:
    """Take one request out of a draft: it is as free as before it was merged."""
    sources = await TaskSource.filter(task=task)
    if request.pk not in {source.request_id for source in sources}:
        raise Invalid("这个任务里没有这件申请。", field="request")
    if len(sources) == 1:
        raise Invalid("任务至少要有一件申请；不办了请撤回这个任务。", field="request")
    await TaskSource.filter(task=task, request=request).delete()
    return task
