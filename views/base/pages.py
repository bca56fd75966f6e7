"""Showing pages: `page` renders one, `done` ends a form that worked, `refuse` says no in the town's words.

In a view:      return page(request, "tasks/show.html", task=task, tasks=tasks)
After a form:   return done(request, at=f"/tasks/{task.id}", say="已派发。")
In a template:  {% if may(tasks.dispatch, task) %} … {% endif %}
Every template knows: viewer, may, meets, named, duties, header, nav, path, look, flash, refusal, kept; and the filters day, moment, deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.base.commands import Command
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, Refusal, TooMany
from models.base.signatures import void_noted
from models.base.versions import NOTHING_YET, version_noted
from models.base.viewer import Viewer
from models.page_header import PageHeader
from models.people import meets, named, roles
from views.base import flash, words
from views.base.charts import compass, places
from views.base.links import leads_to, looked_at
from views.base.macros import Direct, Shown, as_shown
from views.base.navigation import Entry, entries
from views.base.static import address_of
from views.base.typed_values import NOTHING_TYPED, Kept, form_slug

STATUS: dict[type[Refusal], int] = {NotFound: 404, NotAllowed: 403, NotNow: 409, Invalid: 422, TooMany: 429}

EMPTY_HEADER = PageHeader()
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
templates.context_class, templates.code_generator_class = Direct, Shown
templates.as_shown = as_shown  # type: ignore[attr-defined]  # where what was compiled finds it
templates.filters.update(words.FILTERS)
templates.filters["slug"] = form_slug
templates.globals["duties"] = roles
templates.globals["static"] = address_of
templates.globals["leads_to"] = leads_to
templates.globals["version_of"] = version_noted
templates.globals["nothing_yet"] = NOTHING_YET
templates.globals["compass"] = compass
templates.globals["places"] = places


def menu(nav: tuple[Entry, ...], path: str, look: str) -> Markup:
    """The bar at the top as it looks on this page."""
    here = path if any(entry.href == path for entry in nav) else ""
    return _menu(nav, here, look, looked_at())


@lru_cache(512)
def _menu(nav: tuple[Entry, ...], here: str, look: str, _: str) -> Markup:
    """Every page has it, and few differ: written once for all whose duties, page and look are the same."""
    told = templates.get_template("base/_menu.html").render(nav=nav, path=here, look=look)
    return Markup(told)  # noqa: S704 - a template of ours, escaped as all are


templates.globals["menu"] = menu


def by_htmx(request: Request) -> bool:
    """Whether htmx asks, which wants a piece of the page instead of the page."""
    return request.headers.get("hx-request") == "true"


def page(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """The page (or the piece of one) that a template makes for the person who asked."""
    refusal = getattr(request.state, "refusal", None)
    told = flash.read(request)
    shown = {**_shared(request, refusal, told), **context, "void_words": _void_words(context)}
    content = templates.get_template(name).render(shown)
    response = HTMLResponse(content, status_of(refusal) if refusal else status)
    if told:
        flash.forget(request, response)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _void_words(context: Mapping[str, Any]) -> list[str]:
    """What the page tells above all else: signatures on what it shows that no longer hold. It must have asked for them."""
    told: list[str] = []
    for shown in context.values():
        if isinstance(shown, Record) and shown.signed_by:
            told += void_noted(shown)
        elif isinstance(shown, list):
            told += [said for row in shown if isinstance(row, Record) for said in row.void or ()]
    return list(dict.fromkeys(told))


def _shared(request: Request, refusal: Refusal | None, told: str) -> dict[str, Any]:
    viewer: Viewer = request.state.viewer
    typed: Mapping[str, list[str]] = getattr(request.state, "typed", NOTHING_TYPED)
    return {
        "viewer": viewer,
        "may": may(viewer),
        "meets": partial(meets, viewer),
        "named": partial(named, viewer),
        "watching": getattr(request.state, "watching", None),
        "header": getattr(request.state, "header", EMPTY_HEADER),
        "nav": entries(viewer),
        "path": request.url.path,
        "look": look_of(request),
        "flash": told,
        "refusal": refusal,
        "kept": Kept(request.url.path if request.method == "POST" else "", typed, refusal),
    }


def may(viewer: Viewer) -> Callable[[Command[Any, Any, Any], Any], bool]:
    """`may(command, subject)` for templates: offers a verb by the very rules that would refuse it."""
    return lambda command, subject: command.allows(viewer, subject)


def look_of(request: Request) -> str:
    """The size of 关怀版 this device asked for: "" (off), "1", "2" or "3"."""
    look = request.cookies.get("look", "")
    return look if look in {"1", "2", "3"} else ""


def done(
    request: Request, fragment: str | None = None, *, at: str, say: str = "", **context: Any
) -> Response:
    """End a form that worked: htmx gets the changed piece (if there is one), everybody else goes to `at`.

    `say` is shown there once as the page's status line.
    """
    if by_htmx(request) and fragment is not None:
        return page(request, "base/_piece.html", piece=fragment, said=say, **context)
    return go(request, at, say)


def go(request: Request, at: str, say: str = "") -> Response:
    """Send the browser to another page of this site, with or without htmx."""
    response: Response
    if by_htmx(request):
        response = Response(headers={"HX-Redirect": at})
    else:
        response = RedirectResponse(at, HTTPStatus.SEE_OTHER)
    if say:
        flash.leave(request, response, say)
    return response


def refuse(request: Request, refusal: Exception) -> Response:
    """A refusal nobody caught: its sentence into #refusal for htmx, a page of its own for plain browsers."""
    if not isinstance(refusal, Refusal):
        raise refusal
    status, headers = status_of(refusal), retry(refusal)
    if by_htmx(request):
        headers |= {"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML show:top"}
        response = page(request, "base/_refusal.html", status=status, said_no=refusal)
    else:
        response = page(
            request, "base/refused.html", status=status, said_no=refusal, number="", sign_in=False
        )
    response.headers.update(headers)
    return response


def status_of(refusal: Refusal) -> int:
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 422)


def retry(refusal: Refusal) -> dict[str, str]:
    return {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}


def sign_in_address(request: Request) -> str:
    """Where to sign in and then come back from; after a form, to the page the form was on is not known."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/login" if request.method != "GET" or wanted == "/" else f"/login?next={quote(wanted)}"
