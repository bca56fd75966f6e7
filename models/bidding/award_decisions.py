"""The award: announced with its reasons, open to objections, in force after the standstill, and undone in the open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.expressions import Subquery

from models.base.clock import due, now, today, town_day
from models.base.commands import FromAbove, Personal, command, rule
from models.base.events import tell
from models.base.facts import Facts
from models.base.refusals import Invalid, NotAllowed, NotNow, Refusal
from models.base.signatures import WHOLE, must_hold, words_on
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.bidding.awards import Award, AwardObjection, Milestone
from models.bidding.comparison import compare
from models.bidding.delivery import plan_milestones
from models.bidding.drafting import is_at_the_desk
from models.bidding.extensions import StepExtension
from models.bidding.offers import Bid
from models.bidding.records import Project
from models.bidding.scores import Scorer
from models.bidding.scoring import discuss_scores, hand_in, is_compared
from models.bidding.suspension import put_off_by
from models.bidding.totals import spreads, totals
from models.people import Person
from models.people.roles import AWARD_OBJECTORS, BID_SUBMITTERS, PROJECT_APPROVERS
from models.policies import policy
from models.workdays import workdays_of


def _who_compared(project: Project) -> list[Person]:
    scored = [one.post.person for one in project.scorers if one.state != "recused"]
    return [*([project.compared_by.person] if project.compared_by else []), *scored]


@rule(
    "揭榜由本镇街的领导决定；做过比选记录的、给这个项目打过分的，从哪个职务都不能定。",
    apart_from=_who_compared,
)
def decides(actor: Viewer, project: Project) -> bool:
    return actor.is_a(*PROJECT_APPROVERS, at=project.township.path)


@rule("只有本镇街的领导可以办理揭榜结果。")
def leads(actor: Viewer, award: Award) -> bool:
    return actor.is_a(*PROJECT_APPROVERS, at=award.project.township.path)


@rule("只有揭榜的村社可以放弃。")
def won_it(actor: Viewer, award: Award) -> bool:
    return actor.oversees(award.unit.path, *BID_SUBMITTERS)


@rule("只有参加竞榜的村社可以提出异议。")
def may_object(actor: Viewer, award: Award) -> bool:
    return any(h.role in AWARD_OBJECTORS and h.unit_level == "village" for h in actor.hats)


@rule(
    "异议由本镇街的领导答复，而且不能是作出揭榜决定的本人。",
    apart_from=lambda objection: [objection.award.by.person],
)
def judges_objections(actor: Viewer, objection: AwardObjection) -> bool:
    return actor.is_a(*PROJECT_APPROVERS, at=objection.award.project.township.path)


@command(said="公布揭榜结果", who=decides, when=is_compared, binds=WHOLE)
async def announce_award(actor: Viewer, project: Project, *, bid: Bid, reason: FromAbove[str]) -> Award:
    """Announce to everybody who gets it and why; at once in force where no standstill was chosen."""
    if not 10 <= len(reason.strip()) <= 2000:
        raise Invalid("请写明选这个村社的理由（10 到 2000 个字），会公开。", field="reason")
    await _must_be_compared_as_read(project)
    others = await Bid.filter(project=project, state="opened").exclude(pk=bid.pk).count()
    await _must_be_next(project, bid)
    wait = project.standstill_days
    award = await Award.create(
        project=project,
        bid=bid,
        unit_id=bid.unit_id,
        stands_for=project.pk,
        reason=reason.strip(),
        is_single=not others,
        announced_at=now(),
        standstill_until=(await workdays_of(project.township.path)).after(today(), wait) if wait else None,
        by_id=actor.post_id,
    )
    project.state, project.told_at = "announced", project.told_at or now()
    await project.save(update_fields=["state", "told_at"])
    if not wait:
        await award.fetch_related(*Award.judged_with)
        await _let_it_stand(award)
        await project.refresh_from_db(fields=["state"])
    return award


async def _must_be_compared_as_read(project: Project) -> None:
    """Raise NotNow if bids, facts or points are not those that were compared, scored or talked about."""
    done = await Scorer.filter(project=project, state="done").prefetch_related(*Scorer.judged_with)
    given = [
        *(await words_on([project], compare.name, discuss_scores.name)).values(),
        *(await words_on(done, hand_in.name)).values(),
    ]
    for word in (word for words in given for word in words.values()):
        if not word.holds:
            raise NotNow(f"比选已失效：{word.said}，不能据此揭榜。")


async def _must_be_next(project: Project, bid: Bid) -> None:
    """The bid is one of this project's and has not fallen; where points were given, no better one is left."""
    fallen: set[Any] = set(
        await Award.filter(project=project, state="fallen").values_list("bid_id", flat=True)
    )
    if bid.project_id != project.pk or bid.state != "opened" or bid.pk in fallen:
        raise Invalid("请选择这个项目里还能揭榜的村社。", field="bid")
    if not project.is_scored:
        return
    if await spreads(project) and not project.discussion:
        raise NotNow("评分人的分数相差太大，先记录讨论，再定结果。")
    left = [total for total in await totals(project) if total.bid_id not in fallen]
    best = max(total.value for total in left)
    if next(total.value for total in left if total.bid_id == bid.pk) < best:
        raise Invalid("还有得分更高的村社，评分比选应选得分最高的。", field="bid")


@command(said="公示期满生效", who=only_the_clock("公示期满由系统自动生效。"))
async def let_award_stand(actor: Viewer, award: Award) -> Award:
    """The standstill is over and nothing is objected: building may begin."""
    if award.standstill_until is not None and today() <= award.standstill_until:
        raise NotNow("公示期还没有满。")
    if await AwardObjection.filter(award=award, state="open").exists():
        raise NotNow("还有没答复的异议。")
    await must_hold(award.project, announce_award.name, what="揭榜决定", then="不能生效。")
    await _let_it_stand(award)
    return award


async def _let_it_stand(award: Award) -> None:
    award.state = "standing"
    await award.save(update_fields=["state"])
    award.project.state = "awarded"
    await award.project.save(update_fields=["state"])
    await plan_milestones(award)


@due
async def end_standstills() -> None:
    """Awards take effect by themselves when their standstill is over, no objection is open and nothing that was read has changed."""
    open_ones = AwardObjection.filter(state="open").values("award_id")
    over = Award.filter(state="announced", standstill_until__lt=today()).exclude(id__in=Subquery(open_ones))
    for award in await over.order_by("id").limit(200).prefetch_related(*Award.judged_with):
        try:
            await let_award_stand(TOWN_CLOCK, award)
        except Refusal:
            continue


async def objections_until(award: Award) -> date:
    """The last day for objections: the standstill's, or some working days where there is none."""
    path = award.project.township.path
    days = await policy(path, "award_objection_days")
    last = (await workdays_of(path)).after(town_day(award.announced_at), days)
    return max(last, award.standstill_until or last)


@command(said="对结果提出异议", who=may_object)
async def object_to_award(actor: Viewer, award: Award, *, words: Personal[str]) -> AwardObjection:
    """Say what was wrong with the comparison or the award; answered by somebody else, by a day."""
    if not 10 <= len(words.strip()) <= 1000:
        raise Invalid("请写明哪里不对、依据是什么（10 到 1000 个字）。", field="words")
    bid = await Bid.filter(
        actor.area("unit__path", *AWARD_OBJECTORS),
        project_id=award.project_id,
        state__in=("opened", "broken"),
    ).first()
    if bid is None or bid.unit_id == award.unit_id:
        raise NotAllowed("只有参加竞榜、没有揭榜的村社可以提出异议。")
    if today() > await objections_until(award):
        raise NotNow("提出异议的期限已过。")
    if await AwardObjection.filter(award=award, unit_id=bid.unit_id).exists():
        raise NotNow("本村社已经提过异议。")
    path = award.project.township.path
    return await AwardObjection.create(
        award=award,
        unit_id=bid.unit_id,
        by_id=actor.post_id,
        words=words.strip(),
        made_at=now(),
        due_on=(await workdays_of(path)).after(today(), await policy(path, "objection_days")),
    )


@command(said="答复异议", who=judges_objections, binds=WHOLE)
async def answer_award_objection(
    actor: Viewer, objection: AwardObjection, *, upheld: bool, answer: FromAbove[str]
) -> AwardObjection:
    """Answer it for everybody to read; an objection upheld undoes the award."""
    if not 10 <= len(answer.strip()) <= 1000:
        raise Invalid("请写明怎么认定、为什么（10 到 1000 个字），会公开。", field="answer")
    objection.state, objection.answer = ("upheld" if upheld else "dismissed"), answer.strip()
    objection.answered_by_id, objection.answered_at = actor.post_id, now()
    await objection.save(update_fields=["state", "answer", "answered_by_id", "answered_at"])
    if upheld:
        await _fall(objection.award, "异议成立：" + answer.strip(), at_fault=False)
    else:
        await put_off_by(objection)
    return objection


@command(said="收回揭榜", who=leads)
async def undo_award(actor: Viewer, award: Award, *, reason: FromAbove[str], at_fault: bool = False) -> Award:
    """Take the project back: the next best may get it. `at_fault` counts against the village's later bids."""
    if not 10 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明收回的原因（10 到 1000 个字），会公开。", field="reason")
    await _fall(award, reason.strip(), at_fault and award.state == "standing")
    return award


@command(said="放弃揭榜", who=won_it)
async def give_up_award(actor: Viewer, award: Award, *, reason: FromAbove[str]) -> Award:
    """The village itself gives it back; after it took effect this counts as not delivered."""
    if not 4 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明放弃的原因（4 到 1000 个字），会公开。", field="reason")
    await _fall(award, "村社放弃：" + reason.strip(), at_fault=award.state == "standing")
    return award


@dataclass(frozen=True, kw_only=True)
class AwardFell(Facts):
    """An award that came to nothing: whose it was, and whether by their own doing."""

    unit: int
    at_fault: bool


async def _fall(award: Award, note: str, at_fault: bool) -> None:
    award.state, award.stands_for, award.fallen_note, award.at_fault = "fallen", None, note, at_fault
    await award.save(update_fields=["state", "stands_for", "fallen_note", "at_fault"])
    tell(AwardFell(unit=award.unit_id, at_fault=at_fault))
    await Milestone.filter(award=award).exclude(state="accepted").update(state="dropped")
    await StepExtension.filter(milestone__award_id=award.pk, state="asked").update(state="lapsed")
    await AwardObjection.filter(award=award, state="open").update(state="lapsed")
    award.project.state = "opened"
    await award.project.save(update_fields=["state"])


@command(said="流标", who=is_at_the_desk, binds=WHOLE)
async def end_without_award(actor: Viewer, project: Project, *, reason: FromAbove[str]) -> Project:
    """Say in the open that no bid will do, or that one alone is not enough; it may be listed again."""
    if not 10 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明为什么不揭榜（10 到 1000 个字），会公开。", field="reason")
    project.state, project.outcome_note = "failed", reason.strip()
    await project.save(update_fields=["state", "outcome_note"])
    return project
