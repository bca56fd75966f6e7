"""揭榜结果 for the villages that bid: objecting to it, giving it up, and reporting what was built."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding, points
from models.base.clock import today
from models.base.commands import Command
from models.base.signatures import note_words
from models.bidding import Award, AwardObjection, Bid, Milestone, MilestoneFile, StepExtension
from models.people.roles import AWARD_OBJECTORS
from views.base.bodies import takes_files
from views.base.forms import carry_out, shown_again
from views.base.pages import done, page
from views.bidding.opened import by
from views.points.praise import praise_of


async def show(request: Request) -> Response:
    """The award, the steps to build it, and what the viewer's own village may do."""
    viewer = request.state.viewer
    award = await Award.find(viewer, request.path_params["id"])
    rows = Milestone.visible_to(viewer).filter(award=award).order_by("position")
    steps = bidding.in_their_turn(await rows.prefetch_related(*Milestone.judged_with))
    shots = (
        MilestoneFile.visible_to(viewer).filter(milestone_id__in=[step.pk for step in steps]).order_by("id")
    )
    times = StepExtension.visible_to(viewer).filter(milestone__award=award).order_by("id")
    own = viewer.area("unit__path", *AWARD_OBJECTORS)
    bids = Bid.visible_to(viewer).filter(own, project_id=award.project_id, state="opened")
    said = AwardObjection.visible_to(viewer).filter(own, award=award).order_by("id")
    await note_words(viewer, award.project)
    return page(
        request,
        "bidding/awards/show.html",
        award=award,
        project=award.project,
        bidding=bidding,
        milestones=steps,
        times=by(await times.prefetch_related(*StepExtension.judged_with), "milestone_id"),
        shots={
            number: [one.file for one in rows]
            for number, rows in by(await shots.select_related("file"), "milestone_id").items()
        },
        bid=await bids.first(),
        objections=await said.prefetch_related(*AwardObjection.judged_with),
        until=await bidding.objections_until(award),
        today=today(),
        **await praise_of(viewer, award),
    )


def _verb(command: Command[Any, Any, Any], said: str) -> Any:
    @shown_again(show)
    async def act(request: Request) -> Response:
        award = await Award.find(request.state.viewer, request.path_params["id"])
        await carry_out(request, command, award)
        return done(request, at=f"/awards/{award.pk}", say=said)

    return act


@takes_files
@shown_again(show)
async def report(request: Request) -> Response:
    step = await Milestone.find(request.state.viewer, request.path_params["step"])
    await carry_out(request, bidding.report_milestone, step)
    return done(request, at=f"/awards/{request.path_params['id']}", say="已上报，等镇街验收。")


@shown_again(show)
async def ask_for_time(request: Request) -> Response:
    step = await Milestone.find(request.state.viewer, request.path_params["step"])
    await carry_out(request, bidding.ask_for_step_time, step)
    return done(request, at=f"/awards/{request.path_params['id']}", say="已申请延期，等镇街答复。")


@shown_again(show)
async def take_back_time(request: Request) -> Response:
    asked = await StepExtension.find(request.state.viewer, request.path_params["row"])
    await carry_out(request, bidding.take_back_step_time, asked)
    return done(request, at=f"/awards/{request.path_params['id']}", say="延期申请已撤回。")


AT = "/awards/{id:int}"
routes: list[BaseRoute] = [
    Route(AT, show),
    Route(AT + "/object", _verb(bidding.object_to_award, "异议已提出，会有答复。"), methods=["POST"]),
    Route(AT + "/give-up", _verb(bidding.give_up_award, "已放弃，镇街会让下一名递补。"), methods=["POST"]),
    Route(AT + "/praise", _verb(points.praise_delivery, "已表扬。"), methods=["POST"]),
    Route(AT + "/milestones/{step:int}/report", report, methods=["POST"]),
    Route(AT + "/milestones/{step:int}/time", ask_for_time, methods=["POST"]),
    Route(AT + "/times/{row:int}/take-back", take_back_time, methods=["POST"]),
]
