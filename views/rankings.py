"""榜: who stands where as far as it is published, whom others praised, and the table to take away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models import burden, rankings
from models.base.clock import today
from models.base.filenames import safe_name
from models.base.records import row_number
from models.base.viewer import Viewer
from models.burden import AskerLine, AskersWanted
from models.evaluation.sizes import unsized, unsized_in
from models.files import KINDS
from models.ledger import Period as Span
from models.points import shown_points
from models.policies import upwards
from models.rankings import AUDIENCES, Wanted
from models.schemes import (
    PERIODS,
    POINTS,
    SOURCES,
    Dimension,
    Indicator,
    PeerGroup,
    Period,
    Scheme,
    is_evaluator,
)
from models.schemes.records import KINDS_OF_VILLAGE, scheme_on
from models.units import Unit
from views.base.live import live_rankings
from views.base.pages import page
from views.base.paging import paged

LISTS = AUDIENCES | {"praise": "表扬"}
MOST_ASKING = 3
SHOWN = (
    *("id", "rank", "band", "among", "tier", "shown", "score_id", "score__id", "score__shown"),
    *("unit__id", "unit__name", "unit__parent__id", "unit__parent__name", "person__id", "person__name"),
)
"""What a page shows of a line."""
NEWEST = 3
"""Praise beside the villages' board; the whole of it has a list of its own."""


async def show(request: Request) -> Response:
    """One board as far as its reader may see it, with the reader's own line on top."""
    wanted, said = await _wanted(request)
    if wanted.audience == "praise":
        return await _praise(request, wanted, said)
    if request.query_params.get("list") == "points" and said["evaluates"]:
        return await _points(request, wanted, said)
    if wanted.audience == "persons" and (wanted.board is None or wanted.board.mode == "commended"):
        return await _praise(request, wanted, said)
    return await _ranked(request, wanted, said)


async def _ranked(request: Request, wanted: Wanted, said: dict[str, Any]) -> Response:
    viewer = request.state.viewer
    wanted, groups, own = await _in_one_group(request, wanted)
    rows = rankings.placings(viewer, wanted).select_related("unit__parent", "person", "score").only(*SHOWN)
    shown = await paged(request, rows, by=("rank", "id"), size=40)
    praise = rankings.commendations(viewer, wanted).order_by("-id").limit(NEWEST).select_related("unit")
    newest = await praise if not shown.first else []
    return page(
        request,
        "rankings/show.html",
        shown=shown,
        lines=rankings.by_name(shown.rows),
        own=own,
        groups=groups,
        published=rankings.is_published,
        opened=await rankings.explained_to(viewer, [*shown.rows, *own]),
        praise=newest,
        names=await rankings.named(viewer, newest),
        unsized=await _unsized(wanted),
        askers=await _askers_beside(viewer, wanted, said, first=not shown.first),
        **said | _links(wanted),
    )


async def _askers_beside(
    viewer: Viewer, wanted: Wanted, said: dict[str, Any], *, first: bool
) -> list[AskerLine]:
    """Who gave villages most work over the same period, beside how villages did it: those turned away most first.

    On the first page of a board, for those who may read it.
    """
    county = upwards(wanted.area.path)[:2][-1]
    if wanted.period is None or not said["reads_askers"] or not first:
        return []
    known = next((one for one in said["areas"] if one.path == county), None)
    region = known or await Unit.visible_to(viewer).get(path=county)
    span = Span(wanted.period.since, wanted.period.until)
    return await burden.asking_most(viewer, AskersWanted(region, span), MOST_ASKING)


async def _in_one_group(
    request: Request, wanted: Wanted
) -> tuple[Wanted, list[PeerGroup], list[rankings.Placing]]:
    """The board of one group, as page and table show it, with the groups there are and the viewer's own lines."""
    viewer, board = request.state.viewer, wanted.board
    groups = await rankings.groups_of(viewer, board) if board else []
    own = await rankings.own_placings(viewer, board) if board else []
    return (
        replace(wanted, group=_group(request, groups, [one.group for one in own if one.group])),
        groups,
        own,
    )


async def _unsized(wanted: Wanted) -> int:
    if wanted.period is None or wanted.group is None:
        return 0
    return await unsized(wanted.period, [wanted.group], wanted.area)


def _group(request: Request, groups: list[PeerGroup], own: list[PeerGroup]) -> PeerGroup | None:
    """The group asked for, or the viewer's own, or the first there is."""
    asked = row_number(request.query_params.get("group", ""))
    return next((one for one in groups if one.pk == asked), next(iter([*own, *groups]), None))


async def _praise(request: Request, wanted: Wanted, said: dict[str, Any]) -> Response:
    """Who was praised, newest first: no order, no numbers."""
    viewer = request.state.viewer
    rows = rankings.commendations(viewer, wanted).select_related("unit")
    shown = await paged(request, rows, by=("-id",), size=20)
    names = await rankings.named(viewer, shown.rows)
    return page(
        request,
        "rankings/praise.html",
        shown=shown,
        names=names,
        askers=await _askers_beside(viewer, wanted, said, first=not shown.first),
        **said | _links(wanted),
    )


async def _points(request: Request, wanted: Wanted, said: dict[str, Any]) -> Response:
    """What persons earned, for those who evaluate them; published by no mode."""
    rows = rankings.person_scores(request.state.viewer, wanted).select_related("unit", "person")
    shown = await paged(request, rows, by=("-points", "id"), size=40)
    return page(
        request,
        "rankings/points.html",
        shown=shown,
        points=shown_points,
        **said | _links(wanted, list="points"),
    )


async def table(request: Request) -> Response:
    """What the page shows, all pages of it, as one table."""
    viewer = request.state.viewer
    wanted, said = await _wanted(request)
    if wanted.audience == "praise":
        content = await rankings.praise_table(viewer, wanted)
    elif request.query_params.get("list") == "points" and said["evaluates"]:
        content = await rankings.points_table(viewer, wanted)
    else:
        wanted, _, _ = await _in_one_group(request, wanted)
        content = await rankings.table(viewer, wanted)
    when = wanted.period.name if wanted.period else today()
    name = safe_name(f"{LISTS[wanted.audience]}-{wanted.area.name}", f"-{when}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=KINDS["xlsx"], headers=headers)


async def _wanted(request: Request) -> tuple[Wanted, dict[str, Any]]:
    """Which board the address asks for, and what every page about boards says beside it."""
    viewer, query = request.state.viewer, request.query_params
    audience = query.get("board", "villages")
    audience = audience if audience in LISTS else "villages"
    areas = await rankings.areas_of(viewer)
    area = await _area(viewer, query.get("at", ""), areas)
    periods = await rankings.periods_of(viewer, area)
    period = await _period(viewer, area, query.get("period", ""), periods)
    board = await rankings.board_of(viewer, area, period, audience)
    below = await rankings.areas_below(viewer, area) if area.level != "township" else []
    wanted = Wanted(audience, area, period, board)
    return wanted, {
        "areas": areas if area in areas else [*areas, area],
        "below": below,
        "periods": periods,
        "current": _current(periods, period),
        "places": [(one.pk, one.name) for one in [area, *below]],
        "spans": [(one.key, one.name) for one in periods],
        "evaluates": is_evaluator(viewer, area.path),
        "reads_askers": burden.reads_askers(viewer),
        "corrections": await rankings.corrections(viewer, wanted),
        "lists": LISTS,
        "seen": rankings.version() or 0,
    }


async def _area(viewer: Viewer, asked: str, areas: list[Unit]) -> Unit:
    """The place asked for, or the nearest one with boards above the viewer's own post."""
    number = row_number(asked)
    found = next((one for one in areas if one.pk == number), None)
    if found is not None:
        return found
    own = viewer.hats[0].unit_path if viewer.hats and not asked else ""
    nearest = next((one for one in reversed(areas) if own.startswith(one.path)), None)
    return nearest or await rankings.find_area(viewer, asked)


async def _period(viewer: Viewer, area: Unit, asked: str, periods: list[Period]) -> Period | None:
    if not asked:
        return next((one for one in periods if one.kind == "month"), None)
    listed = next((one for one in periods if one.key == asked), None)
    return listed or await rankings.find_period(viewer, area, asked)


def _current(periods: list[Period], period: Period | None) -> list[Period]:
    """The newest month, quarter and year, and the one that is looked at."""
    newest = [next((one for one in periods if one.kind == kind), None) for kind in PERIODS]
    found = [one for one in newest if one is not None]
    return found if period is None or period in found else [*found, period]


def _links(wanted: Wanted, **more: str) -> dict[str, Any]:
    """What the page is about, and the parts of addresses that lead to its neighbours."""
    asked: dict[str, Any] = {"board": wanted.audience, "at": wanted.area.pk} | more
    if wanted.period is not None:
        asked["period"] = wanted.period.key
    if wanted.group is not None:
        asked["group"] = wanted.group.pk

    def to(**changes: Any) -> str:
        told = {name: value for name, value in (asked | changes).items() if value not in ("", None)}
        return f"/rankings?{urlencode(told)}"

    return {"wanted": wanted, "to": to, "asked": urlencode(asked)}


async def method(request: Request) -> Response:
    """How it is worked out, in plain words first; then the scheme in force with all its numbers."""
    viewer = request.state.viewer
    path = upwards(viewer.hats[0].unit_path)[0] if viewer.hats else ""
    city = await Unit.visible_to(viewer).filter(path=path).first()
    scheme = await scheme_on(city, today()) if city else None
    dimensions = Dimension.visible_to(viewer).filter(scheme=scheme) if scheme else None
    indicators = Indicator.visible_to(viewer).filter(dimension__scheme=scheme) if scheme else None
    groups = PeerGroup.visible_to(viewer).filter(scheme=scheme) if scheme else None
    return page(
        request,
        "rankings/method.html",
        scheme=scheme,
        coming=await _coming(viewer, city) if city else None,
        dimensions=await dimensions.order_by("position") if dimensions else [],
        indicators=await indicators.order_by("position") if indicators else [],
        groups=await groups.order_by("position") if groups else [],
        sources=SOURCES,
        worth=POINTS,
        unsized=await unsized_in(city) if scheme and city else 0,
        kinds=KINDS_OF_VILLAGE,
    )


async def _coming(viewer: Viewer, city: Unit) -> Scheme | None:
    """The next version that was adopted and does not count yet."""
    rows = Scheme.visible_to(viewer).filter(city=city, state="adopted", from_on__gt=today())
    return await rows.order_by("from_on", "-number").first()


routes: list[BaseRoute] = [
    Route("/rankings", show),
    Route("/rankings/live", live_rankings),
    Route("/rankings/table.xlsx", table),
    Route("/rankings/method", method),
]
