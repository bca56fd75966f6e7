"""A step of building has the same excuses as a task: more time that is asked for and granted, and a rest."""

from __future__ import annotations

from datetime import date

from models.base.clock import end_of, now
from models.base.commands import FromAbove, command, rule
from models.base.days import Planned
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.text import says_something
from models.base.viewer import Viewer
from models.bidding.awards import Milestone
from models.bidding.delivery import builds_it, inspects, must_be_in_turn
from models.bidding.extensions import StepExtension
from models.bidding.suspension import give_back, give_until
from models.tasks.deadlines import must_be_a_later_end
from models.tasks.trail_facts import tell_of_rest


@command(said="申请节点延期", who=builds_it)
async def ask_for_step_time(
    actor: Viewer, milestone: Milestone, *, reason: str, until: Planned[date]
) -> StepExtension:
    """Ask for a later day, saying why."""
    if not 2 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明延期的原因（2 到 1000 个字）。", field="reason")
    path = milestone.award.unit.path
    await must_be_a_later_end(end_of(until), end_of(milestone.due_on), path, field="until")
    if await StepExtension.filter(milestone=milestone, state="asked").exists():
        raise Invalid("已经申请过延期，正在等镇街答复。", field="until")
    return await StepExtension.create(
        milestone=milestone,
        until_on=until,
        reason=reason.strip(),
        asked_by_id=actor.post_id,
        asked_at=now(),
    )


@rule("只有揭榜的村社可以撤回延期申请。")
def asked_for_it(actor: Viewer, extension: StepExtension) -> bool:
    return builds_it.holds(actor, extension.milestone)


@command(said="撤回节点延期申请", who=asked_for_it)
async def take_back_step_time(actor: Viewer, extension: StepExtension) -> StepExtension:
    """Ask for no more time."""
    extension.state, extension.decided_at = "taken_back", now()
    await extension.save(update_fields=["state", "decided_at"])
    return extension


@rule("只有本镇街的统筹员或领导可以答复延期。")
def answers_for_the_township(actor: Viewer, extension: StepExtension) -> bool:
    return inspects.holds(actor, extension.milestone)


@command(said="答复节点延期", who=answers_for_the_township, binds=WHOLE)
async def answer_step_time(
    actor: Viewer, extension: StepExtension, *, granted: bool, answer: FromAbove[str] = ""
) -> StepExtension:
    """Give the village the later day, and the steps after it at least as long, or say why not."""
    if not granted and not says_something(answer):
        raise Invalid("请写明不同意的原因。", field="answer")
    extension.state, extension.answer = "granted" if granted else "refused", answer.strip()
    extension.decided_by_id, extension.decided_at = actor.post_id, now()
    await extension.save(update_fields=["state", "answer", "decided_by_id", "decided_at"])
    if granted:
        await give_until(extension.milestone, extension.until_on)
    return extension


@command(said="中止节点", who=inspects, binds=WHOLE)
async def suspend_step(actor: Viewer, milestone: Milestone, *, reason: FromAbove[str]) -> Milestone:
    """Let building rest; the clock of this step and of those after it stands still."""
    if not 2 <= len(reason.strip()) <= 500:
        raise Invalid("请写明中止的原因（2 到 500 个字）。", field="reason")
    await must_be_in_turn(milestone)
    milestone.suspended_from, milestone.suspended_at, milestone.state = milestone.state, now(), "suspended"
    await milestone.save(update_fields=["state", "suspended_from", "suspended_at"])
    return milestone


@command(said="恢复节点", who=inspects, binds=WHOLE)
async def resume_step(actor: Viewer, milestone: Milestone) -> Milestone:
    """Let building go on, its days put off by the working days it rested."""
    since = milestone.suspended_at
    await tell_of_rest(since, end_of(milestone.due_on), milestone.award.project.township.path)
    milestone.state, milestone.suspended_at = milestone.suspended_from or "planned", None
    milestone.suspended_from = ""
    await milestone.save(update_fields=["state", "suspended_from", "suspended_at"])
    if since is not None:
        await give_back(milestone.award, since)
        await milestone.refresh_from_db(fields=["due_on"])
    return milestone
