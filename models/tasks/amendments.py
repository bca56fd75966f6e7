"""Amending and withdrawing: what the asker changes reaches everybody the request has reached."""

from __future__ import annotations

from datetime import date

from models.base.clock import now, today
from models.base.commands import Personal, command, rule
from models.base.days import Planned
from models.base.identities import Code
from models.base.optional_details import ABSENT, Given, or_kept
from models.base.refusals import Invalid, NotNow
from models.base.text import Line, MayBeBlank
from models.base.viewer import TOWN_CLOCK, Viewer
from models.intake import RequestVersion, fields_in, judged, notice_of, owned_up, worded, write_beside
from models.intake.submission import STATE_AFTER, tell_what_counts
from models.people.roles import ASKERS, DESK
from models.requests import RequestUnit, WorkRequest
from models.tasks.planning import withdraw
from models.tasks.records import Task, TaskSource
from models.tasks.states import AT_THE_DESK, LIVE
from models.tasks.validity import reopen
from models.units import Unit

STANDING = ("pending_review", "admitted", "exception")


@rule("只有提出这件申请的单位可以修改或撤回。")
def asked_for_it(actor: Viewer, request: WorkRequest) -> bool:
    roles = DESK if request.is_townships_own else ASKERS
    return actor.is_a(*roles, at=request.department.path)


@rule("这件申请已经驳回，不能修改或撤回；需要的话请重新提出。")
def was_not_refused_at_once(request: WorkRequest) -> bool:
    """An amendment that was refused may be mended or given up: what it changes may be at the villages already."""
    return request.state != "rejected" or request.round > 1


@command(said="修改申请", who=asked_for_it, when=was_not_refused_at_once)
async def amend_request(
    actor: Viewer,
    request: WorkRequest,
    *,
    title: Line[str],
    body: str,
    matter_code: MayBeBlank[Code[str]],
    demands: list[str],
    deadline: Planned[date],
    reason: str,
    units: Given[list[Unit]] = ABSENT,
    document_number: Given[Line[str]] = ABSENT,
    contact: Personal[Given[Line[str]]] = ABSENT,
    elements: Given[list[str]] = ABSENT,
    untick_reason: str = "",
) -> WorkRequest:
    """Change what is asked: the old words are kept, the new ones screened and read like a new request's.

    What is not given stays as it was asked; no units given on purpose leaves the choice to the township.
    """
    said = worded(
        title=title,
        body=body,
        document_number=or_kept(document_number, request.document_number),
        deadline=deadline,
        matter_code=matter_code,
        demands=demands,
        elements=or_kept(elements, request.elements),
        contact=or_kept(contact, request.contact),
    )
    asked_of = await _named(request) if units is ABSENT else or_kept(units, [])
    await _must_be_unfinished(request)
    tasks = await _live_tasks(request)
    if tasks and said["matter_code"] != request.matter_code:
        raise Invalid("申请已经并入任务，不能改换事项；请撤回后重新提出。", field="matter_code")
    await _keep_version(actor, request, _why(reason))
    sooner = said["deadline"] < request.deadline
    request.update_from_dict(said)
    out = any(task.state == "dispatched" for task in tasks)
    await _screen_again(request, asked_of, untick_reason, at_villages=out, sooner=sooner)
    for task in tasks:
        if task.state in AT_THE_DESK:
            await reopen(TOWN_CLOCK, task, reason=f"申请“{request.title}”被提出单位修改过，请重新核对。")
    return request


async def _named(request: WorkRequest) -> list[Unit]:
    """The villages and grids the request named so far."""
    rows = RequestUnit.filter(request=request).order_by("unit__path").select_related("unit")
    return [row.unit for row in await rows]


async def _keep_version(actor: Viewer, request: WorkRequest, reason: str) -> None:
    """The words as they were, whole; of places those that were named."""
    before = request.said_by_its_asker()
    named = RequestUnit.filter(request=request).order_by("unit__path")
    before["units"] = await named.values_list("unit__code", flat=True)
    await RequestVersion.create(
        request=request,
        round=request.round,
        said=before,
        reason=reason,
        amended_by_id=actor.post_id,
        amended_at=now(),
    )


async def _screen_again(
    request: WorkRequest, units: list[Unit], untick_reason: str, *, at_villages: bool, sooner: bool
) -> None:
    """The same screening as for a new request; at the villages already, it must not end in a refusal."""
    if any(not unit.path.startswith(request.township.path) for unit in units):
        raise Invalid(f"只能选择{request.township.name}的村社。", field="units")
    screened = await judged(request.department, request, units, [] if units else [request.township])
    request.unticked = await owned_up(request, screened, request.department, untick_reason)
    decision = screened[0].decision
    request.state = STATE_AFTER.get(decision.verdict, "rejected")
    if at_villages and request.state != "pending_review":
        raise NotNow(f"任务已经到村，这样改过不了筛，原申请不变：{decision.sentence}")
    request.matter_id = screened[0].matter.pk if screened[0].matter else None
    request.round, request.amended_at = request.round + 1, now()
    request.update_from_dict({"waived": len(request.unticked)} | fields_in(screened[0].inputs))
    if sooner:
        # Who moves the deadline forward gives notice of it on that day.
        notice = await notice_of(request.department, today(), request.deadline)
        request.update_from_dict(notice.columns(screened[0].matter))
    await RequestUnit.filter(request=request).delete()
    await request.save()
    await write_beside(screened, {request.township_id: request}, now())
    tell_what_counts(request)


@command(said="撤回申请", who=asked_for_it, when=was_not_refused_at_once)
async def withdraw_request(actor: Viewer, request: WorkRequest, *, reason: str) -> WorkRequest:
    """Take a request back; a task that answered nothing else closes at every village in the same breath."""
    _why(reason)
    await _must_be_unfinished(request)
    request.state = "withdrawn"
    await request.save(update_fields=["state"])
    for task in await _live_tasks(request):
        others = TaskSource.filter(task=task, request__state__in=STANDING)
        await task.refresh_from_db(fields=["state"])
        if task.state not in LIVE:
            continue  # a later round of a series, withdrawn with the one before
        if not await others.exclude(request=request).exists():
            # Why is told to the township: no word of an asker stands before a village unread.
            await withdraw(TOWN_CLOCK, task, reason=f"{request.department.name}撤回了申请。")
        elif task.state in AT_THE_DESK:
            await reopen(TOWN_CLOCK, task, reason=f"申请“{request.title}”被提出单位撤回，请重新核对。")
    return request


async def _must_be_unfinished(request: WorkRequest) -> None:
    """Raise NotNow for what is done: nothing that was answered is taken back or made another afterwards."""
    done = TaskSource.filter(request=request, task__state="closed")
    if await done.exists() and not await _live_tasks(request):
        raise NotNow("这件申请的任务已经办结，不能再修改或撤回。")


async def _live_tasks(request: WorkRequest) -> list[Task]:
    sources = TaskSource.filter(request=request, task__state__in=LIVE).order_by("task_id")
    return [source.task for source in await sources.select_related("task")]


def _why(reason: str) -> str:
    if not 1 <= len(reason.strip()) <= 500:
        raise Invalid("请写明原因（不超过 500 个字）。", field="reason")
    return reason.strip()
