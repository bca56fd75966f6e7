"""Taking a task's answers away: one table, one archive; and reviewing many villages at once."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models import tasks
from models.base.filenames import safe_name
from models.files import KINDS
from models.tasks import Task, summary
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done
from views.tasks.tasks import show


async def table(request: Request) -> Response:
    """汇总表: a row for each village whose answer the viewer may see."""
    task = await Task.find(request.state.viewer, request.path_params["id"])
    name = safe_name(task.title, "-汇总表.xlsx")
    return Response(
        await summary.table(request.state.viewer, task), media_type=KINDS["xlsx"], headers=_as_download(name)
    )


async def attachments(request: Request) -> Response:
    """The table and all attachments, sent while they are packed."""
    task = await Task.find(request.state.viewer, request.path_params["id"])
    packed = summary.archive(request.state.viewer, task)
    name = safe_name(task.title, "-附件.zip")
    return StreamingResponse(packed, media_type="application/zip", headers=_as_download(name))


def _as_download(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


@shown_again(show)
async def review(request: Request) -> Response:
    """Accept or return every ticked report by one command: all of them or none."""
    task = await Task.find(request.state.viewer, request.path_params["id"])
    form = await form_of(request)
    count = len(set(form.getlist("assignments")))
    at = f"/tasks/{task.pk}"
    if form.get("decision") == "return":
        await carry_out(request, tasks.return_reports, task)
        return done(request, at=at, say=f"已退回 {count} 个村社的反馈。")
    await carry_out(request, tasks.accept_reports, task)
    return done(request, at=at, say=f"已通过 {count} 个村社的反馈。")


routes = [
    Route("/tasks/{id:int}/summary.xlsx", table),
    Route("/tasks/{id:int}/attachments.zip", attachments),
    Route("/tasks/{id:int}/accept", review, methods=["POST"]),
]
