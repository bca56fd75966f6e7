"""揭榜结果 for the villages that bid: objecting to it, giving it up, and reporting what was built."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding, points
from models.base.clock import today
from models.base.signatures import note_words
from models.bidding import Award, AwardObjection, Bid, Milestone, MilestoneFile, StepExtension
from models.people.roles import AWARD_OBJECTORS
from views.base.pages import page
from views.base.verbs import FormsOn, RowOf
from views.bidding.opened import by
from views.points.commendations import praise_of


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


AT = "/awards/{id:int}"
on_step = FormsOn(RowOf(Milestone, "step"), show, at=AT)
on_time = FormsOn(RowOf(StepExtension, "row"), show, at=AT)
form = FormsOn(RowOf(Award), show, at=AT)
routes: list[BaseRoute] = [
    Route(AT, show),
    form("object", bidding.object_to_award, "异议已提出，会有答复。"),
    form("give-up", bidding.give_up_award, "已放弃，镇街会让下一名递补。"),
    form("praise", points.praise_delivery, "已表扬。"),
    on_step("milestones/{step:int}/report", bidding.report_milestone, "已上报，等镇街验收。"),
    on_step("milestones/{step:int}/time", bidding.ask_for_step_time, "已申请延期，等镇街答复。"),
    on_time("times/{row:int}/take-back", bidding.take_back_step_time, "延期申请已撤回。"),
]
