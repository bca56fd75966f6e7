"""Scenes of the board, from the first draft to the last inspection, as of now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from models import bidding
from models.base.clock import now
from models.base.viewer import Viewer
from models.bidding import Award, AwardObjection, Bid, Fact, Milestone, Project, Scorer, StepExtension
from tests.builders import Town, a_viewer
from tests.models.bidding import scenes as board
from tests.models.bidding.scenes import a_plan, an_offer
from tests.schema.scenes import desk, leader, scene, secretary

Given = dict[str, Any]
HOUR = timedelta(hours=1)
LONG = "校舍现成，离三个村都近，最省钱，大家都同意。"


def open_now() -> datetime:
    """When a board was opened that still takes bids."""
    return (now() - 3 * HOUR).replace(microsecond=0)


def over_now() -> datetime:
    """When a board was opened that has just closed."""
    return (now() - timedelta(days=3, hours=1)).replace(microsecond=0)


def planned() -> Given:
    told = a_plan((now() + HOUR).replace(microsecond=0))
    names = {"support_yuan": "supportYuan", "opens_at": "opensAt", "closes_at": "closesAt"}
    names |= {"start_by": "startBy", "finish_by": "finishBy"}
    return {names.get(name, name): value for name, value in told.items()}


async def drafted(place: Town) -> Project:
    return await board.a_draft(place, (now() + HOUR).replace(microsecond=0))


async def submitted(place: Town) -> Project:
    made = await drafted(place)
    return await bidding.submit_project(await desk(place), made)


async def with_a_bid(place: Town) -> Bid:
    project = await board.a_project(place, at=open_now())
    return await board.a_bid(project, place.village)


async def scoring(place: Town) -> tuple[Viewer, Scorer, Bid, Bid]:
    """Two scorers are named; the first is answered with, their declaration made."""
    project, first, second = await board.opened(place, at=over_now(), depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    await bidding.name_scorers(await desk(place), project, posts=await board.bidding_posts(people))
    return people[0], await sheet_of(project, people[0]), first, second


async def sheet_of(project: Project, person: Viewer) -> Scorer:
    rows = Scorer.filter(project=project, post_id=person.post_id)
    return await rows.prefetch_related(*Scorer.judged_with).get()


async def standing(place: Town) -> Award:
    return (await board.awarded(place, at=over_now()))[0]


async def step_of(award: Award, number: int = 0) -> Milestone:
    return await Milestone.get(award=award, position=number).prefetch_related(*Milestone.judged_with)


@scene
async def draft_project(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"township": place.township} | planned()


@scene
async def change_project(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"project": await drafted(place)} | planned() | {"title": "改过的名称"}


@scene
async def submit_project(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"project": await drafted(place)}


@scene
async def approve_project(place: Town) -> tuple[Viewer, Given]:
    return await leader(place), {"project": await submitted(place)}


@scene
async def send_project_back(place: Town) -> tuple[Viewer, Given]:
    return await leader(place), {"project": await submitted(place), "note": "写清用地。"}


@scene
async def drop_project(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"project": await drafted(place)}


@scene
async def cancel_project(place: Town) -> tuple[Viewer, Given]:
    made = await board.a_project(place, at=open_now())
    return await leader(place), {"project": made, "reason": "资金有变化，调整后重新上榜。"}


@scene
async def relist_project(place: Town) -> tuple[Viewer, Given]:
    made = await board.a_project(place, at=open_now())
    await bidding.cancel_project(await leader(place), made, reason="资金有变化，调整后重新上榜。")
    dates = {name: planned()[name] for name in ("opensAt", "closesAt", "startBy", "finishBy")}
    return await desk(place), {"project": made} | dates


@scene
async def write_bid(place: Town) -> tuple[Viewer, Given]:
    project = await board.a_project(place, at=open_now())
    offer = an_offer()
    names = {"own_yuan": "ownYuan", "asked_yuan": "askedYuan", "decision_note": "decisionNote"}
    given = {names.get(name, name): value for name, value in offer.items()}
    entrant, author = await board.entrance(project, place.village), await secretary(place)
    await bidding.write_bid(author, entrant, strengths="先写一句。")
    return author, {"entrant": entrant} | given


@scene
async def submit_bid(place: Town) -> tuple[Viewer, Given]:
    bid = await with_a_bid(place)
    author = await secretary(place)
    await bidding.withdraw_bid(author, bid)
    return author, {"bid": bid}


@scene
async def withdraw_bid(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"bid": await with_a_bid(place)}


@scene
async def open_bids(place: Town) -> tuple[Viewer, Given]:
    project = await board.a_project(place, at=over_now())
    await board.a_bid(project, place.village)
    return await desk(place), {"project": project}


@scene
async def dispute_fact(place: Town) -> tuple[Viewer, Given]:
    _, first, _ = await board.opened(place, at=over_now())
    fact = await Fact.filter(bid=first).order_by("id").first()
    return await secretary(place), {"fact": fact, "words": "在办只有两件。"}


@scene
async def compare_bids(place: Town) -> tuple[Viewer, Given]:
    project, *bids = await board.opened(place, at=over_now())
    return await desk(place), {"project": project, "bids": bids, "words": ["好", "多", "小", "少"]}


@scene
async def name_scorers(place: Town) -> tuple[Viewer, Given]:
    project, *_ = await board.opened(place, at=over_now(), depth="scored")
    people = [await a_viewer("office", place.office) for _ in range(2)]
    return await desk(place), {"project": project, "posts": await board.bidding_posts(people)}


@scene
async def declare_ties(place: Town) -> tuple[Viewer, Given]:
    person, sheet, *_ = await scoring(place)
    return person, {"scorer": sheet, "free": True}


@scene
async def score_bid(place: Town) -> tuple[Viewer, Given]:
    person, sheet, first, _ = await scoring(place)
    await bidding.declare(person, sheet, free=True)
    return person, {"scorer": sheet, "bid": first, "points": [80, 90]}


@scene
async def hand_in_scores(place: Town) -> tuple[Viewer, Given]:
    person, sheet, *bids = await scoring(place)
    await bidding.declare(person, sheet, free=True)
    for bid in bids:
        await bidding.score_bid(person, sheet, bid=bid, points=[80, 90])
    return person, {"scorer": sheet}


@scene
async def release_scorer(place: Town) -> tuple[Viewer, Given]:
    _, sheet, *_ = await scoring(place)
    return await desk(place), {"scorer": sheet, "reason": "出差"}


@scene
async def discuss_scores(place: Town) -> tuple[Viewer, Given]:
    apart = (([90, 90], [10, 10]), ([20, 20], [90, 90]))
    project, *_ = await board.scored(place, apart, at=over_now())
    return await desk(place), {"project": project, "words": "三人讨论了差距，各自说明了理由。"}


@scene
async def announce_award(place: Town) -> tuple[Viewer, Given]:
    project, first, _ = await board.compared(place, at=over_now())
    return await leader(place), {"project": project, "bid": first, "reason": LONG}


@scene
async def object_to_award(place: Town) -> tuple[Viewer, Given]:
    award = await standing(place)
    return await a_viewer("secretary", place.second_village), {"award": award, "words": LONG}


@scene
async def answer_award_objection(place: Town) -> tuple[Viewer, Given]:
    loser, given = await object_to_award(place)
    objection: AwardObjection = await bidding.object_to_award(loser, given["award"], words=LONG)
    head = await a_viewer("head", place.township)
    return head, {"objection": objection, "upheld": True, "answer": LONG}


@scene
async def undo_award(place: Town) -> tuple[Viewer, Given]:
    return await leader(place), {"award": await standing(place), "reason": LONG}


@scene
async def give_up_award(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"award": await standing(place), "reason": "资金没有落实。"}


@scene
async def end_without_award(place: Town) -> tuple[Viewer, Given]:
    project, *_ = await board.opened(place, at=over_now())
    return await desk(place), {"project": project, "reason": LONG}


@scene
async def report_milestone(place: Town) -> tuple[Viewer, Given]:
    step = await step_of(await standing(place))
    return await secretary(place), {"milestone": step, "words": "会已开，决议已公开。"}


@scene
async def accept_milestone(place: Town) -> tuple[Viewer, Given]:
    author, given = await report_milestone(place)
    await bidding.report_milestone(author, given["milestone"], words=given["words"])
    return await desk(place), {"milestone": given["milestone"]}


@scene
async def ask_for_step_time(place: Town) -> tuple[Viewer, Given]:
    person, given = await report_milestone(place)
    return person, {"milestone": given["milestone"], "reason": "雨季不能开工。", "until": later(given)}


def later(given: Given) -> date:
    return given["milestone"].due_on + timedelta(days=3)


async def asked(place: Town) -> tuple[Viewer, StepExtension]:
    person, given = await ask_for_step_time(place)
    made = await bidding.ask_for_step_time(
        person, given["milestone"], reason=given["reason"], until=given["until"]
    )
    return person, await StepExtension.get(pk=made.pk).prefetch_related(*StepExtension.judged_with)


@scene
async def take_back_step_time(place: Town) -> tuple[Viewer, Given]:
    person, extension = await asked(place)
    return person, {"extension": extension}


@scene
async def answer_step_time(place: Town) -> tuple[Viewer, Given]:
    _, extension = await asked(place)
    return await desk(place), {"extension": extension, "granted": True}


@scene
async def suspend_step(place: Town) -> tuple[Viewer, Given]:
    _, given = await report_milestone(place)
    return await desk(place), {"milestone": given["milestone"], "reason": "先办防汛。"}


@scene
async def resume_step(place: Town) -> tuple[Viewer, Given]:
    person, given = await suspend_step(place)
    await bidding.suspend_step(person, given["milestone"], reason=given["reason"])
    return person, {"milestone": given["milestone"]}


@scene
async def return_milestone(place: Town) -> tuple[Viewer, Given]:
    person, given = await accept_milestone(place)
    return person, given | {"note": "照片看不清。"}
