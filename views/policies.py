"""The numbers that governments set, and the calendar of working days: read by everybody, set by those who may."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import policies, workdays
from models.base.clock import today
from models.base.records import row_number
from models.base.refusals import NotFound
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.holidays import read_days, spans
from models.people.roles import KEEPERS
from models.policies import upwards
from models.units import Unit
from views.base.bodies import takes_files
from views.base.forms import carry_out, form_of, remember, shown_again
from views.base.multipart import file_in
from views.base.pages import done, page

GOVERNING = ("city", "county")


async def show(request: Request) -> Response:
    """Every number at one's place, or at the place that ?at= names: what holds, by whose word, and why."""
    viewer = request.state.viewer
    unit = await _place(request)
    name = request.query_params.get("name", "") or _typed_one(request, "name")
    told = await policies.standing(viewer, unit.path)
    chosen = next((one for one in told if one.name == name), None)
    governs = policies.set_policy.allows(viewer, unit)
    await note_versions(*([chosen.last] if chosen and chosen.last else []))
    return page(
        request,
        "policies/show.html",
        unit=unit,
        told=told,
        chosen=chosen,
        governs=governs,
        places=await _governed(viewer) if governs else [],
        today=today(),
    )


def _typed_one(request: Request, name: str) -> str:
    """What a form that was refused said of this field."""
    return str((getattr(request.state, "typed", {}).get(name) or [""])[0])


async def _place(request: Request) -> Unit:
    """The unit asked for, or else the one of one's first post; departments are where their government is."""
    viewer: Viewer = request.state.viewer
    asked = row_number(request.path_params.get("unit") or request.query_params.get("at", ""))
    if asked:
        return await Unit.find(viewer, asked)
    if viewer.hat is None:
        raise NotFound("没有找到这个页面。")
    return await Unit.find(viewer, viewer.hat.unit_id)


async def _governed(viewer: Viewer) -> list[Unit]:
    """Cities and counties in the area one sets numbers for."""
    rows = Unit.visible_to(viewer).filter(viewer.area("path", *KEEPERS), level__in=GOVERNING, ended_on=None)
    return list(await rows.order_by("path").limit(30))


@shown_again(show)
async def put(request: Request) -> Response:
    unit = await Unit.find(request.state.viewer, request.path_params["unit"])
    made = await carry_out(request, policies.set_policy, unit)
    return done(request, at=f"/policies?at={unit.pk}", say=f"{made.label}已定为 {made.value}。")


async def calendar(request: Request) -> Response:
    """A year's weekdays off and weekend days worked, and where they come from."""
    viewer, city = request.state.viewer, await _city(request)
    told = await workdays.year_at(viewer, city.path, _year(request))
    await note_versions(*told.versions[:1])
    return page(
        request,
        "policies/calendar.html",
        city=city,
        told=told,
        this_year=today().year,
        off=spans(told.days.days_off) if told.days else [],
        worked=spans(told.days.make_up) if told.days else [],
        keeps=workdays.set_year.allows(viewer, city),
    )


def _year(request: Request) -> int:
    """The year that is asked for, or typed into a form that was refused; else this one."""
    asked = row_number(request.query_params.get("year") or _typed_one(request, "year")) or 0
    return asked if asked in workdays.YEARS else today().year


async def _city(request: Request) -> Unit:
    """The city whose calendar counts at one's place."""
    place = await _place(request)
    city = await Unit.visible_to(request.state.viewer).filter(path=upwards(place.path)[0]).first()
    return city or place


@takes_files
@shown_again(calendar)
async def put_year(request: Request) -> Response:
    """A year from the two boxes, or from a table where one is sent along."""
    city = await Unit.find(request.state.viewer, request.path_params["unit"])
    workdays.set_year.judge(request.state.viewer, city)
    form = await form_of(request)
    remember(request, form)
    if (table := await file_in(request, "table")) is not None:
        told = workdays.year_in(request.state.viewer, city, table.filename or "", await table.read())
        off, worked = await told
    else:
        off, worked = _typed(form.get("days_off"), "days_off"), _typed(form.get("make_up"), "make_up")
    made = await carry_out(request, workdays.set_year, city, days_off=off, make_up=worked)
    return done(request, at=f"/workdays?year={made.year}", say=f"{made.year} 年的工作日历已公布。")


def _typed(text: object, field: str) -> list[date]:
    return read_days(str(text or ""), field)


routes = [
    Route("/policies", show),
    Route("/policies/{unit:int}", put, methods=["POST"]),
    Route("/workdays", calendar),
    Route("/workdays/{unit:int}", put_year, methods=["POST"]),
]
