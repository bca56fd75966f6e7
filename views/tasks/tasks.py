"""The township's tasks: drafting, approval, dispatch and the villages' table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import tasks
from models.base.clock import today
from models.base.decision_pages import note_to_decide
from models.base.records import row_number
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.files import File
from models.intake import FieldReport, InWords, asked_in_words, reads_values, wanted_codes
from models.people import Post
from models.people.roles import REVIEWERS
from models.requests import WorkRequest
from models.requests.records import ABOVE_VILLAGES
from models.tasks import (
    BEFORE_RELEASE,
    Assignment,
    AssignmentFilter,
    Participant,
    Report,
    ReportValue,
    Task,
    TaskFilter,
    TaskSource,
    TaskUnit,
    TaskVersion,
    files_of,
    values_of,
)
from models.tasks.deadlines import proposed_due
from models.tasks.merging import ADMITTING
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.tasks.preparation import asked_once, beside, mergeable, signed
from views.tasks.village_choice import choosing, meant, named_by

SHOWN_OF_A_TASK = ("id", "title", "state", "due_at", "matter__id", "matter__title")
"""What the list shows of a task: not its texts."""


async def listing(request: Request) -> Response:
    """Tasks for the township and those above; a village sees its assignments."""
    viewer = request.state.viewer
    if any(hat.unit_level in ABOVE_VILLAGES | {"department"} for hat in viewer.hats):
        return await _tasks(request, viewer)
    query = request.query_params
    wanted = AssignmentFilter(state=query.get("state", ""), text=query.get("q", ""))
    rows = wanted.among(Assignment.visible_to(viewer)).select_related("task", "unit")
    shown = await paged(request, rows)
    return page(
        request, "tasks/assignments/list.html", shown=shown, wanted=wanted, states=tasks.ASSIGNMENT_STATES
    )


async def _tasks(request: Request, viewer: Viewer) -> Response:
    query = request.query_params
    wanted = TaskFilter(state=query.get("state", ""), text=query.get("q", ""))
    rows = wanted.among(Task.visible_to(viewer)).select_related("matter").only(*SHOWN_OF_A_TASK)
    shown = await paged(request, rows)
    return page(request, "tasks/list.html", shown=shown, wanted=wanted, states=tasks.TASK_STATES)


async def new(request: Request) -> Response:
    """The draft form for admitted requests, with others under the same matter to merge."""
    chosen = await _chosen(request)
    first = chosen[0]
    waiting = await mergeable(request.state.viewer, first.township.pk, first.matter_id)
    matter = first.matter
    assert matter is not None  # what was let in was let in under a matter
    named = await named_by(chosen)
    plans = await _plans(first.township, named)
    lacking = await tasks.still_lacking(chosen, matter.form, named)
    return page(
        request,
        "tasks/new.html",
        chosen=chosen,
        others=[row for row in waiting if row not in chosen],
        township=first.township,
        due=await proposed_due(first.township.path, matter, [row.deadline for row in chosen]),
        wanted=min(row.deadline for row in chosen),
        matter=matter,
        earliest=today(),
        chosen_villages={unit.pk for unit in lacking},
        spared=len(named) - len(lacking),
        in_words=await _in_words(chosen, matter.form, named),
        whole=len(lacking) == len(plans["villages"]),
        **plans,
    )


async def _in_words(
    chosen: Sequence[WorkRequest], form: Sequence[str], named: Sequence[Unit]
) -> list[InWords]:
    """Data that the words of these requests ask for and that nobody ticked."""
    text = "\n".join(f"{one.title}\n{one.body}" for one in chosen)
    return await asked_in_words(text, wanted_codes(chosen, form), named, near=True)


async def _chosen(request: Request) -> list[WorkRequest]:
    sent = (await form_of(request)).getlist("requests") if request.method == "POST" else None
    named = (
        [str(one) for one in sent]
        if sent is not None
        else request.query_params.get("requests", "").split(",")
    )
    numbers = [number for one in named if (number := row_number(one)) is not None][:50]
    rows = WorkRequest.visible_to(request.state.viewer).filter(pk__in=numbers, state__in=ADMITTING)
    found = await rows.select_related("township", "department", "matter").order_by("id")
    if not found:
        raise Invalid("请先选择已过筛的申请。", field="requests")
    return found


async def _offices(township: Unit) -> list[tuple[int, str]]:
    rows = Unit.filter(parent=township, level="department", ended_on=None)
    return [(unit.pk, unit.name) for unit in await rows.order_by("path")]


@shown_again(new)
async def draft(request: Request) -> Response:
    chosen = await _chosen(request)
    township = chosen[0].township
    task = await carry_out(request, tasks.draft, township, **await meant(request, township))
    return done(request, at=f"/tasks/{task.pk}", say="任务已起草，请核对后提交审批。")


async def show(request: Request) -> Response:
    """A task with everything the township decides about it, and each village's state and words."""
    viewer = request.state.viewer
    task = await Task.find(viewer, request.path_params["id"])
    words = await signed(
        viewer, task
    )  # First of all: what is read below is then never older than its version.
    await task.fetch_related("lead_office")
    sources = await TaskSource.visible_to(viewer).filter(task=task).select_related("request__department")
    planned = (
        await TaskUnit.visible_to(viewer).filter(task=task).order_by("unit__path").select_related("unit")
    )
    change = await _change(viewer, task)
    fields = await _fields(viewer, task, planned, sources)
    rows = await _rows(viewer, task)
    return page(
        request,
        "tasks/show.html",
        task=task,
        tasks=tasks,
        sources=sources,
        planned=planned,
        rows=rows,
        all="all" in request.query_params,
        earliest=today(),
        amended=_amended(task, sources),
        progress=(await tasks.progress_of(viewer, [task.pk])).get(task.pk) if rows else None,
        fields=fields,
        **asked_once(fields, sources),
        **change,
        **await beside(viewer, task, change["change"]),
        **words,
        **(
            await _plans(task.township, await _about(task, sources))
            if tasks.revise.allows(viewer, task)
            else {}
        ),
    )


async def _fields(
    viewer: Viewer, task: Task, planned: list[TaskUnit], sources: list[TaskSource]
) -> FieldReport | None:
    """How much of what is wanted is on file, told until the task is out to those who may read it."""
    if task.state not in BEFORE_RELEASE or not reads_values(viewer, task.township.path):
        return None
    return await tasks.fields_of_task(viewer, task, planned, [one.request for one in sources], others=False)


async def _change(viewer: Viewer, task: Task) -> dict[str, Any]:
    """The change that waits for a leader, with what it would change, for those who may know of it."""
    waiting = TaskVersion.visible_to(viewer).filter(task=task, state="proposed")
    change = (
        await waiting.first().select_related("drafted_by__person", "drafted_by__unit")
        if task.state == "dispatched"
        else None
    )
    if change is None:
        return {"change": None}
    return {"change": change, "told": await tasks.changes(await tasks.latest_version(task.pk), change)}


def _amended(task: Task, sources: list[TaskSource]) -> list[WorkRequest]:
    """Requests whose words changed after the task went out."""
    since = task.dispatched_at
    changed = [source.request for source in sources if source.request.amended_at]
    return [one for one in changed if since and one.amended_at and one.amended_at > since]


async def _about(task: Task, sources: list[TaskSource]) -> list[Unit]:
    """The places its requests name."""
    for source in sources:
        source.request.township = task.township
    return await named_by([source.request for source in sources])


async def _plans(township: Unit, named: Sequence[Unit]) -> dict[str, Any]:
    """What a draft chooses from."""
    return {
        **await choosing(township, named),
        "offices": await _offices(township),
        "repeats": list(tasks.REPEATS.items()),
    }


async def _rows(viewer: Viewer, task: Task) -> list[dict[str, Any]]:
    """Each village's assignment with its last report, what came with it, and for the desk whom to call: a fixed number of statements, however many."""
    assignments = Assignment.visible_to(viewer).filter(task=task).order_by("unit__path")
    rows = await assignments.select_related("unit", "task__township")
    if not rows:
        return []
    await note_to_decide(viewer, rows, tasks.accept)
    reports = (
        await Report.visible_to(viewer).filter(assignment__task=task, taken_back_at=None).order_by("round")
    )
    last = {int(report.assignment_id): report for report in reports}
    files = await files_of(viewer, [report.pk for report in last.values()])
    at_desk = viewer.is_a(*REVIEWERS, at=task.township.path)
    calls = (
        await tasks.to_call(viewer, [r for r in rows if r.state in tasks.WITH_THE_VILLAGE]) if at_desk else {}
    )
    values = await values_of(viewer, [report.pk for report in last.values()])
    return [_told(row, last.get(row.pk), files, values, calls) for row in rows]


def _told(
    row: Assignment,
    report: Report | None,
    files: dict[int, list[File]],
    values: dict[int, list[ReportValue]],
    calls: dict[int, Post],
) -> dict[str, Any]:
    number = report.pk if report else 0
    came_with = {"files": files.get(number, []), "figures": values.get(number, [])}
    return {"row": row, "report": report, "call": calls.get(row.pk), **came_with}


@shown_again(show)
async def revise(request: Request) -> Response:
    task = await Task.find(request.state.viewer, request.path_params["id"])
    await carry_out(request, tasks.revise, task, **await meant(request, task.township))
    return done(request, at=f"/tasks/{task.pk}", say="已修改。")


of_one = FormsOn(RowOf(Participant, "participant"), show, at="/tasks/{id:int}")
form = FormsOn(RowOf(Task), show, at="/tasks/{id:int}")
routes = [
    Route("/tasks", listing),
    Route("/tasks", draft, methods=["POST"]),
    Route("/tasks/new", new),
    Route("/tasks/{id:int}", show),
    Route("/tasks/{id:int}/revise", revise, methods=["POST"]),
    form("submit", tasks.submit_for_approval, "已提交审批。"),
    form("approve", tasks.approve, "已批准，等统筹员下派。"),
    form("send-back", tasks.send_back, "已退回起草人。"),
    form("dispatch", tasks.dispatch, "已下派到村。"),
    form("urge", tasks.urge_all, "已提醒还没反馈的村社。"),
    form("withdraw", tasks.withdraw, "已撤回。"),
    form("merge", tasks.merge, "已并入。"),
    form("unmerge", tasks.unmerge, "已拆出，可以另行处理。"),
    form("overload", tasks.sign_overload, "理由已签署并公开。"),
    form("ask-anew", tasks.ask_anew, "已签批，并计入提出单位。"),
    form("spare", tasks.spare_villages, "已去掉数据齐全的村社。"),
    form("discussions", tasks.record_discussion, "集体讨论已记录。"),
    form("approve-afterwards", tasks.approve_afterwards, "已补批。"),
    of_one("participants/{participant:int}", tasks.confirm_discussion, "已确认。"),
]
