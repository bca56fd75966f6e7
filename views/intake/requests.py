"""The department's door: asking, and following what was asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import intake, screening
from models import tasks as tasking
from models.base.clock import today
from models.base.decision_pages import note_to_decide
from models.base.filenames import safe_name
from models.base.records import row_number
from models.base.refusals import Invalid, NotAllowed, NotFound
from models.base.signatures import note_words
from models.base.viewer import Viewer, subtree
from models.files import KINDS
from models.matters import Catalogue, Demand, Matter, catalogue_of, list_in_force
from models.people.roles import ASKERS, DESK, OFFICES
from models.registry import Element
from models.requests import STATES, RequestFile, RequestFilter, WorkRequest
from models.screening import Screening
from models.tasks import Assignment, Report, TaskSource
from models.units import Unit
from views.base.bodies import takes_files
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import Shown, paged
from views.base.verbs import FormsOn, RowOf
from views.intake.changes import versions_of
from views.screening.red_lines import tick_what_was_betrayed

USUAL_TIME = timedelta(days=14)
MOST_UNITS = 400
CALLED_HERE = {"units": "places", "townships": "places", "elements": "data"}
"""Fields that the form calls by another name; one called elements would hide form.elements from scripts."""


async def mine(request: Request) -> Response:
    """One's own requests, newest first."""
    viewer, wanted = request.state.viewer, _wanted(request)
    rows = wanted.among(WorkRequest.visible_to(viewer).filter(_own(viewer)))
    shown = await paged(request, rows.select_related("department", "township"))
    return page(request, "intake/list.html", shown=shown, wanted=wanted, states=STATES)


def _own(viewer: Viewer) -> Any:
    asked = viewer.desk("department_id", *ASKERS, *DESK)
    return asked | viewer.desk("rerouted_to_id", *OFFICES)


def _wanted(request: Request) -> RequestFilter:
    query = request.query_params
    return RequestFilter(state=query.get("state", ""), text=query.get("q", ""))


async def new(request: Request) -> Response:
    """The request form; `find` looks for a matter by everyday words, without JavaScript as well."""
    viewer = request.state.viewer
    desks = await Unit.filter(id__in=[hat.unit_id for hat in viewer.hats_as(*ASKERS, *DESK)])
    if not desks:
        raise NotAllowed("只有部门经办人或镇街可以提出下派申请。")
    words, code = await _words(request)
    near = await _near(words, desks[0])
    return page(
        request,
        "intake/new.html",
        desks=[(unit.pk, unit.name) for unit in desks],
        places=[(unit.pk, unit.name) for unit in await _places(desks[0])],
        demands=[(one.code, one.label) for one in await Demand.all().order_by("position")],
        elements=await _askable(viewer),
        wanted=[code for code in request.query_params.get("elements", "").split(",") if code],
        near=near,
        words=words,
        chosen=await _named(code, desks[0]),
        usual=today() + USUAL_TIME,
        earliest=today(),
    )


async def _askable(viewer: Viewer) -> list[tuple[str, str]]:
    """All elements that may be asked for, those of one owner together."""
    rows = Element.visible_to(viewer).filter(state="in_force").order_by("owner", "name")
    return [(one.code, one.name) for one in await rows.only("code", "name")]


async def _words(request: Request) -> tuple[str, str]:
    """What to look for and the matter chosen so far, from the query or the refused form."""
    if request.method == "POST":
        form = await form_of(request)
        return f"{form.get('title', '')} {form.get('body', '')}".strip(), str(form.get("matter_code", ""))
    return request.query_params.get("find", "").strip(), request.query_params.get("matter", "")


async def _catalogue(desk: Unit) -> Catalogue | None:
    """The list that rules where the desk stands; each township's own judges what is submitted."""
    in_force = await list_in_force(desk.path)
    return await catalogue_of(in_force) if in_force else None


async def _near(words: str, desk: Unit) -> list[Any]:
    catalogue = await _catalogue(desk) if words else None
    return catalogue.suggest(words) if catalogue else []


async def _named(code: str, desk: Unit) -> Matter | None:
    catalogue = await _catalogue(desk) if code else None
    return catalogue.matters.get(code.upper()) if catalogue else None


async def _places(desk: Unit) -> list[Unit]:
    """Townships a department may turn to, or the villages of a township that asks its own."""
    home = desk if desk.level == "township" else await Unit.get(pk=desk.parent_id)
    level = "village" if home.level == "township" else "township"
    rows = Unit.filter(subtree("path", home.path), level=level, ended_on=None)
    return await rows.order_by("path").limit(MOST_UNITS)


@takes_files
@shown_again(new)
async def submit(request: Request) -> Response:
    """Pressing 查找事项 shows the form again with suggestions; otherwise the request is made and screened."""
    form = await form_of(request)
    if "look_up" in form:
        raise Invalid("请从下面相近的事项中选择，再提交。", field="matter_code")
    desk = await Unit.find(request.state.viewer, form.get("department", ""))
    try:
        made = await carry_out(request, intake.submit, desk, **await _aimed(request))
    except Invalid as no:
        if no.field == "demands":
            await tick_what_was_betrayed(request, desk.path)
        no.field = CALLED_HERE.get(no.field or "", no.field)
        raise
    at = f"/requests/{made[0].pk}" if len(made) == 1 else "/requests"
    return done(request, at=at, say=f"已提交并自动过筛（{len(made)} 个镇街）。")


async def _aimed(request: Request) -> dict[str, Any]:
    """The places ticked, told apart into townships and villages, and the data wanted of them."""
    form = await form_of(request)
    ticked = [str(one) for one in form.getlist("places")]
    numbers = [number for one in ticked if (number := row_number(one)) is not None]
    units = await Unit.visible_to(request.state.viewer).filter(pk__in=numbers)
    return {
        "units": [unit for unit in units if unit.level in {"village", "grid"}],
        "townships": [unit for unit in units if unit.level == "township"],
        "elements": [str(one) for one in form.getlist("data")],
    }


async def show(request: Request) -> Response:
    """One request with its verdict, its tasks and the villages' answers."""
    viewer = request.state.viewer
    asked = await WorkRequest.find(viewer, request.path_params["id"])
    await note_to_decide(viewer, [asked], screening.handle)
    await note_words(viewer, asked)
    verdicts = await Screening.visible_to(viewer).filter(request=asked).order_by("id")
    sources = await TaskSource.filter(request=asked).select_related("task")
    tasks = [source.task for source in sources if source.task.state != "withdrawn"]
    told = await intake.held_values(viewer, asked)
    return page(
        request,
        "intake/show.html",
        asked=asked,
        verdict=verdicts[-1] if verdicts else None,
        verdicts=verdicts,
        near={one["code"]: one["title"] for kept in verdicts for one in kept.rests_on.get("nearest", ())},
        tasks=tasks,
        answers=await _answers(viewer, [task.pk for task in tasks]),
        demands=await Demand.filter(code__in=asked.demands).order_by("position"),
        files=await RequestFile.filter(request=asked).select_related("file"),
        screening=screening,
        tasking=tasking,
        progress=next(iter((await tasking.progress_of(viewer, [task.pk for task in tasks])).values()), None),
        versions=await versions_of(viewer, asked),
        told=told,
        in_words=await intake.request_in_words(viewer, asked) if intake.is_told(viewer, asked) else [],
    )


async def values(request: Request) -> Response:
    """What the villages of a request have on file of what it asks for, village by village."""
    asked = await WorkRequest.find(request.state.viewer, request.path_params["id"])
    await note_words(request.state.viewer, asked)
    told = await _told(request.state.viewer, asked)
    rows = Unit.visible_to(request.state.viewer).filter(id__in=[one.pk for one in told.villages])
    shown: Shown[Unit] = await paged(request, rows, by=("path",))
    at = {village.pk: number for number, village in enumerate(told.villages)}
    return page(request, "intake/values.html", asked=asked, told=told, shown=shown, at=at)


async def table(request: Request) -> Response:
    """The same as an XLSX file, all villages at once."""
    asked = await WorkRequest.find(request.state.viewer, request.path_params["id"])
    told = await _told(request.state.viewer, asked)
    name = safe_name(f"已有数据-{asked.title}", ".xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(await intake.sheet(told), media_type=KINDS["xlsx"], headers=headers)


async def _told(viewer: Viewer, asked: WorkRequest) -> intake.HeldValues:
    told = await intake.held_values(viewer, asked)
    if told is None:
        raise NotFound("没有找到这个页面。")
    return told


async def _answers(viewer: Viewer, tasks: list[int]) -> list[dict[str, Any]]:
    """Each village's state and last words, for tasks this request became."""
    if not tasks:
        return []
    rows = (
        await Assignment.visible_to(viewer)
        .filter(task_id__in=tasks)
        .order_by("unit__path")
        .select_related("unit")
    )
    reports = (
        await Report.visible_to(viewer)
        .filter(assignment_id__in=[row.pk for row in rows], taken_back_at=None)
        .order_by("round")
    )
    last = {int(report.assignment_id): report for report in reports}
    return [{"row": row, "report": last.get(row.pk)} for row in rows]


routes = [
    Route("/requests", mine),
    Route("/requests", submit, methods=["POST"]),
    Route("/requests/new", new),
    Route("/requests/{id:int}", show),
    Route("/requests/{id:int}/values", values),
    Route("/requests/{id:int}/values.xlsx", table),
    FormsOn(RowOf(WorkRequest), show, at="/requests/{id:int}")(
        "answer", screening.handle, "办理结果已告知申请部门。"
    ),
]
