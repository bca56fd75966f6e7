"""评分比选: at least two people without ties, each alone until all are in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise.expressions import Q

from models.base.clock import now, today
from models.base.commands import FromAbove, Personal, Sealed, command, rule
from models.base.optional_details import ABSENT, Given, or_kept
from models.base.refusals import Invalid, NotAllowed
from models.base.separation_of_duties import must_be_untied
from models.base.signatures import WHOLE, must_hold, whole_but
from models.base.text import says_something
from models.base.viewer import Viewer
from models.bidding.comparison import is_uncompared
from models.bidding.drafting import is_at_the_desk
from models.bidding.offers import Bid
from models.bidding.records import Criterion, Project
from models.bidding.scores import Score, Scorer
from models.bidding.totals import spreads
from models.people import Post, in_force
from models.people.roles import PROJECT_DESK

LEAST_SCORERS = 2
HIGHEST = 100


@rule("这个项目是简易比选，不打分。")
def is_scored(project: Project) -> bool:
    return project.is_scored


@rule("只有评分人本人可以填写。", untied_from=lambda scorer: [scorer.project.drafted_by.person])
def is_the_scorer(actor: Viewer, scorer: Scorer) -> bool:
    return actor.person_id == scorer.post.person_id and actor.post_id == scorer.post_id


@rule("只有本镇街的统筹员或领导可以更换评分人。")
def names_scorers(actor: Viewer, scorer: Scorer) -> bool:
    return actor.is_a(*PROJECT_DESK, at=scorer.project.township.path)


@rule("评分已经结束。")
def goes_on(scorer: Scorer) -> bool:
    return scorer.project.compared_at is None


@command(said="指定评分人", who=is_at_the_desk, when=(is_scored, is_uncompared))
async def name_scorers(actor: Viewer, project: Project, *, posts: list[Post]) -> Project:
    """Name who scores: nobody from a bidding village, nobody who holds a post in one."""
    already: set[Any] = set(await Scorer.filter(project=project).values_list("post__person_id", flat=True))
    fresh = {post.person_id: post for post in posts if post.person_id not in already}
    if not fresh:
        raise Invalid("请选择还没有指定过的评分人。", field="posts")
    must_be_untied(actor, *(post.person for post in fresh.values()))
    for post in fresh.values():
        if not post.unit.path.startswith(project.township.path) or not post.holds_on(today()):
            raise Invalid("评分人要是本镇街在任的人员。", field="posts")
        await _must_be_free(project, post)
    standing = await Scorer.filter(project=project).exclude(state="recused").count()
    if standing + len(fresh) < LEAST_SCORERS:
        raise Invalid(f"评分人至少 {LEAST_SCORERS} 名。", field="posts")
    await Scorer.bulk_create([Scorer(project=project, post=post) for post in fresh.values()])
    return project


async def _must_be_free(project: Project, post: Post) -> None:
    """Raise Invalid for whoever has a post at a bidding village or below it today."""
    bidding = await Bid.filter(project=project, state="opened").values_list("unit__path", flat=True)
    held = await Post.filter(in_force(), person_id=post.person_id).values_list("unit__path", flat=True)
    if any(str(place).startswith(str(village)) for place in held for village in bidding):
        raise Invalid("评分人不能是竞榜村社的人，也不能在竞榜村社任职（包括联村）。", field="posts")


@command(said="声明回避情况", who=is_the_scorer, when=goes_on, binds=whole_but("bids", "sheet"))
async def declare(actor: Viewer, scorer: Scorer, *, ties: Personal[str] = "", free: bool = False) -> Scorer:
    """Say in person that there is no kin or interest in any bidding village, or what it is and step back."""
    if not free and not says_something(ties):
        raise Invalid("请勾选“没有亲属和利害关系”，或者写明是什么关系。", field="ties")
    scorer.state, scorer.ties, scorer.declared_at = (
        ("recused" if ties.strip() else "ready"),
        ties.strip(),
        now(),
    )
    await scorer.save(update_fields=["state", "ties", "declared_at"])
    return scorer


@command(said="打分", who=is_the_scorer, when=goes_on)
async def score_bid(
    actor: Viewer,
    scorer: Scorer,
    *,
    bid: Bid,
    points: Sealed[list[int]],
    words: Sealed[FromAbove[Given[list[str]]]] = ABSENT,
) -> Scorer:
    """Points of 100 under every criterion in their order, with words where one likes (what is not given stays); may be changed until handed in."""
    criteria = await Criterion.filter(project_id=scorer.project_id).order_by("position")
    if bid.project_id != scorer.project_id or bid.state != "opened":
        raise Invalid("这份竞榜书不在这个项目里。", field="bid")
    if len(points) != len(criteria):
        raise Invalid("每条标准都要打分。", field="points")
    said = dict(enumerate(or_kept(words, [])))
    for position, (criterion, given) in enumerate(zip(criteria, points, strict=True)):
        if not 0 <= given <= HIGHEST:
            raise Invalid(f"“{criterion.title}”的分数应在 0 到 {HIGHEST} 之间。", field="points")
        if len(said.get(position, "")) > 500:
            raise Invalid("每条评语请不超过 500 个字。", field="words")
        told = {"points": given} | ({"words": said[position].strip()} if position in said else {})
        await Score.update_or_create(told, bid=bid, criterion=criterion, by_id=scorer.post_id)
    return scorer


@command(said="交评分表", who=is_the_scorer, when=goes_on, binds=WHOLE)
async def hand_in(actor: Viewer, scorer: Scorer) -> Scorer:
    """Finish: nothing of it changes any more, and with the last one all are shown to each other."""
    await _must_still_be_free(scorer)
    await must_hold(scorer, declare.name, what="回避声明", then="请联系镇街更换评分人。")
    project = await Project.select_for_update().get(pk=scorer.project_id)
    bids = await Bid.filter(project=project, state="opened").count()
    criteria = await Criterion.filter(project=project).count()
    given = await Score.filter(bid__project=project, by_id=scorer.post_id).count()
    if given < bids * criteria:
        raise Invalid("还有竞榜书没有打分，打完再交。", field="points")
    scorer.state, scorer.done_at = "done", now()
    await scorer.save(update_fields=["state", "done_at"])
    await _complete(project)
    return scorer


async def _must_still_be_free(scorer: Scorer) -> None:
    try:
        await _must_be_free(scorer.project, scorer.post)
    except Invalid as no:
        raise NotAllowed(no.reason) from None


async def _complete(project: Project) -> None:
    """The comparison is complete when every scorer who did not step back is done."""
    states: list[Any] = (
        await Scorer.filter(project=project).exclude(state="recused").values_list("state", flat=True)
    )
    if len(states) >= LEAST_SCORERS and set(states) == {"done"}:
        project.compared_at = now()
        await project.save(update_fields=["compared_at"])


@command(said="更换评分人", who=names_scorers, when=goes_on)
async def release_scorer(actor: Viewer, scorer: Scorer, *, reason: FromAbove[str]) -> Scorer:
    """Let somebody go who cannot score; what they had given so far does not count."""
    if not 1 <= len(reason.strip()) <= 300:
        raise Invalid("请写明为什么更换评分人。", field="reason")
    project = await Project.select_for_update().get(pk=scorer.project_id)
    scorer.state = "recused"
    await scorer.save(update_fields=["state"])
    await Score.filter(bid__project=project, by_id=scorer.post_id).delete()
    await _complete(project)
    return scorer


@rule("评分还没有交齐。")
def is_compared(project: Project) -> bool:
    return project.compared_at is not None


@rule("已经记录过讨论。")
def is_undiscussed(project: Project) -> bool:
    return not project.discussion


@command(said="记录评分讨论", who=is_at_the_desk, when=(is_scored, is_compared, is_undiscussed), binds=WHOLE)
async def discuss_scores(actor: Viewer, project: Project, *, words: FromAbove[str]) -> Project:
    """Record what was said, and by whom, about scores that lie too far apart; the points stay as they are."""
    if not await spreads(project):
        raise Invalid("各位评分人的分数相差不大，不用讨论。", field="words")
    if not 10 <= len(words.strip()) <= 2000:
        raise Invalid("请写明谁参加讨论、为什么相差大、怎么看（10 到 2000 个字）。", field="words")
    project.discussion = words.strip()
    await project.save(update_fields=["discussion"])
    return project


def own_sheets(viewer: Viewer) -> Q:
    """The viewer's sheets that wait for them."""
    posts: Iterable[int] = [hat.post_id for hat in viewer.hats]
    waits = Q(project__state="opened", project__compared_at__isnull=True)
    return Q(post_id__in=list(posts), state__in=("named", "ready")) & waits
