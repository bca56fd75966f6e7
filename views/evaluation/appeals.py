"""Appeals against the index (评价申诉): written in the village, decided by somebody else by a day, published to the county."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import evaluation, points
from models.base.decision_pages import note_to_decide
from models.base.records import row_number
from models.base.refusals import Invalid, NotFound
from models.base.viewer import Viewer
from models.evaluation import Adjustment, Appeal
from models.people import Post
from models.points import PointEntry
from models.schemes import VillageIndex
from views.base.forms import carry_out, form_of, remember, shown_again
from views.base.pages import done, page
from views.base.paging import paged

DECISIONS = [("upheld", "申诉成立"), ("dismissed", "申诉不成立")]
SHOWN = ("score__unit", "score__period")


async def listing(request: Request) -> Response:
    """What was decided in the county, and apart from it one's own and those one is to answer."""
    viewer = request.state.viewer
    own = request.query_params.get("show") == "own"
    rows = Appeal.visible_to(viewer) if own else evaluation.decided(viewer)
    shown = await paged(request, rows.select_related(*SHOWN))
    return page(request, "evaluation/appeals/list.html", shown=shown, own=own)


async def new(request: Request) -> Response:
    """A short form: against the index as a whole, or against one line of it."""
    score = await _score(request)
    evaluation.appeal.judge(request.state.viewer, score)
    entry = await _entry(request)
    return page(
        request,
        "evaluation/appeals/new.html",
        score=score,
        entry=entry,
        about=await points.abouts(request.state.viewer, [entry]) if entry else {},
    )


def _named(request: Request, name: str) -> str:
    """A number from the address, or from the form that was refused."""
    typed = getattr(request.state, "typed", {}).get(name) or [""]
    return request.query_params.get(name, "") or str(typed[0])


async def _score(request: Request) -> VillageIndex:
    return await VillageIndex.find(request.state.viewer, _named(request, "index"))


async def _entry(request: Request) -> PointEntry | None:
    number = _named(request, "entry")
    return await PointEntry.find(request.state.viewer, number) if number else None


@shown_again(new)
async def make(request: Request) -> Response:
    form = await form_of(request)
    remember(request, form)
    score = await VillageIndex.find(request.state.viewer, form.get("index", ""))
    made = await carry_out(request, evaluation.appeal, score)
    return done(request, at=f"/appeals/{made.pk}", say="申诉已提交，答复后会告诉您，结果在全县公布。")


async def show(request: Request) -> Response:
    """One appeal: for those it concerns with its words and clock, for the county as it was decided."""
    viewer = request.state.viewer
    appeal = await _whole(viewer, request.path_params["id"])
    whole = appeal is not None
    if appeal is None:
        appeal = await _published(viewer, request.path_params["id"])
    await note_to_decide(viewer, [appeal], evaluation.answer_appeal)
    people = Post.filter(id__in=[appeal.made_by_id, appeal.answered_by_id or 0])
    posts = {post.pk: post for post in await people.select_related("person", "unit")}
    entry = appeal.entry if whole else None
    return page(
        request,
        "evaluation/appeals/show.html",
        appeal=appeal,
        whole=whole,
        evaluation=evaluation,
        maker=posts[appeal.made_by_id],
        answerer=posts.get(appeal.answered_by_id or 0),
        entry=entry,
        about=await points.abouts(viewer, [entry]) if entry else {},
        corrected=await _corrected(appeal) if appeal.state == "upheld" else None,
        adjustments=await _adjustments(appeal) if appeal.state == "upheld" else [],
        decisions=DECISIONS,
        shown_points=points.shown_points,
    )


async def _whole(viewer: Viewer, number: object) -> Appeal | None:
    rows = Appeal.visible_to(viewer).filter(pk=row_number(number))
    return await rows.prefetch_related(*Appeal.judged_with).first()


async def _published(viewer: Viewer, number: object) -> Appeal:
    rows = evaluation.decided(viewer).filter(pk=row_number(number))
    appeal = await rows.prefetch_related(*Appeal.judged_with).first()
    if appeal is None:
        raise NotFound(f"没有找到这个{Appeal.called}。")
    return appeal


async def _corrected(appeal: Appeal) -> PointEntry | None:
    """The dated entry by which an accepted appeal gave back what was wanting."""
    if appeal.entry_id is None:
        return None
    return await PointEntry.filter(reverses_id=appeal.entry_id).first()


async def _adjustments(appeal: Appeal) -> list[Adjustment]:
    """What it would have changed in periods that are closed."""
    if appeal.entry_id is None:
        return []
    rows = Adjustment.filter(entry__reverses_id=appeal.entry_id).order_by("id")
    return await rows.select_related("score__period")


@shown_again(show)
async def answer(request: Request) -> Response:
    appeal = await Appeal.find(request.state.viewer, request.path_params["id"])
    form = await form_of(request)
    remember(request, form)
    decision = str(form.get("decision", ""))
    if decision not in dict(DECISIONS):
        raise Invalid("请选择申诉成立还是不成立。", field="decision")
    await carry_out(request, evaluation.answer_appeal, appeal, upheld=decision == "upheld")
    return done(request, at=f"/appeals/{appeal.pk}", say="已答复，结果在全县公布。")


routes: list[Any] = [
    Route("/appeals", listing),
    Route("/appeals", make, methods=["POST"]),
    Route("/appeals/new", new),
    Route("/appeals/{id:int}", show),
    Route("/appeals/{id:int}/answer", answer, methods=["POST"]),
]
