"""民情: what villages raise, the township's and the departments' answers, and the village's word on them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import concerns
from models.base.decision_pages import note_to_decide
from models.base.refusals import NotAllowed
from models.base.viewer import Hat, Viewer
from models.concerns import Concern, ConcernFile, ConcernFilter
from models.people import Post
from models.people.roles import DOERS
from models.units import Unit
from views.base.bodies import takes_files
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.trail import steps_of

SHOWN = concerns.CONCERN_STATES | {"open": "办理中", "unsettled": "村社不满意"}
FOUND_BY = ("open", "answered", "closed", "unsettled", "withdrawn")
"""The states people look for; the others are stages of an open one."""


async def listing(request: Request) -> Response:
    """The concerns the viewer may know of, newest first."""
    viewer, query = request.state.viewer, request.query_params
    wanted = ConcernFilter(state=query.get("state", ""), overdue="late" in query, text=query.get("q", ""))
    rows = wanted.among(Concern.visible_to(viewer)).select_related("unit", "handled_by")
    return page(
        request,
        "concerns/list.html",
        shown=await paged(request, rows),
        wanted=wanted,
        states={state: SHOWN[state] for state in FOUND_BY},
        raises=bool(_places(viewer)),
    )


def _places(viewer: Viewer) -> list[Hat]:
    """The viewer's posts from which a concern may be raised."""
    return [hat for hat in viewer.hats_as(*DOERS) if hat.unit_level in concerns.PLACES]


async def new(request: Request) -> Response:
    """A short form for a phone: what it is, how it stands, where, and a photo."""
    places = {hat.unit_id: hat.unit_name for hat in _places(request.state.viewer)}
    if not places:
        raise NotAllowed("只有村社干部和网格员可以上报民情。")
    return page(request, "concerns/new.html", places=list(places.items()))


@takes_files
@shown_again(new)
async def raise_one(request: Request) -> Response:
    form = await form_of(request)
    unit = await Unit.find(request.state.viewer, form.get("unit", ""))
    made = await carry_out(request, concerns.raise_concern, unit)
    return done(request, at=f"/concerns/{made.pk}", say="已上报镇街，答复后会出现在今日待办。")


async def show(request: Request) -> Response:
    """One concern: what it is, who has it until when, what was answered, and the next step."""
    viewer = request.state.viewer
    concern = await Concern.find(viewer, request.path_params["id"])
    verbs = (concerns.answer, concerns.handle, concerns.pass_on, concerns.send_back)
    await note_to_decide(viewer, [concern], *verbs)
    people = Post.filter(id__in=[concern.raised_by_id, concern.answered_by_id or 0])
    posts = {post.pk: post for post in await people.select_related("person", "unit")}
    files = await ConcernFile.filter(concern=concern).order_by("id").select_related("file")
    passable = concerns.pass_on.allows(viewer, concern)
    return page(
        request,
        "concerns/show.html",
        concern=concern,
        concerns=concerns,
        raiser=posts[concern.raised_by_id],
        answerer=posts.get(concern.answered_by_id or 0),
        files=[one.file for one in files],
        steps=await steps_of(viewer, concern),
        receivers=[(u.pk, u.name) for u in await concerns.who_can_have(concern)] if passable else [],
    )


form = FormsOn(RowOf(Concern), show, at="/concerns/{id:int}")
routes = [
    Route("/concerns", listing),
    Route("/concerns", raise_one, methods=["POST"]),
    Route("/concerns/new", new),
    Route("/concerns/{id:int}", show),
    form("handle", concerns.handle, "已受理，由镇街办理。"),
    form("pass-on", concerns.pass_on, "已转办。"),
    form("send-back", concerns.send_back, "已退回镇街。"),
    form("answer", concerns.answer, "已答复村社。"),
    form("confirm", concerns.confirm, "已确认。"),
    form("withdraw", concerns.withdraw, "已撤回。"),
]
