"""What a project and a scorer's sheet say as a whole: once the bids are open, also what is read to compare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.base.aggregates import digest
from models.base.derived_figures import WorkedOut
from models.bidding.offers import Bid, Fact
from models.bidding.records import Project
from models.bidding.scores import Score, Scorer
from models.bidding.states import OPENED

SAID = ("unit_id", "strengths", "plan", "own_yuan", "asked_yuan", "schedule", "decided", "decision_note")
Rows = Mapping[int, list[Any]]


async def _by_project(rows: Any, project: str, *columns: str) -> Rows:
    found: dict[int, list[Any]] = defaultdict(list)
    for number, *values in await rows.order_by("id").values_list(project, *columns):
        found[int(str(number))].append(values)
    return found


async def bids_read(projects: Sequence[Project]) -> dict[int, str]:
    """The opened bids of each project with the facts beside them."""
    opened = [one.pk for one in projects if one.state in OPENED]
    if not opened:
        return {}
    bids = Bid.filter(project_id__in=opened, state="opened")
    facts = Fact.filter(bid__project_id__in=opened, bid__state="opened")
    said = await _by_project(bids, "project_id", *SAID)
    beside = await _by_project(facts, "bid__project_id", "bid_id", "name", "value", "source")
    return {pk: digest([said.get(pk, []), beside.get(pk, [])]) for pk in opened}


async def _said_of_them(projects: Sequence[Project]) -> dict[int, str]:
    """What was said of the bids, once all of it is in."""
    complete = [one.pk for one in projects if one.compared_at is not None]
    scores = Score.filter(bid__project_id__in=complete)
    columns = ("bid_id", "criterion_id", "by_id", "points", "words")
    told = await _by_project(scores, "bid__project_id", *columns) if complete else {}
    return {pk: digest(rows) for pk, rows in told.items()}


async def disputes(projects: Sequence[Project]) -> dict[int, str]:
    """What villages say is wrong with the facts about them: to be read with the bids, though it changes none."""
    opened = [one.pk for one in projects if one.state in OPENED]
    disputed = Fact.filter(bid__project_id__in=opened, disputed_at__isnull=False)
    said = await _by_project(disputed, "bid__project_id", "bid_id", "name", "disputed") if opened else {}
    return {pk: digest(rows) for pk, rows in said.items()}


async def _bids_scored(scorers: Sequence[Scorer]) -> dict[int, str]:
    projects = await Project.filter(id__in={one.project_id for one in scorers})
    told = await bids_read(projects)
    return {one.pk: told[one.project_id] for one in scorers if one.project_id in told}


async def _bidders(scorers: Sequence[Scorer]) -> dict[int, list[Any]]:
    """Which villages bid: what a scorer declares their ties to."""
    opened = Bid.filter(project_id__in={one.project_id for one in scorers}, state="opened")
    there = await _by_project(opened, "project_id", "unit_id", "unit__name")
    return {one.pk: there.get(one.project_id, []) for one in scorers}


async def sheets(scorers: Sequence[Scorer]) -> dict[int, str]:
    """The points and words each of them gave."""
    posts, projects = {one.post_id for one in scorers}, {one.project_id for one in scorers}
    given: dict[tuple[int, int], list[Any]] = defaultdict(list)
    rows = Score.filter(bid__project_id__in=projects, by_id__in=posts).order_by("bid_id", "criterion_id")
    for project, post, *told in await rows.values_list(
        "bid__project_id", "by_id", "bid_id", "criterion_id", "points", "words"
    ):
        given[int(str(project)), int(str(post))].append(told)
    return {one.pk: digest(given.get((one.project_id, one.post_id), [])) for one in scorers}


async def _written(bids: Sequence[Bid]) -> dict[int, str]:
    """The sealed text as it is being written, which nobody reads from its digest."""
    return {one.pk: digest([one.draft, one.sealed]) for one in bids}


Bid.parts_called = {"written": "写好的内容"}
Project.parts_called = {
    "criteria": "比选标准",
    "entrants": "可以竞榜的村社",
    "attachments": "附件",
    "bids": "竞榜书",
    "scores": "评价",
    "disputes": "对事实的异议",
}
Scorer.parts_called = {"bids": "竞榜书", "bidders": "竞榜的村社", "sheet": "评分"}
Bid.works_out = {"written": WorkedOut(_written, own=True)}
Project.works_out = {
    "bids": WorkedOut(bids_read),
    "scores": WorkedOut(_said_of_them),
    "disputes": WorkedOut(disputes),
}
Scorer.works_out = {
    "bids": WorkedOut(_bids_scored),
    "bidders": WorkedOut(_bidders),
    "sheet": WorkedOut(sheets, own=True),
}
