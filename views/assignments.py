"""The village's task: receive, report; and the township's review of it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import tasks
from models.base.commands import Command
from models.files import ReportFile
from models.people import Post
from models.tasks import Assignment, Report
from views.base.forms import carry_out, shown_again
from views.base.pages import done, page


async def show(request: Request) -> Response:
    """What to do, by when, whom to call; one main action."""
    viewer = request.state.viewer
    assignment = await Assignment.find(viewer, request.path_params["id"])
    reports = await Report.visible_to(viewer).filter(assignment=assignment).order_by("-round")
    files = await ReportFile.filter(report_id__in=[report.pk for report in reports]).select_related("file")
    sender = await Post.get(pk=assignment.task.drafted_by_id).select_related("person")  # type: ignore[attr-defined]
    return page(
        request,
        "assignments/show.html",
        assignment=assignment,
        task=assignment.task,
        matter=assignment.task.matter,
        reports=reports,
        files={report.pk: [one.file for one in files if one.report_id == report.pk] for report in reports},  # type: ignore[attr-defined]
        sender=sender,
        tasks=tasks,
    )


def _verb(command: Command[Any, Any, Any], said: str) -> Any:
    """A form that carries out one command on the assignment and comes back to its page."""

    @shown_again(show)
    async def act(request: Request) -> Response:
        assignment = await Assignment.find(request.state.viewer, request.path_params["id"])
        await carry_out(request, command, assignment)
        return done(request, at=f"/assignments/{assignment.pk}", say=said)

    return act


routes = [
    Route("/assignments/{id:int}", show),
    Route("/assignments/{id:int}/receive", _verb(tasks.receive, "已签收。"), methods=["POST"]),
    Route("/assignments/{id:int}/report", _verb(tasks.report, "反馈已提交，等镇街审核。"), methods=["POST"]),
    Route("/assignments/{id:int}/accept", _verb(tasks.accept, "已通过。"), methods=["POST"]),
    Route("/assignments/{id:int}/return", _verb(tasks.return_report, "已退回补正。"), methods=["POST"]),
]
