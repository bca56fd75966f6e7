"""What commands of the board say: to villages that may bid, bid or build, to those who score, and to the desk.

Who bids before the closing instant is nobody's to guess: no message comes of a bid.
"""

from __future__ import annotations

from datetime import date

from models.base.clock import town_day
from models.base.events import Event
from models.bidding import (
    Award,
    AwardObjection,
    Bid,
    Entrant,
    Fact,
    Milestone,
    Project,
    Scorer,
    StepExtension,
    objections_until,
)
from models.inbox.addressing import To, at, oneself, the_desk
from models.inbox.declarations import UNFINISHED, Declared, Draft, Silent, drafts, row_of, said
from models.people.roles import BIDDERS, PROJECT_APPROVERS, VILLAGE_SPEAKERS

TAKEN_BACK = Silent("还没有人答复，撤回后不再出现在待办里，办理经过里看得到。")


async def _submitted(event: Event) -> list[Draft]:
    row = await row_of(event, Project, "drafted_by")
    if row is None or row.state != "submitted":
        return []
    to = [
        one
        for one in await at([row.township_id], *PROJECT_APPROVERS)
        if one.person_id != row.drafted_by.person_id
    ]
    return drafts(to, "board_approval", row, row.title)


async def _sent_back(event: Event) -> list[Draft]:
    row = await row_of(event, Project, "drafted_by")
    return drafts(oneself(row.drafted_by), "project_moved", row, row.title, row.return_note) if row else []


async def _approved(event: Event) -> list[Draft]:
    """Every village that may bid, and whoever drafted it."""
    row = await row_of(event, Project, "drafted_by")
    if row is None:
        return []
    found = drafts(await _invited(row), "board_open", row, row.title, row.support, town_day(row.closes_at))
    return found + drafts(oneself(row.drafted_by), "project_moved", row, row.title, "已批准上榜。")


async def _cancelled(event: Event) -> list[Draft]:
    row = await row_of(event, Project)
    if row is None:
        return []
    return drafts(await _invited(row), "board_cancelled", row, row.title, str(said(event, "reason")))


async def _invited(row: Project) -> list[To]:
    """Whether they bid or not: who did is nobody's to guess."""
    units = await Entrant.filter(project=row).values_list("unit_id", flat=True)
    return await at([int(str(unit)) for unit in units], *VILLAGE_SPEAKERS)


async def _opened(event: Event) -> list[Draft]:
    row = await row_of(event, Project)
    if row is None:
        return []
    words = "已开标，请比选。" if row.state == "opened" else row.outcome_note
    return drafts(await the_desk(row.township_id), "project_moved", row, row.title, words)


async def _bidders(row: Project) -> list[To]:
    bids = await Bid.filter(project=row, state="opened").values_list("unit_id", flat=True)
    return await at([int(str(unit)) for unit in bids], *VILLAGE_SPEAKERS)


async def _decided(event: Event) -> list[Draft]:
    """Whoever bid, when it is decided or decided otherwise, with the last day for objections."""
    row = await row_of(event, Award, "project__township", "unit")
    if row is None:
        return []
    last = await objections_until(row) if row.state != "fallen" else None
    words = f"{row.unit.name}：{row.state_label}。{row.fallen_note or row.reason}"
    return drafts(await _bidders(row.project), "board_decided", row.project, row.project.title, words, last)


async def _given_up(event: Event) -> list[Draft]:
    row = await row_of(event, Award, "project", "unit")
    if row is None:
        return []
    desk = drafts(
        await the_desk(row.project.township_id),
        "project_moved",
        row.project,
        row.project.title,
        row.fallen_note,
    )
    return await _decided(event) + desk


async def _ended(event: Event) -> list[Draft]:
    row = await row_of(event, Project)
    if row is None:
        return []
    return drafts(await _bidders(row), "board_decided", row, row.title, f"流标：{row.outcome_note}")


async def _stands(event: Event) -> list[Draft]:
    row = await row_of(event, Award, "project", "unit")
    if row is None:
        return []
    to = await at([row.unit_id], *BIDDERS) + await the_desk(row.project.township_id)
    return drafts(to, "project_moved", row.project, row.project.title, f"公示期满，{row.unit.name}揭榜生效。")


async def _objected(event: Event) -> list[Draft]:
    """To those who may answer: not who awarded."""
    row = await row_of(event, AwardObjection, "award__project", "award__by", "unit")
    if row is None:
        return []
    posts = await at([row.award.project.township_id], *PROJECT_APPROVERS)
    to = [one for one in posts if one.person_id != row.award.by.person_id]
    return drafts(
        to, "award_objection", row, f"{row.unit.name}：{row.award.project.title}", due_on=row.due_on
    )


async def _objection_answered(event: Event) -> list[Draft]:
    """To whoever objected, to the village that won, and to who awarded."""
    row = await row_of(event, AwardObjection, "by", "award__project", "award__by")
    if row is None:
        return []
    to = [*oneself(row.by), *await at([row.award.unit_id], *VILLAGE_SPEAKERS), *oneself(row.award.by)]
    words = f"{row.state_label}：{row.answer}"
    return drafts(to, "award_answered", row.award.project, row.award.project.title, words)


async def _named(event: Event) -> list[Draft]:
    """Scorers who have not yet said whether they have ties."""
    rows = Scorer.filter(project_id=event.subject_id, state="named").order_by("id")
    return [
        one
        for row in await rows.select_related("post", "project")
        for one in drafts([To(row.post.person_id, row.post_id)], "scorer", row, row.project.title)
    ]


async def _stepped_back(event: Event) -> list[Draft]:
    row = await row_of(event, Scorer, "project")
    if row is None or row.state != "recused":
        return []
    words = "有评分人回避，请看是否要补。"
    return drafts(await the_desk(row.project.township_id), "scoring", row.project, row.project.title, words)


async def _released(event: Event) -> list[Draft]:
    row = await row_of(event, Scorer, "project", "post")
    if row is None:
        return []
    words = f"不用您评分了：{said(event, 'reason')}"
    return drafts(oneself(row.post), "scoring", row.project, row.project.title, words)


async def _handed_in(event: Event) -> list[Draft]:
    row = await row_of(event, Scorer, "project")
    if row is None or row.project.compared_at is None:
        return []
    desk = await the_desk(row.project.township_id)
    return drafts(desk, "scoring", row.project, row.project.title, "评分已交齐，可以定结果。")


async def _disputed(event: Event) -> list[Draft]:
    row = await row_of(event, Fact, "bid__project", "bid__unit")
    if row is None:
        return []
    project = row.bid.project
    words = f"{row.bid.unit.name}：{row.disputed}"
    return drafts(await the_desk(project.township_id), "fact_disputed", project, project.title, words)


async def _step(event: Event, kind: str, words: str) -> list[Draft]:
    row = await row_of(event, Milestone, "award__project", "award__unit")
    if row is None:
        return []
    about, project = f"{row.award.project.title}：{row.title}", row.award.project
    if kind == "milestone":
        return drafts(await the_desk(project.township_id), kind, row, f"{row.award.unit.name} {about}", words)
    return drafts(await at([row.award.unit_id], *BIDDERS), kind, project, about, words or row.return_note)


async def _step_reported(event: Event) -> list[Draft]:
    return await _step(event, "milestone", "")


async def _step_accepted(event: Event) -> list[Draft]:
    return await _step(event, "milestone_passed", "验收通过。")


async def _step_returned(event: Event) -> list[Draft]:
    return await _step(event, "board_returned", "")


async def _time_asked(event: Event) -> list[Draft]:
    row = await row_of(event, StepExtension, "milestone__award__project", "milestone__award__unit")
    if row is None:
        return []
    award = row.milestone.award
    about = f"{award.unit.name} {award.project.title}：{row.milestone.title}"
    words = f"想延到 {row.until_on.isoformat()}：{row.reason}"
    return drafts(await the_desk(award.project.township_id), "step_time", row, about, words)


async def _time_answered(event: Event) -> list[Draft]:
    row = await row_of(event, StepExtension, "milestone__award__project")
    if row is None:
        return []
    words = f"延期到 {row.until_on.isoformat()}，{row.state_label}。{row.answer}"
    return await _to_the_builders(row.milestone, words)


async def _rests(event: Event) -> list[Draft]:
    row = await row_of(event, Milestone, "award__project")
    words = f"已中止，期限不再计算。原因：{said(event, 'reason')}"
    return await _to_the_builders(row, words) if row else []


async def _goes_on(event: Event) -> list[Draft]:
    row = await row_of(event, Milestone, "award__project")
    words = "恢复建设，中止的工作日已经补上。"
    return await _to_the_builders(row, words, row.due_on) if row else []


async def _to_the_builders(step: Milestone, words: str, due_on: date | None = None) -> list[Draft]:
    project = step.award.project
    to = await at([step.award.unit_id], *BIDDERS)
    return drafts(to, "step_moved", project, f"{project.title}：{step.title}", words, due_on)


SEALED = Silent("开标前谁在竞榜、写了什么，不告诉任何人。")
DECLARED: dict[str, Declared] = {
    "bidding.draft_project": UNFINISHED,
    "bidding.change_project": UNFINISHED,
    "bidding.relist": UNFINISHED,
    "bidding.drop_project": UNFINISHED,
    "bidding.submit_project": _submitted,
    "bidding.send_project_back": _sent_back,
    "bidding.approve_project": _approved,
    "bidding.cancel_project": _cancelled,
    "bidding.write_bid": SEALED,
    "bidding.submit_bid": SEALED,
    "bidding.withdraw_bid": SEALED,
    "bidding.open_bids": _opened,
    "bidding.dispute_fact": _disputed,
    "bidding.compare": Silent("镇街自己的一步，结果公布时告知每个竞榜的村社。"),
    "bidding.name_scorers": _named,
    "bidding.declare": _stepped_back,
    "bidding.score_bid": Silent("交齐之前，谁打了多少分不告诉任何人。"),
    "bidding.hand_in": _handed_in,
    "bidding.release_scorer": _released,
    "bidding.discuss_scores": Silent("镇街自己的一步，结果公布时告知每个竞榜的村社。"),
    "bidding.announce_award": _decided,
    "bidding.let_award_stand": _stands,
    "bidding.object_to_award": _objected,
    "bidding.answer_award_objection": _objection_answered,
    "bidding.undo_award": _decided,
    "bidding.give_up_award": _given_up,
    "bidding.end_without_award": _ended,
    "bidding.report_milestone": _step_reported,
    "bidding.accept_milestone": _step_accepted,
    "bidding.return_milestone": _step_returned,
    "bidding.ask_for_step_time": _time_asked,
    "bidding.take_back_step_time": TAKEN_BACK,
    "bidding.answer_step_time": _time_answered,
    "bidding.suspend_step": _rests,
    "bidding.resume_step": _goes_on,
}
