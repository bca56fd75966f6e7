"""榜单项目: the township's desk for projects, from the draft to the award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import bidding
from models.base.numbers import whole
from models.base.refusals import Invalid, NotAllowed, NotNow, Unreadable
from models.base.signatures import note_words
from models.base.text import kept
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.bidding import Criterion, Entrant, Project, ProjectFile, ProjectFilter
from models.bidding.drafting import MOST_CRITERIA
from models.people.roles import PROJECT_DESK
from models.units import Unit
from views.base.bodies import takes_files
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.bidding.opened import judged
from views.trail import steps_of

STAGES = {"planned": "拟定中"} | bidding.STAGES


@dataclass(frozen=True)
class Row:
    """One line of the form for a criterion."""

    title: str = ""
    weight: str = ""
    guidance: str = ""


async def listing(request: Request) -> Response:
    """The township's projects, newest first, by stage."""
    viewer, query = request.state.viewer, request.query_params
    wanted = ProjectFilter(stage=query.get("stage", ""), text=query.get("q", ""))
    own = Project.visible_to(viewer).filter(viewer.desk("township_id", *PROJECT_DESK))
    shown = await paged(request, wanted.among(own))
    return page(
        request,
        "bidding/projects/list.html",
        shown=shown,
        wanted=wanted,
        stages=STAGES,
        counted=await bidding.bids_counted(shown.rows),
        drafts=bool(_townships(viewer)),
    )


def _townships(viewer: Viewer) -> list[int]:
    return [hat.unit_id for hat in viewer.hats_as(*PROJECT_DESK) if hat.unit_level == "township"]


async def new(request: Request) -> Response:
    """The form of a project, empty."""
    townships = _townships(request.state.viewer)
    if not townships:
        raise NotAllowed("只有镇街的统筹员和领导可以拟定榜单项目。")
    return await _form(request, "/projects", await Unit.get(pk=townships[0]), None)


async def change(request: Request) -> Response:
    """The form of a project as it stands in the draft."""
    project = await Project.find(request.state.viewer, request.path_params["id"])
    if not bidding.change_project.allows(request.state.viewer, project):
        raise NotNow("这个项目现在不能由您修改；上榜以后只能取消重来。")
    await note_versions(project)
    await note_words(request.state.viewer, project)
    return await _form(request, f"/projects/{project.pk}/change", project.township, project)


async def _form(request: Request, action: str, township: Unit, project: Project | None) -> Response:
    villages = await Unit.filter(parent=township, level="village", ended_on=None).order_by("path")
    asked = await Entrant.filter(project=project).values_list("unit_id", flat=True) if project else []
    return page(
        request,
        "bidding/projects/form.html",
        action=action,
        project=project,
        rows=await _rows(request, project),
        villages=[(one.pk, one.name) for one in villages],
        asked=() if len(asked) == len(villages) else tuple(asked),
        kinds=list(bidding.KINDS.items()),
        depths=list(bidding.DEPTHS.items()),
    )


async def _rows(request: Request, project: Project | None) -> list[Row]:
    """Always so many lines: what was typed, or what the draft says, and empty ones."""
    typed = getattr(request.state, "typed", {})
    if typed:
        told = zip(*(typed.get(name, []) for name in ("criterion", "weight", "guidance")), strict=False)
        found = [Row(*one) for one in told]
    else:
        rows = Criterion.filter(project=project).order_by("position") if project else None
        found = (
            [Row(c.title, str(c.weight or ""), c.guidance) for c in await rows] if rows is not None else []
        )
    return [*found, *[Row()] * MOST_CRITERIA][:MOST_CRITERIA]


async def _criteria(request: Request) -> dict[str, list[Any]]:
    """The lines that name a criterion, as aligned lists."""
    form = await form_of(request)
    columns = [[str(one) for one in form.getlist(name)] for name in ("criterion", "weight", "guidance")]
    rows = [Row(*one) for one in zip(*columns, strict=False) if kept(one[0])]
    return {
        "criteria": [row.title.strip() for row in rows],
        "weights": [_weight(row.weight) for row in rows],
        "guidances": [row.guidance.strip() for row in rows],
    }


def _weight(text: str) -> int:
    try:
        return whole(text) if kept(text) else 0
    except Unreadable as wrong:
        raise Invalid(wrong.reason, field="weights") from None


@takes_files
@shown_again(new)
async def draft(request: Request) -> Response:
    townships = _townships(request.state.viewer)
    township = await Unit.find(request.state.viewer, townships[0] if townships else 0)
    made = await carry_out(request, bidding.draft_project, township, **await _criteria(request))
    return done(request, at=f"/projects/{made.pk}", say="已保存，核对后提交审批。")


@takes_files
@shown_again(change)
async def changed(request: Request) -> Response:
    project = await Project.find(request.state.viewer, request.path_params["id"])
    await carry_out(request, bidding.change_project, project, **await _criteria(request))
    return done(request, at=f"/projects/{project.pk}", say="已修改。")


async def show(request: Request) -> Response:
    """One project at the township's desk: how it stands, and exactly what may be done now."""
    viewer = request.state.viewer
    project = await Project.find(viewer, request.path_params["id"])
    await note_words(viewer, project)
    await note_versions(project)
    files = await ProjectFile.filter(project=project).order_by("id").select_related("file")
    entrants = await Entrant.filter(project=project).order_by("id").select_related("unit")
    wrong = (await bidding.villages_not_as_sealed(viewer, [project]))[project.pk]
    return page(
        request,
        "bidding/projects/show.html",
        project=project,
        bidding=bidding,
        criteria=await Criterion.filter(project=project).order_by("position"),
        entrants=[one.unit.name for one in entrants],
        files=[one.file for one in files],
        counted=(await bidding.bids_counted([project])).get(project.pk),
        differences=await bidding.differences(project),
        not_as_sealed=bidding.sentence_on(wrong) if wrong else "",
        may_leave_out=bidding.may_leave_out(viewer, project),
        steps=await steps_of(viewer, project),
        **await judged(viewer, project),
    )


@shown_again(show)
async def relist(request: Request) -> Response:
    project = await Project.find(request.state.viewer, request.path_params["id"])
    made = await carry_out(request, bidding.relist, project)
    return done(request, at=f"/projects/{made.pk}", say="已照原样起草，修改后提交审批。")


def _post(path: str, endpoint: Any) -> Route:
    return Route(path, endpoint, methods=["POST"])


AT = "/projects/{id:int}"
form = FormsOn(RowOf(Project), show, at=AT)
routes: list[BaseRoute] = [
    Route("/projects", listing),
    _post("/projects", draft),
    Route("/projects/new", new),
    Route(AT, show),
    Route(AT + "/change", change),
    _post(AT + "/change", changed),
    form("submit", bidding.submit_project, "已提交领导审批。"),
    form("send-back", bidding.send_project_back, "已退回修改。"),
    form("approve", bidding.approve_project, "已批准上榜，村社现在可以看到。"),
    form("drop", bidding.drop_project, "已作废。"),
    form("cancel", bidding.cancel_project, "已取消，原因已公开，参加的村社会看到。"),
    _post(AT + "/relist", relist),
    form("open", bidding.open_bids, "已开标。"),
    form("name-scorers", bidding.name_scorers, "已指定评分人。"),
    form("discuss", bidding.discuss_scores, "讨论已记录。"),
    form("end", bidding.end_without_award, "已宣布流标，理由已公开。"),
]
