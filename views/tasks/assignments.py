"""The village's task: receive, report; and the township's review of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import points, tasks
from models.base.decision_pages import note_to_decide
from models.base.refusals import Invalid
from models.base.signatures import note_words
from models.base.viewer import Viewer, subtree
from models.people import Post, in_force
from models.people.roles import DOERS, REVIEWERS
from models.registry.reasons import REASONS
from models.tasks import Assignment, Extension, Message, Objection, Report, files_of, values_of
from views.base.bodies import takes_files
from views.base.forms import View, carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.verbs import FormsOn, RowOf
from views.points.commendations import praise_of

MOST = 50


async def show(request: Request) -> Response:
    """What to do, by when, whom to call; one main action."""
    viewer = request.state.viewer
    assignment = await Assignment.find(viewer, request.path_params["id"])
    await note_to_decide(viewer, [assignment], tasks.accept)
    await note_words(viewer, assignment.task)
    reports = await Report.visible_to(viewer).filter(assignment=assignment).order_by("-round")
    files = await files_of(viewer, [report.pk for report in reports])
    values = await values_of(viewer, [report.pk for report in reports])
    at_desk = viewer.is_a(*REVIEWERS, at=assignment.task.township.path)
    sender = await Post.get(pk=assignment.task.drafted_by_id).select_related("person", "unit")
    return page(
        request,
        "tasks/assignments/show.html",
        assignment=assignment,
        task=assignment.task,
        matter=assignment.task.matter,
        reports=reports,
        files=files,
        values=values,
        reasons=list(REASONS.items()),
        sender=sender,
        call=(await tasks.to_call(viewer, [assignment])).get(assignment.pk) if at_desk else None,
        at_desk=at_desk,
        tasks=tasks,
        form=await tasks.form_of(viewer, assignment),
        changed=await tasks.changes_of(viewer, assignment.task_id),
        kinds=list(tasks.OBJECTION_KINDS.items()),
        **await _beside(viewer, assignment),
        **await praise_of(viewer, assignment),
    )


async def _beside(viewer: Viewer, assignment: Assignment) -> dict[str, Any]:
    """Objections, extensions, talk, and who else in the village could do it."""
    await assignment.fetch_related("handed_to__person")
    objections = Objection.visible_to(viewer).filter(assignment=assignment).order_by("-id")
    extensions = Extension.visible_to(viewer).filter(assignment=assignment).order_by("-id")
    messages = Message.visible_to(viewer).filter(assignment=assignment).order_by("-id").limit(MOST)
    told = await messages.select_related("by__person", "by__unit")
    objected = await objections.prefetch_related(*Objection.judged_with)
    extended = await extensions.prefetch_related(*Extension.judged_with)
    await note_to_decide(viewer, objected, tasks.answer_objection, tasks.answer_appeal)
    await note_to_decide(viewer, extended, tasks.answer_extension)
    return {
        "objections": objected,
        "objectable": not objected or await tasks.is_worded_anew(assignment),
        "extensions": extended,
        "messages": told[::-1],
        "colleagues": await _colleagues(assignment) if tasks.hand_to.allows(viewer, assignment) else [],
    }


async def _colleagues(assignment: Assignment) -> list[tuple[int, str]]:
    posts = Post.filter(in_force(), subtree("unit__path", assignment.unit.path), role__in=DOERS)
    rows = await posts.order_by("id").limit(MOST).select_related("person")
    return [(post.pk, f"{post.person.name}（{post.title or post.role_label}）") for post in rows]


def _seen_again(record: type[Objection] | type[Extension]) -> View:
    """The assignment's page, on which an objection or a request for time is answered."""

    async def again(request: Request) -> Response:
        found = await record.find(request.state.viewer, request.path_params["id"])
        request.path_params["id"] = found.assignment_id
        return await show(request)

    return again


@shown_again(show)
async def report(request: Request) -> Response:
    """The report of a village: its fields stand on the page under the codes of their elements, the command takes lists."""
    viewer = request.state.viewer
    assignment = await Assignment.find(viewer, request.path_params["id"])
    tasks.report.must_be_let(viewer, assignment)
    form = await form_of(request)
    codes = [str(code) for code in form.getlist("field")]
    typed = {name: [str(form.get(f"{name}.{code}", "")) for code in codes] for name in ("figures", "reasons")}
    try:
        await carry_out(request, tasks.report, assignment, elements=codes, **typed)
    except Invalid as no:
        for one in (no, *no.beside):
            one.field = _on_the_page(one.field, codes)
        raise
    return done(request, at=f"/assignments/{assignment.pk}", say="反馈已提交，等镇街审核。")


def _on_the_page(field: str | None, codes: Sequence[str]) -> str | None:
    """The name of a field on the page: of the third figure, "figures.2" for the command, that of its element."""
    name, _, place = (field or "").partition(".")
    return f"{name}.{codes[int(place)]}" if place.isdecimal() and int(place) < len(codes) else field


BACK = "/assignments/{row.assignment_id}"
on_objection = FormsOn(RowOf(Objection), _seen_again(Objection), at="/objections/{id:int}", back=BACK)
on_extension = FormsOn(RowOf(Extension), _seen_again(Extension), at="/extensions/{id:int}", back=BACK)
form_on = FormsOn(RowOf(Assignment), show, at="/assignments/{id:int}")
routes = [
    Route("/assignments/{id:int}", show),
    form_on("receive", tasks.receive, "已签收。"),
    Route("/assignments/{id:int}/report", takes_files(report), methods=["POST"]),
    form_on("take-back", tasks.take_back_report, "反馈已撤回，改好再提交。"),
    form_on("accept", tasks.accept, "已通过。"),
    form_on("return", tasks.return_report, "已退回补正。"),
    form_on("hand", tasks.hand_to, "已交办。"),
    form_on("extensions", tasks.ask_for_time, "已申请，等镇街答复。"),
    form_on("objections", tasks.object_to, "异议已提出，答复前不计时。"),
    form_on("suspend", tasks.suspend, "已中止。"),
    form_on("resume", tasks.resume, "已恢复办理。"),
    form_on("messages", tasks.say, "已发出。"),
    form_on("praise", points.praise, "已表扬。"),
    form_on("urge", tasks.urge, "已提醒。"),
    on_objection("answer", tasks.answer_objection, "已答复。"),
    on_objection("appeal", tasks.appeal, "已上诉。"),
    on_objection("answer-appeal", tasks.answer_appeal, "已答复上诉。"),
    on_objection("take-back", tasks.take_back_objection, "异议已撤回。"),
    on_extension("take-back", tasks.take_back_extension, "延期申请已撤回。"),
    on_extension("answer", tasks.answer_extension, "已答复。"),
]
