"""From admitted requests to villages: draft, approval by another person, dispatch all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.base.clock import end_of, now, today
from models.base.commands import FromAbove, command, rule
from models.base.days import Foreseen, Planned
from models.base.optional_details import ABSENT, Given, or_kept
from models.base.refusals import Invalid, NotNow
from models.base.signatures import whole_but
from models.base.text import Line
from models.base.viewer import Viewer
from models.matters import Matter
from models.people.roles import COORDINATORS, HEADS, LEADERS
from models.requests.records import WorkRequest
from models.screening import in_turn, next_code
from models.tasks.ask_once import must_ask_once
from models.tasks.asked_fields import send_to
from models.tasks.asked_places import must_be_where_asked
from models.tasks.caps import must_be_within_the_cap
from models.tasks.deadlines import proposed_due
from models.tasks.expiry import let_lapse
from models.tasks.gates import (
    must_be_approved_as_read,
    must_be_bearable,
    must_be_discussed,
    must_have_standing_requests,
)
from models.tasks.merging import link, link_latest, mergeable
from models.tasks.offices import TaskOffice
from models.tasks.records import Assignment, Task, TaskUnit
from models.tasks.states import LIVE, OPEN, REPEATS
from models.tasks.trail_facts import tell_excused, tell_where_it_went
from models.tasks.versions import leave_proposals, put_before_villages
from models.units import Unit


@rule("只有本镇街的统筹员可以起草任务。")
def coordinates(actor: Viewer, township: Unit) -> bool:
    return actor.is_a(*COORDINATORS, at=township.path)


@rule("只有本镇街的统筹员可以这样做。")
def coordinates_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*COORDINATORS, at=task.township.path)


@rule("只有本镇街的统筹员可以撤回任务。")
def takes_the_task_back(actor: Viewer, task: Task) -> bool:
    """The clock takes it back when the request it answers is withdrawn."""
    return actor.is_clock or actor.is_a(*COORDINATORS, at=task.township.path)


@rule(
    "只有本镇街主要领导，或分管这类事项的领导可以审批，而且不能是起草人本人。",
    apart_from=lambda task: [task.drafted_by.person],
)
def approves_for_the_township(actor: Viewer, task: Task) -> bool:
    in_charge = actor.hat is None or not actor.hat.duties or task.matter.domain in actor.hat.duties
    return actor.is_a(*HEADS, at=task.township.path) or (
        actor.is_a(*LEADERS, at=task.township.path) and in_charge
    )


@command(said="起草任务", who=coordinates)
async def draft(
    actor: Viewer,
    township: Unit,
    *,
    requests: list[WorkRequest],
    title: FromAbove[Line[str]],
    body: FromAbove[str],
    units: list[Unit],
    due_on: Planned[date | None] = None,
    lead_office: Unit | None = None,
    assisting: list[Unit] | None = None,
    release_on: Planned[date | None] = None,
    repeats: str = "",
    repeats_until: Foreseen[date | None] = None,
) -> Task:
    """Merge admitted requests under one matter into a task for villages; its matter's time norm proposes the day."""
    admitted = await mergeable(township, requests)
    matter = await Matter.get(pk=next(iter(admitted.values())).matter_id)
    due_on = due_on or await proposed_due(township.path, matter, [one.deadline for one in requests])
    task = await Task.create(
        township=township,
        matter=matter,
        code=await next_code(township.pk, township.code, matter.code, today()),
        drafted_by_id=actor.post_id,
        made_at=now(),
        **_words(title, body, due_on),
        **_timing(release_on, repeats, repeats_until, due_on),
        lead_office=_own_office(lead_office, township),
    )
    await link(task, admitted)
    await _plan_for(task, township, units)
    await _assist(task, assisting or [])
    return task


@command(said="修改草稿", who=coordinates_the_task)
async def revise(
    actor: Viewer,
    task: Task,
    *,
    title: FromAbove[Line[str]],
    body: FromAbove[str],
    due_on: Planned[date],
    units: list[Unit],
    lead_office: Given[Unit | None] = ABSENT,
    assisting: Given[list[Unit]] = ABSENT,
    release_on: Planned[Given[date | None]] = ABSENT,
    repeats: Given[str] = ABSENT,
    repeats_until: Foreseen[Given[date | None]] = ABSENT,
) -> Task:
    """Change a draft: its words, days, villages or offices; what is not given stays as it is."""
    changes = _words(title, body, due_on) | _timing(
        or_kept(release_on, task.release_on),
        or_kept(repeats, task.repeats),
        or_kept(repeats_until, task.repeats_until),
        due_on,
    )
    if lead_office is not ABSENT:
        office = _own_office(or_kept(lead_office, None), task.township)
        changes["lead_office_id"] = office.pk if office else None
    # What was signed for is another task now; whoever writes it last says anew what is asked twice.
    changes["asked_anew"] = []
    # Whoever writes it last is taken for its drafter: another person reads every word of it.
    changes["drafted_by_id"] = actor.post_id or task.drafted_by_id
    await task.update_from_dict(changes).save(update_fields=list(changes))
    await TaskUnit.filter(task=task).delete()
    await _plan_for(task, task.township, units)
    if assisting is not ABSENT:
        await TaskOffice.filter(task=task).delete()
        await _assist(task, or_kept(assisting, []))
    return task


@command(said="提交审批", who=coordinates_the_task)
async def submit_for_approval(actor: Viewer, task: Task) -> Task:
    """Put a draft before the leader in charge."""
    if task.due_at < now():
        raise Invalid("办理期限已经过了，请先修改。", field="due_on")
    if not await TaskUnit.filter(task=task).exists():
        raise Invalid("请选择要下派的村社。", field="units")
    await must_be_where_asked(task)
    await must_ask_once(task)
    await link_latest(task)
    return await _move(task, "submitted")


@command(said="审批同意", who=approves_for_the_township, binds=whole_but("load", "reads"))
async def approve(actor: Viewer, task: Task, *, note: FromAbove[str] = "") -> Task:
    """Agree that this may go to the villages, once it has what its kind needs."""
    await must_have_standing_requests(task)
    await must_be_discussed(task)
    await must_ask_once(task)
    await must_be_bearable(task)
    task.approved_by_id, task.approved_at, task.approval_note = actor.post_id, now(), note.strip()
    return await _move(task, "approved", "approved_by_id", "approved_at", "approval_note")


@command(said="退回修改", who=approves_for_the_township)
async def send_back(actor: Viewer, task: Task, *, reason: str) -> Task:
    """Give a draft back to the coordinator with what is wrong, also one approved whose approval no longer holds."""
    if not reason.strip():
        raise Invalid("请写明退回的原因。", field="reason")
    task.approval_note, task.approved_by_id, task.approved_at = reason.strip(), None, None
    return await _move(task, "draft", "approval_note", "approved_by_id", "approved_at")


@rule("只有本镇街的统筹员可以下派。")
def releases_the_task(actor: Viewer, task: Task) -> bool:
    """The clock releases what was approved for a day."""
    return actor.is_clock or actor.is_a(*COORDINATORS, at=task.township.path)


@command(said="下派到村", who=releases_the_task)
async def dispatch(actor: Viewer, task: Task) -> Task:
    """Send the task to every planned village at once, or to none."""
    if task.due_at < now():
        raise NotNow("办理期限已经过了，请撤回后重新起草。")
    if task.release_on and task.release_on > today() and not actor.is_clock:
        raise NotNow(f"这个任务定于 {task.release_on} 自动下派。")
    await must_be_approved_as_read(task)
    await must_have_standing_requests(task)
    await must_be_where_asked(task)
    await in_turn(task.township_id)
    await must_be_bearable(task)
    rows = TaskUnit.filter(task=task).order_by("unit__path")
    planned = [int(str(unit_id)) for unit_id in await rows.values_list("unit_id", flat=True)]
    await must_be_within_the_cap(task, planned)
    version = await put_before_villages(task, task.approved_by_id)
    task.dispatched_at = now()
    await _move(task, "dispatched", "dispatched_at")
    tell_where_it_went(task, planned)
    await send_to(task, version, planned, task.due_at)
    return task


@command(said="撤回任务", who=takes_the_task_back)
async def withdraw(actor: Viewer, task: Task, *, reason: FromAbove[str]) -> Task:
    """Take a task back; everything villages have open under it closes at once, and of a series what comes after it."""
    if not reason.strip():
        raise Invalid("请写明撤回的原因。", field="reason")
    still_open = Assignment.filter(task=task, state__in=OPEN)
    await tell_excused(await still_open.exclude(unanswered_on=None), "任务已撤回")
    await let_lapse([one.pk for one in await still_open.only("id")])
    await still_open.update(state="withdrawn", decided_at=now(), return_note=reason.strip())
    await leave_proposals(task.pk)
    await _move(task, "withdrawn")
    later = Task.filter(series_id=task.series_id or task.pk, id__gt=task.pk, state__in=LIVE).order_by("id")
    following = await later.first().prefetch_related(*Task.judged_with)
    if following is not None:
        await withdraw(actor, following, reason=reason)
    return task


async def _move(task: Task, state: str, *changed: str) -> Task:
    task.state = state
    await task.save(update_fields=["state", *changed])
    return task


async def _plan_for(task: Task, township: Unit, units: Sequence[Unit]) -> None:
    wanted = list(dict.fromkeys(unit.pk for unit in units))
    if not wanted:
        raise Invalid("请选择要下派的村社。", field="units")
    for unit in units:
        if unit.level not in {"village", "grid"} or not township.holds(unit.path) or unit.ended_on:
            raise Invalid(f"{unit.name}不是本镇街的村社或网格。", field="units")
    await TaskUnit.bulk_create([TaskUnit(task_id=task.pk, unit_id=pk) for pk in wanted], batch_size=200)


def _words(title: str, body: str, due_on: date) -> dict[str, Any]:
    if not 1 <= len(title.strip()) <= 200:
        raise Invalid("请写明任务名称（不超过 200 个字）。", field="title")
    if not 1 <= len(body.strip()) <= 5000:
        raise Invalid("请写明要村社做什么（不超过 5000 个字）。", field="body")
    if due_on < today():
        raise Invalid("办理期限不能早于今天。", field="due_on")
    return {"title": title.strip(), "body": body.strip(), "due_at": end_of(due_on)}


def _timing(
    release_on: date | None, repeats: str, repeats_until: date | None, due_on: date
) -> dict[str, Any]:
    if release_on is not None and not today() <= release_on <= due_on:
        raise Invalid("定时下派的日期应在今天和办理期限之间。", field="release_on")
    if repeats and repeats not in REPEATS:
        raise Invalid("请从每周、每月、每季中选择。", field="repeats")
    if repeats and (repeats_until is None or repeats_until <= due_on):
        raise Invalid("请填写重复到哪一天为止，应在办理期限之后。", field="repeats_until")
    return {
        "release_on": release_on,
        "repeats": repeats,
        "repeats_until": repeats_until if repeats else None,
    }


async def _assist(task: Task, offices: Sequence[Unit]) -> None:
    """协办: offices of the township beside the one that leads."""
    others = {office.pk: _own_office(office, task.township) for office in offices}
    others.pop(task.lead_office_id or 0, None)
    await TaskOffice.bulk_create(TaskOffice(task_id=task.pk, office_id=pk) for pk in others)


def _own_office(office: Unit | None, township: Unit) -> Unit | None:
    if office is not None and office.parent_id != township.pk:
        raise Invalid("牵头和协办只能是本镇街的办线。", field="lead_office")
    return office
