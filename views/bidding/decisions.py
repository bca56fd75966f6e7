"""The desk's verbs after the opening: the comparison, the award, and each on a row that belongs to the project."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding
from models.bidding import Award, AwardObjection, Bid, Criterion, Milestone, Project, Scorer, StepExtension
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done
from views.base.verbs import FormsOn, RowOf
from views.bidding.projects import show


async def _project(request: Request) -> Project:
    return await Project.find(request.state.viewer, request.path_params["id"])


@shown_again(show)
async def compare(request: Request) -> Response:
    """One cell for each bid and criterion, read in the order of both."""
    project, form = await _project(request), await form_of(request)
    bids = await Bid.visible_to(request.state.viewer).filter(project=project, state="opened").order_by("id")
    criteria = await Criterion.filter(project=project).order_by("position")
    words = [str(form.get(f"words-{bid.pk}-{one.pk}", "")) for bid in bids for one in criteria]
    await carry_out(request, bidding.compare, project, bids=bids, words=words)
    return done(request, at=f"/projects/{project.pk}", say="比选已记录，请领导定结果。")


AT = "/projects/{id:int}"
ROWS = (
    ("scorers/{row:int}/release", Scorer, bidding.release_scorer, "已更换，请再指定一位评分人。"),
    ("awards/{row:int}/undo", Award, bidding.undo_award, "已收回，可以由下一名递补。"),
    ("objections/{row:int}/answer", AwardObjection, bidding.answer_award_objection, "已答复，答复会公开。"),
    ("milestones/{row:int}/accept", Milestone, bidding.accept_milestone, "已通过。"),
    ("milestones/{row:int}/return", Milestone, bidding.return_milestone, "已退回整改。"),
    ("milestones/{row:int}/suspend", Milestone, bidding.suspend_step, "已中止，期限不再计算。"),
    ("milestones/{row:int}/resume", Milestone, bidding.resume_step, "已恢复，中止的工作日补在期限后面。"),
    ("times/{row:int}/answer", StepExtension, bidding.answer_step_time, "已答复。"),
)
routes: list[BaseRoute] = [
    Route(AT + "/compare", compare, methods=["POST"]),
    FormsOn(RowOf(Project), show, at=AT)("award", bidding.announce_award, "结果已公布。"),
    *(
        FormsOn(RowOf(record, "row"), show, at=AT)(path, command, said)
        for path, record, command, said in ROWS
    ),
]
