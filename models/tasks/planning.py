"""From admitted requests to villages: draft, approval by another person, dispatch all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.refusals import Invalid, NotNow
from models.base.viewer import Viewer
from models.intake.requests import WorkRequest
from models.screening import Screening, next_code
from models.tasks.records import Assignment, Task, TaskSource, TaskUnit
from models.tasks.states import OPEN, TASK_STATES, only_while
from models.units import Unit

LIVE = ("draft", "submitted", "approved", "dispatched")


@rule("只有本镇街的统筹员可以起草任务。")
def coordinates(actor: Viewer, township: Unit) -> bool:
    return actor.is_a("coordinator", at=township)


@rule("只有本镇街的统筹员可以这样做。")
def coordinates_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a("coordinator", at=task.township)


@rule("只有本镇街主要领导，或分管这类事项的领导可以审批，而且不能是起草人本人。")
def approves_for_the_township(actor: Viewer, task: Task) -> bool:
    if task.drafted_by.person_id == actor.person_id:  # type: ignore[attr-defined]
        return False
    in_charge = actor.hat is None or not actor.hat.duties or task.matter.domain in actor.hat.duties
    return actor.is_a("head", at=task.township) or (actor.is_a("leader", at=task.township) and in_charge)


is_draft = only_while(TASK_STATES, "draft", told="这个任务现在是“{}”，只有起草中的任务可以修改和提交。")
awaits_approval = only_while(TASK_STATES, "submitted", told="这个任务现在是“{}”，不用再审批。请刷新后再看。")
is_approved = only_while(TASK_STATES, "approved", told="这个任务现在是“{}”，只有待下派的任务可以下派。")
not_over = only_while(TASK_STATES, *LIVE, told="这个任务现在是“{}”，不能再撤回。")


@command(who=coordinates)
async def draft(
    actor: Viewer,
    township: Unit,
    *,
    requests: list[WorkRequest],
    title: str,
    body: str,
    due_on: date,
    units: list[Unit],
    lead_office: Unit | None = None,
) -> Task:
    """Merge admitted requests under one matter into a task for villages of the township."""
    admitted = await _admitted(township, requests)
    matter_id = next(iter(admitted.values())).matter_id  # type: ignore[attr-defined]
    matter_code = next(iter(requests)).matter_code
    task = await Task.create(
        township=township,
        matter_id=matter_id,
        code=await next_code(township.pk, township.code, matter_code, today()),
        drafted_by_id=actor.post_id,
        made_at=now(),
        **_words(title, body, due_on),
        lead_office=_own_office(lead_office, township),
    )
    await TaskSource.bulk_create(
        TaskSource(task_id=task.pk, request_id=request_id, screening_id=screening.pk)
        for request_id, screening in admitted.items()
    )
    await _plan_for(task, township, units)
    return task


@command(who=coordinates_the_task, when=is_draft)
async def revise(
    actor: Viewer, task: Task, *, title: str, body: str, due_on: date, units: list[Unit]
) -> Task:
    """Change a draft's words, day or villages."""
    for name, value in _words(title, body, due_on).items():
        setattr(task, name, value)
    await task.save(update_fields=["title", "body", "due_on"])
    await TaskUnit.filter(task=task).delete()
    await _plan_for(task, task.township, units)
    return task


@command(who=coordinates_the_task, when=is_draft)
async def submit_for_approval(actor: Viewer, task: Task) -> Task:
    """Put a draft before the leader in charge."""
    if task.due_on < today():
        raise Invalid("办理期限已经过了，请先修改。", field="due_on")
    if not await TaskUnit.filter(task=task).exists():
        raise Invalid("请选择要下派的村社。", field="units")
    return await _move(task, "submitted")


@command(who=approves_for_the_township, when=awaits_approval)
async def approve(actor: Viewer, task: Task, *, note: str = "") -> Task:
    """Agree that this may go to the villages."""
    task.approved_by_id, task.approval_note = actor.post_id, note.strip()  # type: ignore[attr-defined]
    return await _move(task, "approved", "approved_by_id", "approval_note")


@command(who=approves_for_the_township, when=awaits_approval)
async def send_back(actor: Viewer, task: Task, *, reason: str) -> Task:
    """Give a draft back to the coordinator with what is wrong."""
    if not reason.strip():
        raise Invalid("请写明退回的原因。", field="reason")
    task.approval_note = reason.strip()
    return await _move(task, "draft", "approval_note")


@command(who=coordinates_the_task, when=is_approved)
async def dispatch(actor: Viewer, task: Task) -> Task:
    """Send the task to every planned village at once, or to none."""
    if task.due_on < today():
        raise NotNow("办理期限已经过了，请撤回后重新起草。")
    task.dispatched_at = now()
    await _move(task, "dispatched", "dispatched_at")
    planned = await TaskUnit.filter(task=task).order_by("unit__path").values_list("unit_id", flat=True)
    await Assignment.bulk_create(
        [Assignment(task_id=task.pk, unit_id=unit_id, due_on=task.due_on) for unit_id in planned],
        batch_size=200,
    )
    return task


@command(who=coordinates_the_task, when=not_over)
async def withdraw(actor: Viewer, task: Task, *, reason: str) -> Task:
    """Take a task back; everything villages have open under it closes at once."""
    if not reason.strip():
        raise Invalid("请写明撤回的原因。", field="reason")
    await Assignment.filter(task=task, state__in=OPEN).update(state="withdrawn", decided_at=now())
    return await _move(task, "withdrawn")


async def _move(task: Task, state: str, *changed: str) -> Task:
    task.state = state
    await task.save(update_fields=["state", *changed])
    return task


async def _admitted(township: Unit, requests: Sequence[WorkRequest]) -> dict[int, Screening]:
    """The admitting screening of each request; raises Invalid unless all can become one task."""
    numbers = list(dict.fromkeys(request.pk for request in requests))
    if not numbers:
        raise Invalid("请选择已过筛的申请。", field="requests")
    screenings = await Screening.filter(
        request_id__in=numbers, verdict="admitted", request__state="admitted", request__township=township
    )
    found = {int(s.request_id): s for s in screenings}  # type: ignore[attr-defined]
    if len(found) < len(numbers):
        raise Invalid("只有本镇街已过筛的申请可以并入任务。", field="requests")
    if len({s.matter_id for s in screenings}) > 1:  # type: ignore[attr-defined]
        raise Invalid("只有同一事项、同一版清单下的申请可以合并。", field="requests")
    live = TaskSource.filter(request_id__in=numbers).exclude(task__state="withdrawn")
    if await live.exists():
        raise Invalid("有的申请已经并入别的任务。", field="requests")
    return found


async def _plan_for(task: Task, township: Unit, units: Sequence[Unit]) -> None:
    wanted = list(dict.fromkeys(unit.pk for unit in units))
    if not wanted:
        raise Invalid("请选择要下派的村社。", field="units")
    for unit in units:
        if unit.level not in {"village", "grid"} or not township.holds(unit.path) or unit.ended_on:
            raise Invalid(f"{unit.name}不是本镇街的村社或网格。", field="units")
    await TaskUnit.bulk_create([TaskUnit(task_id=task.pk, unit_id=pk) for pk in wanted], batch_size=200)


def _words(title: str, body: str, due_on: date) -> dict[str, object]:
    if not 1 <= len(title.strip()) <= 200:
        raise Invalid("请写明任务名称（不超过 200 个字）。", field="title")
    if not 1 <= len(body.strip()) <= 5000:
        raise Invalid("请写明要村社做什么（不超过 5000 个字）。", field="body")
    if due_on < today():
        raise Invalid("办理期限不能早于今天。", field="due_on")
    return {"title": title.strip(), "body": body.strip(), "due_on": due_on}


def _own_office(office: Unit | None, township: Unit) -> Unit | None:
    if office is not None and office.parent_id != township.pk:  # type: ignore[attr-defined]
        raise Invalid("牵头办线只能是本镇街的办线。", field="lead_office")
    return office
