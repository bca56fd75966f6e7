"""The tree: looking for a place, and the page of one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import ledger, registry
from models.people import Post, in_force, look_as
from models.requests.records import ABOVE_VILLAGES
from models.tasks import Assignment
from models.tasks.states import OPEN
from models.units import LEVELS, Unit, UnitFilter
from views.base.pages import page
from views.base.paging import paged

MOST_PEOPLE = 60


async def listing(request: Request) -> Response:
    """Units by name or pinyin initials, in the order of the tree."""
    query = request.query_params
    wanted = UnitFilter(text=query.get("q", ""), level=query.get("level", ""), within=query.get("within", ""))
    rows = wanted.among(Unit.visible_to(request.state.viewer).filter(ended_on=None))
    shown = await paged(request, rows.select_related("parent"), by=("path",))
    return page(request, "units/list.html", shown=shown, wanted=wanted, levels=LEVELS)


async def show(request: Request) -> Response:
    """One unit: where it belongs, what lies below it, who works there, and its open tasks."""
    viewer = request.state.viewer
    unit = await Unit.find(viewer, request.path_params["id"])
    above = await Unit.filter(code__in=unit.ancestor_codes()).order_by("path")
    below = await paged(request, Unit.filter(parent=unit, ended_on=None), by=("path",))
    posts = (
        Post.visible_to(viewer).filter(in_force(), unit=unit).select_related("person", "unit").order_by("id")
    )
    open_tasks = Assignment.visible_to(viewer).filter(unit=unit, state__in=OPEN).order_by("due_at", "id")
    return page(
        request,
        "units/show.html",
        unit=unit,
        above=above,
        below=below,
        look_as=look_as,
        posts=await posts.limit(MOST_PEOPLE),
        tells_data=unit.level == "village" and registry.works_there.holds(viewer, unit),
        told_of=unit.level in ABOVE_VILLAGES and ledger.reads_the_ledger(viewer),
        rows=await open_tasks.limit(20).select_related("task") if unit.level in {"village", "grid"} else [],
    )


routes = [
    Route("/units", listing),
    Route("/units/{id:int}", show),
]
