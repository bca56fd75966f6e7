"""The page behind a link of an invitation: two questions for a resident, without account and without scripts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models import surveys
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, Refusal, TooMany
from models.base.text import narrowed
from models.surveys import ANSWERS, SurveyVillage
from views.base.forms import form_of, remember
from views.base.pages import page, status_of
from views.base.transport import address

UNSEEN = {"Cache-Control": "no-store"}
"""No copy of the page or of what was ticked on it stays on a phone that others use too."""


async def typed(request: Request) -> Response:
    """Where to type the letters of a link that cannot be scanned."""
    code = "".join(sign for sign in narrowed(request.query_params.get("code", "")).lower() if sign.isalnum())
    if code:
        return RedirectResponse(f"/s/{code[:40]}", 303, UNSEEN)
    return page(request, "surveys/code.html")


async def show(request: Request) -> Response:
    """The two questions, or why they cannot be answered here."""
    try:
        return _asked(request, await _village(request))
    except (NotFound, NotNow, NotAllowed, TooMany) as no:
        return _refused(request, no)


async def answer(request: Request) -> Response:
    """Count the answer; a link that was used in between reads like any that is of no use."""
    try:
        village = await _village(request)
        return await _counted(request, village)
    except (NotFound, NotNow, NotAllowed, TooMany) as no:
        return _refused(request, no)


async def _counted(request: Request, village: SurveyVillage) -> Response:
    form = await form_of(request)
    remember(request, form)
    try:
        first, second = (_grade(str(form.get(name, "")), name) for name in ("first", "second"))
    except Invalid as no:
        request.state.refusal = no
        return _asked(request, village)
    token, here = request.path_params["token"], address(request.scope)
    await surveys.answer(request.state.viewer, village, token=token, first=first, second=second, address=here)
    return RedirectResponse("/s/thanks", 303, UNSEEN)


async def _village(request: Request) -> SurveyVillage:
    """The village whose round the link opens, unless somebody is signed in here."""
    if request.state.viewer.signed_in:
        raise NotAllowed(surveys.SIGNED_IN)
    token, here = request.path_params["token"], address(request.scope)
    return await surveys.village_of(request.state.viewer, token, here)


def _grade(text: str, name: str) -> int:
    grade = int(text) if text in {str(one) for one in ANSWERS} else 0
    if not grade:
        raise Invalid("两个问题都要选一个答案。", field=name)
    return grade


def _asked(request: Request, village: SurveyVillage) -> Response:
    token = request.path_params["token"]
    shown = page(request, "surveys/answer.html", village=village, token=token, grades=list(ANSWERS.items()))
    shown.headers.update(UNSEEN)
    return shown


def _refused(request: Request, no: Refusal) -> Response:
    shown = page(request, "surveys/gone.html", status=status_of(no), said_no=no)
    shown.headers.update(UNSEEN)
    if isinstance(no, TooMany):
        shown.headers["Retry-After"] = str(no.retry_after)
    return shown


async def thanks(request: Request) -> Response:
    return page(request, "surveys/thanks.html")


routes = [
    Route("/s", typed),
    Route("/s/thanks", thanks),
    Route("/s/{token}", show),
    Route("/s/{token}", answer, methods=["POST"]),
]
