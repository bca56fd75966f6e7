"""After the award: 民主议事, 开工, 进度, 验收, each with what the village says and what the township accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import files as attachments
from models.base.clock import now, today, town_day
from models.base.commands import FromAbove, command, rule
from models.base.events import Event, tell
from models.base.facts import Facts
from models.base.refusals import Invalid, NotNow
from models.base.signatures import WHOLE
from models.base.text import says_something
from models.base.viewer import Viewer
from models.bidding.awards import Award, AwardObjection, Milestone, MilestoneFile
from models.bidding.extensions import StepExtension
from models.bidding.suspension import give_back
from models.people.roles import BIDDERS, PROJECT_DESK
from models.tasks.trail_facts import spared_by_rest

TITLES = {
    "decision": "完成五议两公开，决议已公开",
    "start": "项目开工",
    "progress": "工程过半",
    "acceptance": "完工，申请验收",
}


async def plan_milestones(award: Award) -> None:
    """Within the award's own command: the steps and their days, from the project's dates."""
    project = award.project
    middle = project.start_by + (project.finish_by - project.start_by) / 2
    days = (project.start_by, project.start_by, middle, project.finish_by)
    await Milestone.bulk_create(
        Milestone(award=award, kind=kind, position=number, title=title, due_on=day)
        for number, ((kind, title), day) in enumerate(zip(TITLES.items(), days, strict=True))
    )


@rule("只有揭榜的村社可以上报进展。")
def builds_it(actor: Viewer, milestone: Milestone) -> bool:
    return actor.oversees(milestone.award.unit.path, *BIDDERS)


@rule("只有本镇街的统筹员或领导可以验收。")
def inspects(actor: Viewer, milestone: Milestone) -> bool:
    return actor.is_a(*PROJECT_DESK, at=milestone.award.project.township.path)


@command(said="上报节点", who=builds_it)
async def report_milestone(
    actor: Viewer,
    milestone: Milestone,
    *,
    words: str,
    delay_reason: str = "",
    files: list[attachments.Stored] | None = None,
) -> Milestone:
    """Say that a step is done; after its day with the reason of the delay, which everybody reads."""
    if not 2 <= len(words.strip()) <= 1000:
        raise Invalid("请写明做到了什么（不超过 1000 个字）。", field="words")
    late = today() > milestone.due_on
    if late and not (says_something(delay_reason) and 2 <= len(delay_reason) <= 500):
        raise Invalid("已经超过期限，请写明延误的原因（不超过 500 个字），会公开。", field="delay_reason")
    await _must_be_unquestioned(milestone)
    await must_be_in_turn(milestone)
    milestone.words, milestone.delay_reason = words.strip(), delay_reason.strip() if late else ""
    milestone.state, milestone.reported_at, milestone.return_note = "reported", now(), ""
    await milestone.save(update_fields=["words", "delay_reason", "state", "reported_at", "return_note"])
    for file in await attachments.filed(actor, files or []):
        await MilestoneFile.create(milestone=milestone, file=file)
    return milestone


@dataclass(frozen=True, kw_only=True)
class StepAccepted(Facts):
    """A step of building that was taken as done, by everything that its points rest on."""

    unit: int
    step: str
    due_on: date
    reported_on: date
    spared: str
    """Why lateness costs nothing; empty where it does."""
    by: tuple[int, ...]
    """Posts that reported it."""
    dealt_by: tuple[int, ...]
    """The post that gave the award."""


@command(said="节点通过", who=inspects, binds=WHOLE)
async def accept_milestone(actor: Viewer, milestone: Milestone) -> Milestone:
    """Take a step as done; with the last one the project is delivered."""
    await _must_be_unquestioned(milestone)
    milestone.state, milestone.accepted_at = "accepted", now()
    await milestone.save(update_fields=["state", "accepted_at"])
    tell(await _facts_of(milestone))
    await StepExtension.filter(milestone=milestone, state="asked").update(state="lapsed")
    await _give_back_inspection(milestone)
    if milestone.kind == "acceptance":
        milestone.award.project.state = "delivered"
        await milestone.award.project.save(update_fields=["state"])
    return milestone


async def must_be_in_turn(milestone: Milestone) -> None:
    """Raise NotNow while a step before this one is not accepted."""
    earlier = Milestone.filter(award_id=milestone.award_id, position__lt=milestone.position)
    if await earlier.exclude(state="accepted").exists():
        raise NotNow("前一个节点还没有通过，请先办前一个。")


async def _must_be_unquestioned(milestone: Milestone) -> None:
    """Raise NotNow while it is asked whether the award was right: its days are given back with the answer."""
    if await AwardObjection.filter(award_id=milestone.award_id, state="open").exists():
        raise NotNow("这个揭榜结果有异议还没有答复，答复以后再办；期限会顺延。")


async def _give_back_inspection(milestone: Milestone) -> None:
    """How long the township took to inspect a step is not taken from those that wait for it."""
    if milestone.reported_at is not None:
        await give_back(milestone.award, milestone.reported_at)


async def _facts_of(milestone: Milestone) -> StepAccepted:
    """What the result is credited by: the step, its day, when it was reported, and by whom."""
    reported = Event.filter(
        subject_type="Milestone", subject_id=milestone.pk, command="bidding.report_milestone"
    )
    told = await reported.order_by("id")
    return StepAccepted(
        unit=milestone.award.unit_id,
        step=milestone.kind,
        due_on=milestone.due_on,
        # By its last report: what was returned is not done, and the days that each inspection took were given back.
        reported_on=town_day(told[-1].at if told else now()),
        spared="suspended" if await spared_by_rest([milestone.pk], "bidding.resume_step") else "",
        by=tuple(sorted({one.actor_post_id for one in told if one.actor_post_id})),
        dealt_by=(milestone.award.by_id,),
    )


@command(said="退回整改", who=inspects, binds=WHOLE)
async def return_milestone(actor: Viewer, milestone: Milestone, *, note: FromAbove[str]) -> Milestone:
    """Say what is to be mended before the step counts as done."""
    if not 2 <= len(note.strip()) <= 500:
        raise Invalid("请写明要整改什么（不超过 500 个字）。", field="note")
    await _must_be_unquestioned(milestone)
    milestone.state, milestone.return_note = "returned", note.strip()
    await milestone.save(update_fields=["state", "return_note"])
    await _give_back_inspection(milestone)
    return milestone
