"""竞榜: a village's own bid, written over days, submitted, withdrawn, and its sheet once all is decided."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding
from models.base.clock import today
from models.base.refusals import NotFound
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.bidding import Bid, BidFile, Criterion, Entrant, Fact, Score
from models.files import KINDS
from models.people.roles import BIDDERS
from views.base.bodies import takes_files
from views.base.forms import carry_out, shown_again
from views.base.pages import done, page
from views.base.verbs import FormsOn
from views.bidding.opened import by
from views.files.attachments import ALONE, SHOWN
from views.trail import steps_of


async def write(request: Request) -> Response:
    """The form of the bid as it stands in the draft: nothing has to be whole until it is submitted."""
    viewer = request.state.viewer
    entrant = await _entrance(request)
    bid = await Bid.visible_to(viewer).filter(project_id=entrant.project_id, unit_id=entrant.unit_id).first()
    await note_versions(*([bid] if bid else []))
    await note_words(viewer, entrant.project)
    content = bid.content() if bid else {}
    return page(
        request,
        "bidding/bids/write.html",
        entrant=entrant,
        project=entrant.project,
        bid=bid,
        content=content,
        papers=[(one.seal, one.name) for one in bidding.papers_of(bid)] if bid else [],
        criteria=await Criterion.filter(project_id=entrant.project_id).order_by("position"),
        sum_of=lambda name: content.get(name) or "0",
    )


async def _entrance(request: Request) -> Entrant:
    """Where the viewer's own village may bid; another's answers like a missing one."""
    entrant = await Entrant.find(request.state.viewer, request.path_params["entrant"])
    if not request.state.viewer.oversees(entrant.unit.path, *BIDDERS):
        raise NotFound(f"没有找到这个{Entrant.called}。")
    return entrant


@takes_files
@shown_again(write)
async def written(request: Request) -> Response:
    bid = await carry_out(request, bidding.write_bid, await _entrance(request))
    return done(request, at=f"/bids/{bid.pk}", say="已保存。提交了才算数。")


async def _own(request: Request) -> Bid:
    """A bid of the viewer's own village; another's answers like a missing one, even when it is open to read."""
    bid = await Bid.find(request.state.viewer, request.path_params["id"])
    if not request.state.viewer.oversees(bid.unit.path, *BIDDERS):
        raise NotFound(f"没有找到这个{Bid.called}。")
    return bid


async def show(request: Request) -> Response:
    """The village's own bid: what is written, what is submitted, and the facts beside it once it is open."""
    viewer, bid = request.state.viewer, await _own(request)
    opened = bid.state == "opened"
    await note_words(viewer, bid.project)
    files = BidFile.filter(bid=bid).order_by("id").select_related("file")
    return page(
        request,
        "bidding/bids/show.html",
        bid=bid,
        project=bid.project,
        bidding=bidding,
        entrant=await Entrant.filter(project_id=bid.project_id, unit_id=bid.unit_id)
        .prefetch_related(*Entrant.judged_with)
        .first(),
        content=bid if opened else bid.content(),
        sealed_papers=[] if opened else bidding.papers_of(bid),
        files=[one.file for one in await files],
        facts=await Fact.filter(bid=bid).order_by("id").prefetch_related(*Fact.judged_with),
        steps=await steps_of(viewer, bid),
    )


async def paper(request: Request) -> Response:
    """One sealed paper for its own village; nothing on the way may keep it."""
    found = await bidding.paper_of(await _own(request), request.path_params["seal"])
    if found is None:
        raise NotFound("没有找到这个附件。")
    told, data = found
    how = "inline" if told.kind in SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(told.name)}",
        "Cache-Control": "no-store",
        "Content-Security-Policy": ALONE,
    }
    return Response(data, media_type=KINDS[told.kind], headers=headers)


async def _fact(request: Request) -> Fact:
    """A fact beside a bid of the viewer's own village."""
    await _own(request)
    return await Fact.find(request.state.viewer, request.path_params["fact"])


async def sheet(request: Request) -> Response:
    """What became of the village's bid beside the one that won, criterion by criterion, to print and post."""
    viewer, bid = request.state.viewer, await _own(request)
    award = await bidding.standing_award(bid.project) if bid.project.is_open_book else None
    if award is None or bid.state != "opened":
        raise NotFound("还没有结果。")
    await note_words(viewer, bid.project)
    both = [bid] if bid.pk == award.bid_id else [bid, award.bid]
    scores = await Score.visible_to(viewer).filter(bid_id__in=[one.pk for one in both]).order_by("id")
    return page(
        request,
        "bidding/bids/sheet.html",
        bid=bid,
        project=bid.project,
        bidding=bidding,
        award=award,
        both=both,
        names={bid.pk: bid.unit.name, award.bid_id: award.unit.name},
        criteria=await Criterion.filter(project_id=bid.project_id).order_by("position"),
        scores=by(scores, "bid_id"),
        totals=await bidding.ranked(viewer, both),
        bidders=await Bid.visible_to(viewer).filter(project_id=bid.project_id, state="opened").count(),
        until=await bidding.objections_until(award),
        today=today(),
    )


AT = "/bids/{id:int}"
form = FormsOn(_own, show, at=AT)
routes: list[BaseRoute] = [
    Route("/bids/for/{entrant:int}", write),
    Route("/bids/for/{entrant:int}", written, methods=["POST"]),
    Route(AT, show),
    Route("/files/bids/{id:int}/{seal}", paper),
    Route(AT + "/sheet", sheet),
    form("submit", bidding.submit_bid, "已提交并封存，截止前可以修改或撤回。"),
    form("withdraw", bidding.withdraw_bid, "已撤回，截止前还可以再提交。"),
    FormsOn(_fact, show, at=AT)(
        "facts/{fact:int}/dispute", bidding.dispute_fact, "异议已写在事实旁边，大家都看得到。"
    ),
]
