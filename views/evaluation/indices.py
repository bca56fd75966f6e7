"""领雁指数 explained: from the score to its dimensions, indicators, contributions, and the events behind them."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import evaluation
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.bidding import Award, Milestone
from models.evaluation import Adjustment, Appeal, Part, Side
from models.points import PointEntry
from models.rankings import Placing, is_published
from models.schemes import SOURCES, PeerGroup, VillageIndex
from models.tasks import Assignment
from views.base.pages import page
from views.base.paging import paged
from views.base.words import brief, score
from views.evaluation.indicators import counted, percent, reckoned

SHOWN = 3


async def show(request: Request) -> Response:
    """What the score is the sum of, where the village stands with it, and how sure that is."""
    viewer = request.state.viewer
    index = await VillageIndex.find(viewer, request.path_params["id"])
    sides = await evaluation.explained(index) if index.exact else []
    lines = (
        Placing.visible_to(viewer).filter(score=index, person_id__isnull=True).order_by("-board__area__path")
    )
    adjusted = Adjustment.visible_to(viewer).filter(score=index).order_by("id")
    before = await evaluation.earlier(viewer, index) if index.exact else []
    placed = await lines.select_related("board__area", "board__period")
    nearest = placed[0] if placed else None
    return page(
        request,
        "evaluation/indices/show.html",
        index=index,
        group=await PeerGroup.visible_to(viewer).get(pk=index.group_id),
        sides=sides,
        lines=placed,
        nearest=nearest,
        ahead=await evaluation.distance_to_the_first(index, nearest.board.area.path) if nearest else None,
        published=is_published,
        earlier=before,
        adjusted=await adjusted,
        axes=[(one.name, round(one.value), round(one.mean or 0)) for one in sides if one.value is not None],
        left_out=[one for one in sides if one.value is None],
        over=[(brief(one.period), score(one.shown)) for one in before],
        counted=counted,
        percent=percent,
        reckoned=reckoned,
        weakest=_weakest(sides),
        lightest=_lightest(sides),
        advice={name: one.advice for name, one in SOURCES.items()},
        evaluation=evaluation,
        contested=await Appeal.visible_to(viewer).filter(score=index, entry_id=None).order_by("-id").first(),
    )


def _weakest(sides: list[Side]) -> list[Part]:
    """Where the village lies farthest below its group by its own results: what is worth doing next."""
    below = [one for side in sides for one in side.parts if one.enough and one.value < one.mean]
    return sorted(below, key=lambda one: one.value - one.mean)[:SHOWN]


def _lightest(sides: list[Side]) -> list[Part]:
    """Where the most points are still to be had: what is worth doing next where nothing lies below the group."""
    short = [one for side in sides for one in side.parts if one.counts and one.shown < one.full]
    return sorted(short, key=lambda one: one.shown - one.full)[: SHOWN - 1]


async def entries(request: Request) -> Response:
    """The results behind one indicator, newest first, each with what it was and why it brought what it brought."""
    viewer, source = request.state.viewer, request.path_params["source"]
    index = await VillageIndex.find(viewer, request.path_params["id"])
    part = next(
        (one for side in await evaluation.explained(index) for one in side.parts if one.source == source),
        None,
    )
    if part is None or source not in SOURCES:
        raise NotFound("没有找到这个指标。")
    rows = evaluation.entries_behind(viewer, index, source)
    shown = await paged(request, rows.prefetch_related("reversed_by"), by=("-counts_on", "-id"))
    return page(
        request,
        "evaluation/indices/entries.html",
        index=index,
        part=part,
        shown=shown,
        about=await subjects(viewer, shown.rows),
        counted=counted,
        evaluation=evaluation,
        contested=await contested(viewer, shown.rows),
        contestable=await evaluation.contestable(index, shown.rows),
    )


async def contested(viewer: Viewer, rows: Collection[PointEntry]) -> dict[int, Appeal]:
    """The newest appeal against each of these entries, as far as visible. One statement."""
    found = Appeal.visible_to(viewer).filter(entry_id__in=[one.pk for one in rows]).order_by("id")
    return {one.entry_id or 0: one for one in await found} if rows else {}


async def subjects(viewer: Viewer, rows: Collection[PointEntry]) -> dict[tuple[str, int], tuple[str, str]]:
    """What these entries are about, title and address, where the viewer may open it. Three statements."""
    wanted = {kind: {one.subject_id for one in rows if one.subject_type == kind} for kind in _KINDS}
    tasks = Assignment.visible_to(viewer).filter(id__in=sorted(wanted["Assignment"]))
    steps = Milestone.visible_to(viewer).filter(id__in=sorted(wanted["Milestone"]))
    awards = Award.visible_to(viewer).filter(id__in=sorted(wanted["Award"]))
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for one in await tasks.select_related("task") if wanted["Assignment"] else []:
        found["Assignment", one.pk] = (one.task.title, f"/assignments/{one.pk}")
    for step in await steps.select_related("award__project") if wanted["Milestone"] else []:
        title = f"{step.award.project.title}：{step.kind_label}"
        found["Milestone", step.pk] = (title, f"/awards/{step.award_id}")
    for award in await awards.select_related("project") if wanted["Award"] else []:
        found["Award", award.pk] = (award.project.title, f"/awards/{award.pk}")
    return found


_KINDS = ("Assignment", "Milestone", "Award")
routes: list[BaseRoute] = [
    Route("/rankings/index/{id:int}", show),
    Route("/rankings/index/{id:int}/{source}", entries),
]
