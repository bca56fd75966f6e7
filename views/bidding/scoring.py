"""评分: one scorer's own sheet, and nothing of the others'."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding
from models.base.numbers import whole
from models.base.refusals import Invalid, NotFound, Unreadable
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.bidding import Bid, BidFile, Criterion, Fact, Score, Scorer
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.verbs import FormsOn
from views.bidding.opened import by


async def _own(request: Request) -> Scorer:
    """The viewer's own sheet: another's answers like a missing one."""
    scorer = await Scorer.find(request.state.viewer, request.path_params["id"])
    if scorer.post_id not in {hat.post_id for hat in request.state.viewer.hats}:
        raise NotFound(f"没有找到这个{Scorer.called}。")
    return scorer


async def show(request: Request) -> Response:
    """First the declaration, then bid after bid, then handing in."""
    viewer, scorer = request.state.viewer, await _own(request)
    await note_versions(scorer)
    await note_words(viewer, scorer)
    await note_words(viewer, scorer.project)
    rows = Bid.visible_to(viewer).filter(project_id=scorer.project_id, state="opened").order_by("id")
    bids = await rows.select_related("unit")
    numbers = [bid.pk for bid in bids]
    given = await Score.visible_to(viewer).filter(bid_id__in=numbers, by_id=scorer.post_id)
    papers = BidFile.visible_to(viewer).filter(bid_id__in=numbers).order_by("id").select_related("file")
    return page(
        request,
        "bidding/scoring/show.html",
        scorer=scorer,
        project=scorer.project,
        bidding=bidding,
        bids=bids,
        criteria=await Criterion.filter(project_id=scorer.project_id).order_by("position"),
        given={(one.bid_id, one.criterion_id): one for one in given},
        facts=by(await Fact.visible_to(viewer).filter(bid_id__in=numbers).order_by("id"), "bid_id"),
        fact_names=bidding.FACTS,
        papers={number: [one.file for one in rows] for number, rows in by(await papers, "bid_id").items()},
        scores={},
    )


@shown_again(show)
async def score(request: Request) -> Response:
    """The points for one bid, read in the order of the criteria."""
    scorer, form = await _own(request), await form_of(request)
    criteria = await Criterion.filter(project_id=scorer.project_id).order_by("position")
    bid = await Bid.find(request.state.viewer, request.path_params["bid"])
    points = [_points(str(form.get(f"points-{bid.pk}-{one.pk}", ""))) for one in criteria]
    words = [str(form.get(f"words-{bid.pk}-{one.pk}", "")) for one in criteria]
    await carry_out(request, bidding.score_bid, scorer, bid=bid, points=points, words=words)
    return done(request, at=f"/scoring/{scorer.pk}", say="已记下，交评分表以前还可以改。")


def _points(text: str) -> int:
    try:
        return whole(text)
    except Unreadable as wrong:
        raise Invalid(wrong.reason, field="points") from None


AT = "/scoring/{id:int}"
form = FormsOn(_own, show, at=AT)
routes: list[BaseRoute] = [
    Route(AT, show),
    form("declare", bidding.declare, "已声明。"),
    Route(AT + "/bids/{bid:int}", score, methods=["POST"]),
    form("hand-in", bidding.hand_in, "评分表已交，都交齐后一起公布。"),
]
