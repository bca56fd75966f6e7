"""The township's reading desk: requests that passed the automatic screening, and their verdicts."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import intake, screening, tasks
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.intake import FieldReport
from models.matters import Demand, Matter, list_in_force
from models.people.roles import DESK
from models.requests import STATES, RequestFile, RequestFilter, RequestUnit, WorkRequest
from models.screening import Screening
from models.tasks import TaskSource
from models.units import Unit
from views.base.forms import carry_out, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.intake.changes import versions_of
from views.screening.red_lines import marked

SHOWN_OF_A_REQUEST = ("id", "title", "state", "deadline", "department__id", "department__name")
"""What the queue shows of a request: not its texts."""


async def queue(request: Request) -> Response:
    """What waits to be read, or requests in another state, newest first."""
    viewer, query = request.state.viewer, request.query_params
    wanted = RequestFilter(state=query.get("state", "pending_review"), text=query.get("q", ""))
    at_desk = viewer.desk("township_id", *DESK)
    rows = wanted.among(WorkRequest.visible_to(viewer).filter(at_desk))
    shown = await paged(request, rows.select_related("department").only(*SHOWN_OF_A_REQUEST))
    return page(request, "screening/list.html", shown=shown, wanted=wanted, states=STATES)


async def show(request: Request) -> Response:
    """A request beside the matter it names, with what the ranker thinks, for a person to decide."""
    viewer = request.state.viewer
    asked = await WorkRequest.find(viewer, request.path_params["id"])
    verdicts = await Screening.visible_to(viewer).filter(request=asked).order_by("id")
    await note_versions(asked)
    await note_words(viewer, asked)
    offices = await Unit.visible_to(viewer).filter(parent=asked.township, level="department", ended_on=None)
    return page(
        request,
        "screening/show.html",
        asked=asked,
        body=marked(asked.body, await screening.marks_in(asked.body, asked.township.path)),
        verdicts=verdicts,
        advice=_advice(verdicts),
        demands=await Demand.filter(code__in=asked.demands).order_by("position"),
        labels={one.code: one.label for one in await Demand.filter(code__in=list(asked.unticked))},
        offices=[(office.pk, office.name) for office in offices],
        files=await RequestFile.filter(request=asked).select_related("file"),
        screening=screening,
        versions=await versions_of(viewer, asked),
        fields=await _fields(viewer, asked),
        in_words=await intake.request_in_words(viewer, asked) if asked.state in intake.TOLD_IN else [],
        alike=await intake.overlaps(viewer, asked),
        candidates=await _candidates(viewer, asked, verdicts),
        instead=_instead(request, verdicts),
        named=[row.unit.name for row in await _named(asked)],
        heavy=await _heavy(asked),
        taken=await TaskSource.filter(request=asked).exclude(task__state="withdrawn").first(),
    )


async def _named(asked: WorkRequest) -> list[RequestUnit]:
    """The places the asker named, none where the whole township is asked."""
    return await RequestUnit.filter(request=asked).order_by("unit__path").select_related("unit")


async def _heavy(asked: WorkRequest) -> list[str]:
    """The villages asked that would be above a ceiling with this as well, while it can still be turned away."""
    waits = asked.state == "pending_review" and asked.matter is not None
    return [load.unit.name for load in await tasks.over_if_let_in(asked)] if waits else []


async def _fields(viewer: Viewer, asked: WorkRequest) -> FieldReport | None:
    """How much of what is wanted is on file, for those who may read it."""
    if not intake.reads_values(viewer, asked.township.path):
        return None
    return await intake.fields_of(viewer, asked, others=False)


async def _candidates(viewer: Viewer, asked: WorkRequest, verdicts: list[Screening]) -> list[tuple[int, str]]:
    """Matters a leader may file an exception under: those nearest to the words, unless it is forbidden."""
    if asked.state != "rejected" or not verdicts or verdicts[-1].verdict == "forbidden":
        return []
    codes = [one["code"] for one in _advice(verdicts)["nearest"]] + [asked.matter_code]
    held = await list_in_force(asked.township.path)
    rows = Matter.visible_to(viewer).filter(list_id=held.pk if held else 0, code__in=codes)
    return [(one.pk, f"{one.title}（{one.code}）") for one in await rows if one.demandable]


def _instead(request: Request, verdicts: list[Screening]) -> str:
    """The refusal a reader starts from after choosing the matter that is meant instead."""
    code = request.query_params.get("instead", "")
    meant = next((one for one in _advice(verdicts)["nearest"] if one["code"] == code), None)
    return f"这件事像是清单事项“{meant['title']}”（{code}），请按该事项重新提出。" if meant else ""


def _advice(verdicts: list[Screening]) -> dict[str, Any]:
    """What the ranker said when the request was last screened: near matters and near prohibitions."""
    automatic = [one for one in verdicts if one.kind == "automatic"]
    last = json.loads(automatic[-1].inputs) if automatic else {}
    return {"nearest": last.get("nearest", []), "prohibitions": last.get("prohibitions", [])}


@shown_again(show)
async def admit(request: Request) -> Response:
    asked = await WorkRequest.find(request.state.viewer, request.path_params["id"])
    verdict = await carry_out(request, screening.admit, asked)
    return done(request, at=f"/screening/{asked.pk}", say=f"已过筛，编码 {verdict.code}。")


routes = [
    Route("/screening", queue),
    Route("/screening/{id:int}", show),
    Route("/screening/{id:int}/admit", admit, methods=["POST"]),
    FormsOn(RowOf(WorkRequest), show, at="/screening/{id:int}", back="/screening")(
        "reject", screening.reject, "已驳回，申请部门会看到理由。"
    ),
    FormsOn(RowOf(WorkRequest), show, at="/screening/{id:int}")(
        "reroute", screening.reroute, "已转办线办理。"
    ),
]
