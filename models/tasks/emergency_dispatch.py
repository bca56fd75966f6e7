"""Sending at once: what a leader dispatches under a declared response, and the approval that follows within a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from models import intake, screening
from models.base.clock import now, town_day
from models.base.commands import FromAbove, command, rule
from models.base.days import Planned
from models.base.refusals import Invalid, NotNow
from models.base.signatures import whole_but
from models.base.text import Line
from models.base.viewer import Viewer
from models.matters import Matter, may_be_asked
from models.people.roles import ALARM_SENDERS
from models.requests.records import WorkRequest
from models.tasks.asked_fields import send_to
from models.tasks.caps import must_be_within_the_cap
from models.tasks.emergency import EmergencyResponse
from models.tasks.merging import link, mergeable
from models.tasks.records import Task, TaskUnit
from models.tasks.trail_facts import tell_where_it_went
from models.tasks.versions import put_before_villages
from models.units import Unit

APPROVED_WITHIN = timedelta(hours=24)
LONGEST = timedelta(days=3)


@rule("只有本镇街的分管领导或主要领导可以应急下派。")
def leads_the_township(actor: Viewer, township: Unit) -> bool:
    return township.level == "township" and actor.is_a(*ALARM_SENDERS, at=township.path)


@command(said="应急下派", who=leads_the_township)
async def dispatch_at_once(
    actor: Viewer,
    township: Unit,
    *,
    response: EmergencyResponse,
    matter: Matter,
    title: FromAbove[Line[str]],
    body: FromAbove[str],
    due_at: Planned[datetime],
    units: list[Unit],
) -> Task:
    """Send a matter flagged for emergencies to villages at once, due at a clock time; approval follows within a day."""
    await _must_be_an_emergency(township, response, matter, due_at)
    request = await _own_request(actor, township, matter, title, body, due_at, units)
    task = await Task.create(
        township=township,
        matter=matter,
        code=await screening.next_code(township.pk, township.code, matter.code, town_day(now())),
        title=title.strip(),
        body=body.strip(),
        due_at=due_at,
        response=response,
        drafted_by_id=actor.post_id,
        made_at=now(),
    )
    await link(task, await mergeable(township, [request]))
    await TaskUnit.bulk_create(TaskUnit(task_id=task.pk, unit_id=unit.pk) for unit in units)
    await must_be_within_the_cap(task, [unit.pk for unit in units])
    version = await put_before_villages(task, None)
    task.state, task.dispatched_at = "dispatched", now()
    await task.save(update_fields=["state", "dispatched_at"])
    tell_where_it_went(task, [unit.pk for unit in units], requests=[request.pk])
    await send_to(task, version, [unit.pk for unit in units], due_at)
    return task


async def _must_be_an_emergency(
    township: Unit, response: EmergencyResponse, matter: Matter, due_at: datetime
) -> None:
    if not response.is_open or not township.path.startswith(response.unit.path):
        raise NotNow("本地现在没有这个应急响应，请按平时的流程下派。")
    if not matter.emergency or not await may_be_asked(matter, township.path):
        raise Invalid("只有现行清单上标明“应急”的事项可以应急下派。", field="matter")
    if not now() < due_at <= now() + LONGEST:
        raise Invalid("应急任务的时限应在三天以内。", field="due_at")


async def _own_request(
    actor: Viewer, township: Unit, matter: Matter, title: str, body: str, due_at: datetime, units: list[Unit]
) -> WorkRequest:
    """The township asks itself, is screened like everybody, and the leader reads it in the same breath."""
    made = await intake.submit(
        actor,
        township,
        title=title,
        body=body,
        matter_code=matter.code,
        demands=list(matter.demands),
        deadline=town_day(due_at),
        units=units,
    )
    if made[0].state != "pending_review":
        raise Invalid("过筛没有通过，不能应急下派：请查看申请的过筛结论。", field="matter")
    await screening.admit(actor, made[0], note="应急下派")
    return made[0]


@rule(
    "由本镇街另一位领导在 24 小时内补批，下派人不能自己批。", apart_from=lambda task: [task.drafted_by.person]
)
def another_leader(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*ALARM_SENDERS, at=task.township.path)


@rule("这个任务不是待补批的应急任务。")
def awaits_approval_afterwards(task: Task) -> bool:
    return task.response_id is not None and task.approved_by_id is None


@command(said="补办审批", who=another_leader, when=awaits_approval_afterwards, binds=whole_but("reads"))
async def approve_afterwards(actor: Viewer, task: Task, *, note: FromAbove[str]) -> Task:
    """Approve an emergency dispatch after the fact, with the reason."""
    if not note.strip():
        raise Invalid("请写明补批的意见。", field="note")
    task.approved_by_id, task.approved_at, task.approval_note = actor.post_id, now(), note.strip()
    await task.save(update_fields=["approved_by_id", "approved_at", "approval_note"])
    return task


def is_late(task: Task) -> bool:
    """Whether an emergency dispatch has waited for its approval longer than it may."""
    sent = task.dispatched_at
    return awaits_approval_afterwards.holds(task) and sent is not None and now() > sent + APPROVED_WITHIN
