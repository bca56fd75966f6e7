"""揭榜: the board everybody may read without signing in, and the public page of each project on it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from models import bidding
from models.base.signatures import note_words
from models.base.viewer import ANONYMOUS, Viewer
from models.bidding import Award, Bid, Criterion, Entrant, Project, ProjectFile, ProjectFilter
from models.bidding.facts import figures_of
from models.bidding.open_data import told
from models.people.roles import BIDDERS, PROJECT_DESK
from models.units import Unit
from views.base.live import live
from views.base.pages import page
from views.base.paging import paged
from views.base.static import files as static_files
from views.bidding.opened import judged

STAGES = bidding.STAGES | {"all": "全部"}
SHOWN_OF_A_PROJECT = (
    *("id", "title", "kind", "depth", "state", "support_yuan", "opens_at", "closes_at", "opened_at"),
    *("shows_numbers", "outcome_note", "township__id", "township__name"),
)
"""What the list shows of a project: not its texts."""


async def listing(request: Request) -> Response:
    """The board: what takes bids first, by closing time; the rest newest first."""
    viewer, query = request.state.viewer, request.query_params
    stage = query.get("stage", "open")
    wanted = ProjectFilter(
        stage="" if stage == "all" else stage,
        kind=query.get("kind", ""),
        township=query.get("township", ""),
        text=query.get("q", ""),
    )
    rows = wanted.among(bidding.on_the_board(viewer)).select_related("township").only(*SHOWN_OF_A_PROJECT)
    shown = await paged(request, rows, by=("closes_at", "id") if stage == "open" else ("-id",), size=20)
    return page(
        request,
        "bidding/board/list.html",
        shown=shown,
        stage=stage,
        wanted=wanted,
        stages=STAGES,
        kinds=list(bidding.KINDS.items()),
        townships=await bidding.townships_of_the_board(viewer),
        counted=await bidding.bids_counted(shown.rows),
        winners=await bidding.winners_of(shown.rows),
        invited=await _invited(viewer, shown.rows),
        fair=await _fair(wanted.township),
    )


async def _fair(code: str) -> bidding.Fairness | None:
    """How the awards of the township fell that somebody looks for; three statements, and none without one."""
    township = await Unit.get_or_none(code=code, level="township") if code.strip() else None
    return await bidding.fairness(township) if township else None


async def _invited(viewer: Viewer, projects: Collection[Project]) -> set[int]:
    """Which of these the viewer's own village may bid for."""
    if not viewer.hats_as(*BIDDERS):
        return set()
    rows = bidding.invitations(viewer).filter(project_id__in=[one.pk for one in projects])
    return {int(str(number)) for number in await rows.values_list("project_id", flat=True)}


async def show(request: Request) -> Response:
    """One project as everybody reads it (for its township before that, too), with what the viewer's village needs."""
    viewer = request.state.viewer
    project = await Project.find(viewer, request.path_params["id"])
    follower = await bidding.on_the_board(viewer).filter(instead_of=project).order_by("id").first()
    await note_words(viewer, project, *([follower] if follower else []))
    files = await ProjectFile.filter(project=project).order_by("id").select_related("file")
    entrants = await Entrant.filter(project=project).order_by("id").select_related("unit")
    return page(
        request,
        "bidding/board/show.html",
        project=project,
        bidding=bidding,
        files=[one.file for one in files],
        entrants=[one.unit.name for one in entrants],
        criteria=await Criterion.filter(project=project).order_by("position"),
        counted=(await bidding.bids_counted([project])).get(project.pk),
        differences=await bidding.differences(project),
        follower=follower,
        at_the_desk=viewer.is_a(*PROJECT_DESK, at=project.township.path),
        **await _ours(viewer, project),
        **await _public(viewer, project),
    )


async def _public(viewer: Viewer, project: Project) -> dict[str, Any]:
    """Bids, comparison and award, with what everybody may know of objections; of bids nothing before they are public."""
    if not project.is_open_book and not await Award.visible_to(viewer).filter(project=project).exists():
        return {"bids": [], "awards": [], "objections": {}}
    found = await judged(viewer, project)
    return {**found, "objections": await bidding.objections_told(found["awards"])}


async def _ours(viewer: Viewer, project: Project) -> dict[str, Any]:
    """The viewer's village: whether it may bid, the facts the system would attach, and its bid."""
    entrant = await bidding.invitations(viewer).filter(project=project).select_related("unit").first()
    if entrant is None:
        return {"entrant": None, "bid": None, "figures": []}
    await entrant.fetch_related(*Entrant.judged_with)
    bid = await Bid.visible_to(viewer).filter(project=project, unit_id=entrant.unit_id).first()
    deciding = project.state == "published"
    figures = (await figures_of([entrant.unit]))[entrant.unit_id] if deciding else []
    return {"entrant": entrant, "bid": bid, "figures": figures}


async def data(request: Request) -> Response:
    """The project as open data: what everybody may read, by the schema at /board/schema.json."""
    project = await Project.find(ANONYMOUS, request.path_params["id"])
    return JSONResponse(await told(project), headers={"Cache-Control": "public, max-age=60"})


async def data_schema(request: Request) -> Response:
    body = static_files()["project.schema.json"].bodies[""]
    return Response(
        body, media_type="application/schema+json", headers={"Cache-Control": "public, max-age=3600"}
    )


routes: list[BaseRoute] = [
    Route("/board", listing),
    Route("/board/live", live),
    Route("/board/schema.json", data_schema),
    Route("/board/{id:int}", show),
    Route("/board/{id:int}.json", data),
]
