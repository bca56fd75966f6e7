"""减负投诉建议: told in one tap from every page, over the dispatcher's head; what came of it, and the figures of all."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import complaints
from models.base.decision_pages import note_to_decide
from models.base.refusals import Invalid, NotAllowed
from models.base.signatures import note_words
from models.base.viewer import Viewer
from models.complaints import Complaint, ComplaintFilter, PublishedAnswer, PublishedFilter
from models.complaints.route import FROM_BELOW, way_of
from models.people import Post
from models.tasks import Task
from models.units import Unit
from views.base.forms import carry_out, form_of, read_form, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.trail import steps_of

FOUND_BY = {"open": "待答复", "answered": "已答复", "closed": "已办结", "withdrawn": "已撤回"}


async def listing(request: Request) -> Response:
    """What comes to the viewer's desk or, for everybody else, what they have signed themselves."""
    viewer, query = request.state.viewer, request.query_params
    wanted = ComplaintFilter(
        state=query.get("state", ""),
        topic=query.get("topic", ""),
        overdue="late" in query,
        text=query.get("q", ""),
    )
    rows = wanted.among(Complaint.visible_to(viewer)).select_related("unit", "township")
    return page(
        request,
        "complaints/list.html",
        shown=await paged(request, rows),
        wanted=wanted,
        states=FOUND_BY,
        answers=complaints.answers_complaints(viewer),
    )


async def new(request: Request) -> Response:
    """The form, with the task or page it was opened from, and who will read it."""
    viewer: Viewer = request.state.viewer
    if not viewer.hats:
        raise NotAllowed("您现在没有任职，不能提出。")
    about, hat = await _about(request), viewer.hats[0]
    task = await complaints.task_of_page(viewer, about)
    way = await way_of(hat, task)
    await note_words(viewer, *([task] if task else []))
    return page(
        request,
        "complaints/new.html",
        places=list({hat.unit_id: hat.unit_name for hat in viewer.hats}.items()),
        hidden_from="镇街" if hat.unit_level in FROM_BELOW else "县里",
        addressee=await Unit.get(pk=way.addressee),
        home=await Unit.get(pk=way.without_the_village),
        task=task,
        named=task is None or await complaints.tells_nobody(task),
        about=about,
        kinds=list(complaints.KINDS.items()),
        topics=list(complaints.TOPICS.items()),
        due_on=way.due_on,
    )


async def _about(request: Request) -> str:
    """The page it was opened from, kept by the form when it is shown again."""
    given = request.query_params.get("about", "")
    if request.method == "POST":
        given = str((await form_of(request)).get("page", ""))
    return complaints.plain_page(given)


@shown_again(new)
async def tell(request: Request) -> Response:
    """With a name it has a page of its own; without, the code is on this one answer and nowhere else."""
    viewer, form = request.state.viewer, await form_of(request)
    details = await read_form(request, complaints.complain)
    if form.get("signed") not in {"1", "0"}:
        raise Invalid("请选择署名还是不署名。", field="signed")
    unit = await Unit.find(viewer, form.get("unit", ""))
    if form.get("signed") == "1":
        made = await carry_out(request, complaints.complain, unit)
        return done(request, at=f"/complaints/{made.pk}", say="已提出，镇街看不到。")
    slip = await complaints.tell_unnamed(viewer, unit, str(form.get("key", "")), **details)
    return page(request, "complaints/slip.html", slip=slip)


async def show(request: Request) -> Response:
    """One complaint: what it says, who answers until when, the answer, and the next step."""
    viewer = request.state.viewer
    complaint = await Complaint.find(viewer, request.path_params["id"])
    await note_to_decide(viewer, [complaint], complaints.answer)
    task = await Task.visible_to(viewer).filter(pk=complaint.task_id or 0).first()
    await note_words(viewer, *([task] if task else []))
    people = Post.filter(id__in=[complaint.made_by_id or 0, complaint.answered_by_id or 0])
    posts = {post.pk: post for post in await people.select_related("person", "unit")}
    return page(
        request,
        "complaints/show.html",
        complaint=complaint,
        complaints=complaints,
        maker=posts.get(complaint.made_by_id or 0),
        answerer=posts.get(complaint.answered_by_id or 0),
        task=task,
        published=await PublishedAnswer.get_or_none(complaint=complaint),
        steps=await steps_of(viewer, complaint),
        outcomes=list(complaints.OUTCOMES.items()),
    )


async def published(request: Request) -> Response:
    """The answers for everybody of the county, newest first."""
    viewer, query = request.state.viewer, request.query_params
    wanted = PublishedFilter(
        topic=query.get("topic", ""), outcome=query.get("outcome", ""), text=query.get("q", "")
    )
    shown = await paged(request, wanted.among(PublishedAnswer.visible_to(viewer)).select_related("county"))
    return page(
        request,
        "complaints/published.html",
        shown=shown,
        wanted=wanted,
        townships=await complaints.nameable(shown.rows),
        outcomes=complaints.OUTCOMES,
    )


async def figures(request: Request) -> Response:
    """The last twelve months in numbers, for the viewer's county or one of those below."""
    viewer, at = request.state.viewer, request.query_params.get("at", "")
    county = await Unit.find(viewer, at) if at else None
    told = await complaints.statistics(viewer, complaints.last_months(viewer), county)
    return page(
        request,
        "complaints/statistics.html",
        told=told,
        county=county,
        counties=await complaints.counties_below(viewer),
        topics=complaints.TOPICS,
        outcomes=complaints.OUTCOMES,
        answers=complaints.answers_complaints(viewer),
    )


form = FormsOn(RowOf(Complaint), show, at="/complaints/{id:int}")
routes = [
    Route("/complaints", listing),
    Route("/complaints", tell, methods=["POST"]),
    Route("/complaints/new", new),
    Route("/complaints/published", published),
    Route("/complaints/statistics", figures),
    Route("/complaints/{id:int}", show),
    form("answer", complaints.answer, "已答复。"),
    form("settle", complaints.settle, "已办结。"),
    form("reopen", complaints.reopen, "已要求再次答复。"),
    form("withdraw", complaints.withdraw, "已撤回。"),
]
