"""Exceptions: made by a leader on the reading page, and read by everybody above the villages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import screening
from models.base.clock import today
from models.base.refusals import NotFound
from models.base.signatures import note_words
from models.requests import WorkRequest
from views.base.forms import carry_out, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.screening.screenings import show


async def listing(request: Request) -> Response:
    """Who let in what, why and until when, newest first."""
    viewer = request.state.viewer
    if not any(hat.unit_level not in {"village", "grid"} for hat in viewer.hats):
        raise NotFound("没有找到这个页面。")
    rows = screening.published_exceptions(viewer).select_related(
        "request__department", "request__township", "matter", "decided_by__person"
    )
    shown = await paged(request, rows)
    await note_words(viewer, *{one.request_id: one.request for one in shown.rows}.values())
    return page(
        request, "screening/exceptions.html", shown=shown, today=today(), reason_of=screening.reason_of
    )


@shown_again(show)
async def make(request: Request) -> Response:
    asked = await WorkRequest.find(request.state.viewer, request.path_params["id"])
    verdict = await carry_out(request, screening.admit_exceptionally, asked)
    return done(request, at=f"/screening/{asked.pk}", say=f"已例外准入，编码 {verdict.code}。")


routes = [
    Route("/exceptions", listing),
    Route("/screening/{id:int}/exception", make, methods=["POST"]),
]
