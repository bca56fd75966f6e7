"""Trying a draft of the scheme on a period that was scored: who would move, and how far, before anybody adopts it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import evaluation, points, schemes
from models.base.filenames import safe_name
from models.base.refusals import NotFound
from models.evaluation import Simulation
from models.files import KINDS
from models.schemes import Period, Scheme, kind_and_start
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page

MOST = 50
CHOICES = 24
_one_at_a_time = asyncio.Semaphore(1)
"""A simulation reads a whole period again; a second one waits, so that the site goes on serving everybody else."""


async def _of(request: Request) -> Scheme:
    """The draft, for those who keep it."""
    scheme = await Scheme.find(request.state.viewer, request.path_params["id"])
    schemes.note_simulation.judge(request.state.viewer, scheme)
    return scheme


async def _periods(request: Request, scheme: Scheme) -> list[Period]:
    """Those that have begun, the latest first: what has not been scored cannot be tried."""
    rows = Period.visible_to(request.state.viewer).filter(city_id=scheme.city_id)
    return await rows.order_by("-since", "-id").limit(CHOICES).select_related("city")


async def _asked(request: Request, scheme: Scheme, key: str) -> Period:
    named = kind_and_start(key)
    kind, since = named or ("", None)
    rows = Period.visible_to(request.state.viewer).filter(city_id=scheme.city_id, kind=kind)
    period = await rows.filter(since=since).select_related("city").first() if since else None
    if period is None:
        raise NotFound("没有这个周期的数据，只能用已经开始的周期试算。")
    return period


async def show(request: Request) -> Response:
    """Choose a period; with one chosen and on record, what the draft would change in it."""
    scheme = await _of(request)
    key = request.query_params.get("period", "")
    context: dict[str, Any] = {"period": None, "simulation": None, "persons": []}
    if key and scheme.simulated_at is not None:
        period = await _asked(request, scheme, key)
        simulation = await _simulated(scheme, period)
        persons = await evaluation.persons_of(request.state.viewer, period, simulation, MOST)
        context = {"period": period, "simulation": simulation, "persons": persons}
    periods = [(one.key, one.name) for one in await _periods(request, scheme)]
    return page(
        request,
        "evaluation/simulation.html",
        scheme=scheme,
        periods=periods,
        most=MOST,
        shown_points=points.shown_points,
        **context,
    )


async def _simulated(scheme: Scheme, period: Period) -> Simulation:
    async with _one_at_a_time:
        return await evaluation.simulate(scheme, period)


@shown_again(show)
async def run(request: Request) -> Response:
    """Try the draft, put on record what that gave, then show it."""
    scheme = await _of(request)
    period = await _asked(request, scheme, str((await form_of(request)).get("period", "")))
    simulation = await _simulated(scheme, period)
    found = {"moving": len(simulation.moving), "farthest": simulation.farthest}
    await carry_out(request, schemes.note_simulation, scheme, period=period, **found)
    return done(request, at=f"/schemes/{scheme.pk}/simulation?period={period.key}", say="试算好了。")


async def table(request: Request) -> Response:
    """Everybody the simulation is about, as a table: villages or persons."""
    scheme = await _of(request)
    period = await _asked(request, scheme, request.query_params.get("period", ""))
    simulation = await _simulated(scheme, period)
    if request.path_params["of"] == "persons":
        content = await evaluation.table_of_persons(request.state.viewer, period, simulation)
        name = safe_name(scheme.name, f"-{period.name}-人员.xlsx")
    else:
        content = await evaluation.table_of_villages(simulation)
        name = safe_name(scheme.name, f"-{period.name}-村社.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=KINDS["xlsx"], headers=headers)


routes = [
    Route("/schemes/{id:int}/simulation", show),
    Route("/schemes/{id:int}/simulation", run, methods=["POST"]),
    Route("/schemes/{id:int}/simulation/{of}.xlsx", table),
]
