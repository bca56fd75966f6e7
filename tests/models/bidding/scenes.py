"""Projects and bids at every stage, each in one word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from models import bidding
from models.base.clock import clock_at
from models.base.viewer import Viewer
from models.bidding import Award, Bid, Entrant, Project
from models.units import Unit
from tests.builders import Town, a_viewer

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""Monday noon, when the board of the tests opens; it closes three days later."""
CLOSING = NOON + timedelta(days=3)
AFTER = CLOSING + timedelta(minutes=1)
HOUR = timedelta(hours=1)
SHEETS = (([80, 70], [70, 60]), ([81, 75], [75, 60]))
"""What two scorers give two bids on two criteria."""


def a_plan(at: datetime = NOON, **changes: Any) -> dict[str, Any]:
    """What a township offers: a child-care station, on the board for three days."""
    closing = at + (CLOSING - NOON)
    told: dict[str, Any] = {
        "title": "村级托育驿站建设",
        "kind": "care",
        "depth": "simple",
        "purpose": "利用闲置校舍建一处 30 个托位的托育驿站。",
        "support": "区级补助 40 万元，街道协调用房手续。",
        "support_yuan": 400_000,
        "contact": "社会事务办 罗敏 0575-8600",
        "opens_at": at,
        "closes_at": closing,
        "start_by": (closing + timedelta(days=20)).date(),
        "finish_by": (closing + timedelta(days=200)).date(),
        "criteria": ["用房条件", "带动人数"],
    }
    if changes.get("depth") == "scored":
        told |= {"weights": [60, 40], "standstill_days": 3}
    return told | changes


def an_offer(**changes: Any) -> dict[str, Any]:
    """What a village says for itself."""
    told: dict[str, Any] = {
        "strengths": "闲置校舍 600 平方米，产权清楚。",
        "plan": "改造一层，聘两名保育员。",
        "schedule": "三个月开工，一年完工。",
        "own_yuan": 100_000,
        "asked_yuan": 400_000,
        "decided": True,
        "decision_note": "村民代表会议已通过。",
    }
    return told | changes


async def a_draft(town: Town, at: datetime = NOON, **changes: Any) -> Project:
    with clock_at(at - HOUR):
        desk = await a_viewer("coordinator", town.township)
        return await bidding.draft_project(desk, town.township, **a_plan(at, **changes))


def just_over(project: Project) -> Any:
    """The town a minute after the closing instant."""
    return clock_at(project.closes_at + timedelta(minutes=1))


async def a_project(town: Town, **changes: Any) -> Project:
    """On the board."""
    made = await a_draft(town, **changes)
    with clock_at(made.opens_at - HOUR):
        await bidding.submit_project(await a_viewer("coordinator", town.township), made)
        await bidding.approve_project(await a_viewer("leader", town.township), made)
    return await fresh(made)


async def fresh(project: Project) -> Project:
    return await Project.get(pk=project.pk).prefetch_related(*Project.judged_with)


async def entrance(project: Project, village: Unit) -> Entrant:
    return await Entrant.get(project=project, unit=village).prefetch_related(*Entrant.judged_with)


async def a_bid(project: Project, village: Unit, *, by: Viewer | None = None, **changes: Any) -> Bid:
    """Submitted by the village's secretary while the board is open."""
    secretary = by or await a_viewer("secretary", village)
    with clock_at(project.opens_at + HOUR):
        written = await bidding.write_bid(secretary, await entrance(project, village), **an_offer(**changes))
        bid = await Bid.get(pk=written.pk).prefetch_related(*Bid.judged_with)
        return await bidding.submit_bid(secretary, bid)


async def opened(town: Town, **changes: Any) -> tuple[Project, Bid, Bid]:
    """A project after its closing time with the bids of 梅渚村 and 棠村 open."""
    project = await a_project(town, **changes)
    for village in (town.village, town.second_village):
        await a_bid(project, village)
    with just_over(project):
        await bidding.open_bids(await a_viewer("coordinator", town.township), project)
    first, second = await Bid.filter(project=project).order_by("id")
    return await fresh(project), first, second


async def compared(town: Town, **changes: Any) -> tuple[Project, Bid, Bid]:
    project, first, second = await opened(town, **changes)
    with just_over(project):
        await bidding.compare(
            await a_viewer("coordinator", town.township),
            project,
            bids=[first, second],
            words=["校舍现成", "覆盖三村", "要租房", "只覆盖本村"],
        )
    return await fresh(project), first, second


async def awarded(town: Town, **changes: Any) -> tuple[Award, Bid, Bid]:
    """In force at once: no standstill was chosen."""
    project, first, second = await compared(town, **changes)
    with just_over(project):
        award = await bidding.announce_award(
            await a_viewer("leader", town.township),
            project,
            bid=first,
            reason="校舍现成，离三个村都近，最省钱。",
        )
    return await Award.get(pk=award.pk).prefetch_related(*Award.judged_with), first, second


async def scored(
    town: Town, points: tuple[tuple[list[int], list[int]], ...], **changes: Any
) -> tuple[Project, Bid, Bid]:
    """A scored project with one scorer for each pair of sheets: points for the first and for the second bid."""
    project, first, second = await opened(town, depth="scored", **changes)
    with just_over(project):
        people = [await a_viewer("office", town.office) for _ in points]
        posts = await bidding_posts(people)
        await bidding.name_scorers(await a_viewer("coordinator", town.township), project, posts=posts)
        for person, sheets in zip(people, points, strict=True):
            await hand_in(project, person, {first: sheets[0], second: sheets[1]})
    return await fresh(project), first, second


async def bidding_posts(people: list[Viewer]) -> list[Any]:
    from models.people import Post

    return [await Post.get(pk=person.post_id).prefetch_related("unit", "person") for person in people]


async def hand_in(project: Project, person: Viewer, sheets: dict[Bid, list[int]]) -> None:
    sheet = await bidding.Scorer.get(project=project, post_id=person.post_id).prefetch_related(
        *bidding.Scorer.judged_with
    )
    await bidding.declare(person, sheet, free=True)
    for bid, points in sheets.items():
        await bidding.score_bid(person, sheet, bid=bid, points=points)
    await bidding.hand_in(person, sheet)
