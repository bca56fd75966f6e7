"""Everybody who works on a project, all they could try now, and a project brought to any stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models import bidding
from models.base.clock import clock_at
from models.base.viewer import Viewer
from models.bidding import (
    Award,
    AwardObjection,
    Bid,
    Criterion,
    Entrant,
    Milestone,
    Project,
    Scorer,
    StepExtension,
)
from models.people import Post
from tests.builders import Town, a_list, a_town, a_viewer
from tests.models.bidding.scenes import NOON, an_offer

HOUR = timedelta(hours=1)
WHY = "理由写在这里，大家都看得到的。"
Deed = tuple[Any, Any, dict[str, Any]]


class Cast:
    """The town and everybody in it, and the hour it is: the clock of the trail never goes back."""

    town: Town
    everybody: list[Viewer]
    villagers: list[Viewer]
    scorers: list[Post]
    at: datetime = NOON

    async def gather(self) -> Cast:
        with clock_at(self.at):
            self.town = town = await a_town()
            await a_list(town.city)
            desk = [await a_viewer(role, town.township) for role in ("coordinator", "leader", "head")]
            self.villagers = [
                await a_viewer(role, unit)
                for unit in (town.village, town.second_village)
                for role in ("secretary", "cadre")
            ]
            offices = [await a_viewer("office", town.office) for _ in range(2)]
            self.everybody = [*desk, *self.villagers, *offices, await a_viewer("observer", town.county)]
            self.scorers = [
                await Post.get(pk=one.post_id).prefetch_related("unit", "person") for one in offices
            ]
        return self

    async def deeds(self, number: int) -> list[Deed]:
        """Everything anybody could try now, allowed or not."""
        project = await fetched(Project, number)
        bids = await all_of(Bid, project=project)
        listed: list[Deed] = [
            (act, project, {})
            for act in (
                bidding.submit_project,
                bidding.approve_project,
                bidding.open_bids,
                bidding.drop_project,
            )
        ]
        listed += [(bidding.send_project_back, project, {"note": WHY})]
        listed += [
            (act, project, {"reason": WHY}) for act in (bidding.cancel_project, bidding.end_without_award)
        ]
        listed += [(bidding.write_bid, one, an_offer()) for one in await all_of(Entrant, project=project)]
        listed += [(act, bid, {}) for bid in bids for act in (bidding.submit_bid, bidding.withdraw_bid)]
        opened = [bid for bid in bids if bid.state == "opened"]
        cells = len(opened) * await Criterion.filter(project=project).count()
        listed += [
            (bidding.compare, project, {"bids": opened, "words": ["好"] * cells}),
            (bidding.name_scorers, project, {"posts": self.scorers}),
            (bidding.discuss_scores, project, {"words": WHY}),
        ]
        listed += [(bidding.announce_award, project, {"bid": bid, "reason": WHY}) for bid in bids]
        return listed + await self._scoring(project, opened) + await self._after(project)

    async def _scoring(self, project: Project, opened: list[Bid]) -> list[Deed]:
        listed: list[Deed] = []
        for sheet in await all_of(Scorer, project=project):
            points = [(7 * sheet.pk) % 100, (13 * sheet.pk) % 100]
            listed += [(bidding.declare, sheet, {"free": True}), (bidding.hand_in, sheet, {})]
            listed += [(bidding.score_bid, sheet, {"bid": bid, "points": points}) for bid in opened]
        return listed

    async def _after(self, project: Project) -> list[Deed]:
        listed: list[Deed] = []
        for award in await all_of(Award, project=project):
            listed += [(bidding.object_to_award, award, {"words": WHY})]
            listed += [(act, award, {"reason": WHY}) for act in (bidding.undo_award, bidding.give_up_award)]
            for step in await all_of(Milestone, award=award):
                told = {"words": "已完成。", "delay_reason": "下雨。"}
                listed += [(bidding.report_milestone, step, told), (bidding.accept_milestone, step, {})]
                listed += [(bidding.return_milestone, step, {"note": WHY})]
                listed += [(bidding.suspend_step, step, {"reason": WHY}), (bidding.resume_step, step, {})]
                until = step.due_on + timedelta(days=2)
                listed += [(bidding.ask_for_step_time, step, {"reason": WHY, "until": until})]
            for time in await all_of(StepExtension, milestone__award=award):
                listed += [
                    (bidding.answer_step_time, time, {"granted": granted, "answer": WHY})
                    for granted in (True, False)
                ]
                listed += [(bidding.take_back_step_time, time, {})]
            for against in await all_of(AwardObjection, award=award):
                listed += [
                    (bidding.answer_award_objection, against, {"upheld": upheld, "answer": WHY})
                    for upheld in (True, False)
                ]
        return listed


async def brought_to(cast: Cast, stage: str, plan: dict[str, Any]) -> tuple[int, str]:
    """A new project at this stage, by the people whose work it is; its number and state."""
    desk, head = cast.everybody[0], cast.everybody[2]
    with clock_at(cast.at):
        project = await bidding.draft_project(desk, cast.town.township, **plan)
    if stage != "draft":
        await _published(cast, project)
    if stage in ("opened", "judged", "announced"):
        cast.at = project.closes_at + HOUR
        with clock_at(cast.at):
            await bidding.open_bids(desk, await fetched(Project, project.pk))
            if stage != "opened":
                await _judged(cast, project.pk)
            if stage == "announced":
                bids = await all_of(Bid, project_id=project.pk)
                best = min(bids, key=lambda bid: bid.pk)
                await bidding.announce_award(head, await fetched(Project, project.pk), bid=best, reason=WHY)
    return project.pk, (await Project.get(pk=project.pk)).state


async def _published(cast: Cast, project: Project) -> None:
    """Approved, and bid for by both villages an hour after the board opened."""
    with clock_at(cast.at):
        await bidding.submit_project(cast.everybody[0], project)
        await bidding.approve_project(cast.everybody[1], await fetched(Project, project.pk))
    cast.at = project.opens_at + HOUR
    with clock_at(cast.at):
        for secretary in cast.villagers[::2]:
            there = await Entrant.get(project=project, unit_id=secretary.unit_id).prefetch_related(
                *Entrant.judged_with
            )
            made = await bidding.write_bid(secretary, there, **an_offer())
            await bidding.submit_bid(secretary, await fetched(Bid, made.pk))


async def _judged(cast: Cast, number: int) -> None:
    """Compared in words, or scored alike by both scorers."""
    desk, project = cast.everybody[0], await fetched(Project, number)
    bids = await all_of(Bid, project=project)
    if not project.is_scored:
        await bidding.compare(desk, project, bids=bids, words=["好"] * 2 * len(bids))
        return
    await bidding.name_scorers(desk, project, posts=cast.scorers)
    for sheet in await all_of(Scorer, project=project):
        scorer = next(one for one in cast.everybody if one.post_id == sheet.post_id)
        await bidding.declare(scorer, sheet, free=True)
        for place, bid in enumerate(bids):
            await bidding.score_bid(scorer, sheet, bid=bid, points=[90 - 10 * place, 80])
        await bidding.hand_in(scorer, await fetched(Scorer, sheet.pk))


async def fetched(record: Any, number: int) -> Any:
    return await record.get(pk=number).prefetch_related(*record.judged_with)


async def all_of(record: Any, **wanted: Any) -> list[Any]:
    return list(await record.filter(**wanted).order_by("id").prefetch_related(*record.judged_with))
