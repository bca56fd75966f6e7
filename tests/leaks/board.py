"""The board of the world: four projects, from a draft to one that is built, with a word of its own in what is not public."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models import bidding, files
from models.base.clock import clock_at, now
from models.base.records import Record
from models.base.viewer import Viewer
from models.bidding import (
    AwardObjection,
    Bid,
    BidFile,
    Criterion,
    Entrant,
    Fact,
    Milestone,
    MilestoneFile,
    Project,
    ProjectFile,
    Score,
    Scorer,
    StepExtension,
)
from models.bidding.states import ON_THE_BOARD
from models.people import Post
from models.units import Unit
from tests.builders import a_viewer
from tests.leaks.world import Row, World
from tests.models.bidding import scenes

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG = "校舍现成，离三个村都近，最省钱，大家都同意。"


async def a_board(world: World) -> None:
    """Each project in the order of its days, so that the clock of the trail never goes back."""
    this_hour = now().replace(microsecond=0)
    await _built(world, this_hour - 30 * DAY)
    await _judged(world, this_hour - 10 * DAY)
    await _sealed(world, this_hour - 4 * HOUR)
    await _drafted(world, this_hour - HOUR)
    await _rows(world)


async def _bid(world: World, project: Project, village: Unit, secretary: str, word: str) -> Bid:
    """Written and submitted, with a paper; the word is in every part of it."""
    paper = await bidding.hold(word.encode(), f"{word}.txt")
    return await scenes.a_bid(
        project,
        village,
        by=world.viewers[secretary],
        strengths=f"{word}优势",
        plan=f"{word}办法",
        schedule=f"{word}进度",
        decision_note=f"{word}会议",
        papers=[paper],
    )


async def _built(world: World, at: datetime) -> None:
    """Decided in words, begun, and objected to."""
    town = world.town
    project = await scenes.a_project(town, at=at, title="公开的项目")
    await _bid(world, project, town.village, "own secretary", "公开一")
    await _bid(world, project, town.second_village, "secretary of the second village", "公开二")
    with scenes.just_over(project):
        await bidding.open_bids(world.viewers["coordinator"], project)
        first, second = await Bid.filter(project=project).order_by("id")
        words = ["公开评一", "公开评二", "公开评三", "公开评四"]
        await bidding.compare(world.viewers["coordinator"], project, bids=[first, second], words=words)
        project = await scenes.fresh(project)
        award = await bidding.announce_award(world.viewers["leader"], project, bid=first, reason=LONG)
        award = await bidding.Award.get(pk=award.pk).prefetch_related(*bidding.Award.judged_with)
        step = await Milestone.get(award=award, position=0).prefetch_related(*Milestone.judged_with)
        until = step.due_on + 3 * DAY
        await bidding.ask_for_step_time(
            world.viewers["own secretary"], step, reason="雨季不能开工。", until=until
        )
        photo = await files.keep("公开建设".encode(), "公开建设.txt")
        await bidding.report_milestone(world.viewers["own secretary"], step, words="公开进展", files=[photo])
        await bidding.object_to_award(
            world.viewers["secretary of the second village"], award, words="词元揭榜异议，没有去看现场。"
        )


async def _judged(world: World, at: datetime) -> None:
    """Opened and being scored: the township reads it, everybody else waits."""
    town = world.town
    project = await scenes.a_project(town, at=at, depth="scored", title="比选的项目")
    await _bid(world, project, town.village, "own secretary", "词元开标梅渚")
    await _bid(world, project, town.second_village, "secretary of the second village", "词元开标棠村")
    with scenes.just_over(project):
        await bidding.open_bids(world.viewers["coordinator"], project)
        first, second = await Bid.filter(project=project).order_by("id")
        people = [await a_viewer("office", town.office, name=f"评分人{n}") for n in range(2)]
        scorers = [world.viewers["office"], *people]
        posts = await Post.filter(id__in=[one.post_id for one in scorers]).prefetch_related("unit", "person")
        await bidding.name_scorers(world.viewers["coordinator"], project, posts=posts)
        sheets = [await _sheet(project, one) for one in scorers]
        await bidding.declare(scorers[0], sheets[0], free=True)
        await bidding.score_bid(
            scorers[0], sheets[0], bid=first, points=[80, 70], words=["词元评语一", "词元评语二"]
        )
        await bidding.declare(scorers[2], sheets[2], ties="词元回避亲属")
        fact = await Fact.filter(bid=second).order_by("id").prefetch_related(*Fact.judged_with).first()
        assert fact is not None
        secretary = world.viewers["secretary of the second village"]
        await bidding.dispute_fact(secretary, fact, words="词元事实不对")


async def _sheet(project: Project, viewer: Viewer) -> Scorer:
    rows = Scorer.filter(project=project, post_id=viewer.post_id)
    return await rows.prefetch_related(*Scorer.judged_with).get()


async def _sealed(world: World, at: datetime) -> None:
    """Taking bids: one is submitted, one is being written."""
    town = world.town
    project = await scenes.a_project(town, at=at, title="收榜的项目")
    await _bid(world, project, town.village, "own secretary", "词元封存梅渚")
    with clock_at(at + HOUR):
        author = world.viewers["secretary of the second village"]
        entrant = await scenes.entrance(project, town.second_village)
        await bidding.write_bid(author, entrant, strengths="词元封存棠村优势")


async def _drafted(world: World, at: datetime) -> None:
    with clock_at(at):
        plan = scenes.a_plan(now() + 2 * HOUR, title="词元榜草稿", purpose="词元榜草稿用途")
        plan["files"] = [await files.keep("词元榜草稿附件".encode(), "词元榜草稿附件.txt")]
        await bidding.draft_project(world.viewers["coordinator"], world.town.township, **plan)


async def _rows(world: World) -> None:
    """Every row of the board under its right, and the words under the rows that may tell them."""
    for project in await Project.all().select_related("township"):
        of = "public" if project.state in ON_THE_BOARD else "draft project"
        hung = [
            *await Entrant.filter(project=project),
            *await Criterion.filter(project=project),
            *await ProjectFile.filter(project=project).select_related("file"),
        ]
        _add(world, of, project.township, [project, *hung])
        if project.state == "draft":
            _say(world, "词元榜草稿", project)
    for bid in await Bid.all().select_related("project__township", "unit").order_by("id"):
        await _bid_rows(world, bid)
    await _scoring_rows(world)
    for against in await AwardObjection.all().select_related("award__project__township", "unit"):
        _add(world, "against", against.award.project.township, [against], (against.unit,))
        _say(world, "词元揭榜异议", against)
    for time in await StepExtension.all().select_related(
        "milestone__award__project__township", "milestone__award__unit"
    ):
        award = time.milestone.award
        _add(world, "against", award.project.township, [time], (award.unit,))
    _add(world, "public", None, [one.file for one in await MilestoneFile.all().select_related("file")])


async def _bid_rows(world: World, bid: Bid) -> None:
    of = "public" if bid.project.told_at else "opened bid" if bid.state == "opened" else "own bid"
    hung = [
        *await BidFile.filter(bid=bid).select_related("file"),
        *await Fact.filter(bid=bid).order_by("id"),
    ]
    _add(world, of, bid.project.township, [bid, *hung], (bid.unit,))
    name = "梅渚" if bid.unit_id == world.town.village.pk else "棠村"
    if of != "public":
        _say(world, f"词元{'开标' if of == 'opened bid' else '封存'}{name}", bid)
    disputed = [one for one in hung if isinstance(one, Fact) and one.disputed]
    if disputed:
        _say(world, "词元事实不对", bid)


async def _scoring_rows(world: World) -> None:
    for score in await Score.all().select_related("by", "bid__project__township"):
        told = score.bid.project.told_at is not None
        _add(
            world, "public" if told else "own", score.bid.project.township, [score], owner=score.by.person_id
        )
    given = [row for row in world.of_kind("Score") if row.of == "own"]
    world.words |= {"词元评语一": given[:1], "词元评语二": given[1:]}
    for scorer in await Scorer.all().select_related("post", "project__township"):
        of = "stepped back" if scorer.state == "recused" else "sheet"
        _add(world, of, scorer.project.township, [scorer], owner=scorer.post.person_id)


def _add(
    world: World,
    of: str,
    township: Unit | None,
    records: list[Any],
    villages: tuple[Unit, ...] = (),
    owner: int | None = None,
) -> None:
    held: list[Record] = [one.file for one in records if isinstance(one, ProjectFile | BidFile)]
    world.rows += [Row(one, of, township, villages=villages, owner=owner) for one in [*records, *held]]


def _say(world: World, word: str, record: Record) -> None:
    world.words[word] = [row for row in world.rows if row.record is record]


BOARD = frozenset(
    {
        Project,
        Entrant,
        Criterion,
        ProjectFile,
        Bid,
        BidFile,
        Fact,
        Score,
        Scorer,
        AwardObjection,
        StepExtension,
    }
)
"""Records of the board whose every row is in the table of rights; awards and what is built are everybody's."""
