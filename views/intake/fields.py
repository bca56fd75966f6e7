"""What of the wanted data is on file already: the report on a request or a task, and each field down to the village."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import intake, tasks
from models.base.clock import today
from models.base.refusals import NotAllowed, NotFound
from models.intake import Field, FieldReport
from models.requests import WorkRequest
from models.tasks import Task, TaskSource, TaskUnit
from models.units import Unit
from views.base.pages import page
from views.base.paging import Shown, paged


@dataclass(frozen=True)
class About:
    """What a report is about, and where one comes from."""

    title: str
    at: str
    fields_at: str
    report: FieldReport


async def _request(request: Request) -> About:
    viewer = request.state.viewer
    asked = await WorkRequest.find(viewer, request.path_params["id"])
    _must_read_values(request, asked.township)
    report = await intake.fields_of(viewer, asked)
    return About(asked.title, f"/screening/{asked.pk}", f"/requests/{asked.pk}/fields", report)


async def _task(request: Request) -> About:
    viewer = request.state.viewer
    task = await Task.find(viewer, request.path_params["id"])
    _must_read_values(request, task.township)
    planned = await TaskUnit.visible_to(viewer).filter(task=task).select_related("unit")
    sources = await TaskSource.visible_to(viewer).filter(task=task).select_related("request")
    requests = [source.request for source in sources]
    report = await tasks.fields_of_task(viewer, task, planned, requests, others=True)
    return About(task.title, f"/tasks/{task.pk}", f"/tasks/{task.pk}/fields", report)


def _must_read_values(request: Request, township: Unit) -> None:
    if not intake.reads_values(request.state.viewer, township.path):
        raise NotAllowed("数据底册由镇街和县里查看；提出单位请看过筛结论。")


def _report(of: Callable[[Request], Awaitable[About]]) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        """Every field with how many villages hold it, how old it is and who else asks for it."""
        about = await of(request)
        names = {unit.pk: unit.name for unit in about.report.villages}
        return page(
            request,
            "intake/fields/show.html",
            about=about,
            report=about.report,
            names=names,
            today=today(),
            most=intake.OTHERS,
        )

    return show


def _one_field(of: Callable[[Request], Awaitable[About]]) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        """One field village by village: the value, its day and where it came from."""
        about = await of(request)
        field = _field(about.report, request.path_params["code"])
        numbers = [unit.pk for unit in about.report.villages]
        rows = Unit.visible_to(request.state.viewer).filter(id__in=numbers)
        shown: Shown[Unit] = await paged(request, rows, by=("path",))
        values = {value.unit_id: value for value in field.values}
        here = [values[unit.pk] for unit in shown.rows if unit.pk in values]
        sources = await tasks.sources_of(request.state.viewer, here)
        return page(
            request,
            "intake/fields/one.html",
            about=about,
            field=field,
            shown=shown,
            values=values,
            sources=sources,
            today=today(),
        )

    return show


def _field(report: FieldReport, code: str) -> Field:
    found = next((field for field in report.fields if field.code == code and field.element), None)
    if found is None:
        raise NotFound("没有找到这个数据项。")
    return found


routes = [
    Route("/requests/{id:int}/fields", _report(_request)),
    Route("/requests/{id:int}/fields/{code:path}", _one_field(_request)),
    Route("/tasks/{id:int}/fields", _report(_task)),
    Route("/tasks/{id:int}/fields/{code:path}", _one_field(_task)),
]
