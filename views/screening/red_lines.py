"""Red-line phrases: the keepers' page, the ticks they bring back to a form, and their marks in a text."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import screening
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.matters import Demand
from models.people.roles import KEEPERS
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page


async def tick_what_was_betrayed(request: Request, path: str) -> None:
    """Bring the form back with the demands ticked that its own words betray."""
    form = await form_of(request)
    marks = await screening.marks_in(f"{form.get('title', '')}\n{form.get('body', '')}", path)
    typed = request.state.typed
    already = typed.get("demands", [])
    typed["demands"] = [*already, *(mark.demand for mark in marks if mark.demand not in already)]


def marked(text: str, marks: Iterable[screening.Mark]) -> Markup:
    """The text, escaped, with the phrases that betray a demand set off."""
    shown = str(escape(text))
    for mark in marks:
        for written in mark.written:
            shown = shown.replace(str(escape(written)), f"<mark>{escape(written)}</mark>")
    return Markup(shown)  # noqa: S704 - escaped above


async def listing(request: Request) -> Response:
    """The phrases that hold here, each with the demand it betrays."""
    viewer = request.state.viewer
    region = await _region(viewer)
    known = await screening.phrases_at(region.path)
    demands = {one.code: one.label for one in await Demand.all().order_by("position")}
    rows = [(label, sorted(p for p, code in known.items() if code == one)) for one, label in demands.items()]
    return page(
        request,
        "screening/red_lines.html",
        region=region,
        rows=[(label, phrases) for label, phrases in rows if phrases],
        demands=list(demands.items()),
        screening=screening,
    )


async def _region(viewer: Viewer) -> Unit:
    """The keeper's own region, or the county or city of whoever reads."""
    hats = viewer.hats_as(*KEEPERS) or tuple(
        h for h in viewer.hats if h.unit_level not in {"village", "grid"}
    )
    if not hats:
        raise NotFound("没有找到这个页面。")
    paths = hats[0].unit_path.strip("/").split("/")
    own = "/".join(paths[: 1 if hats[0].unit_level == "city" else 2]) + "/"
    return await Unit.get(path=own)


@shown_again(listing)
async def put(request: Request) -> Response:
    await carry_out(request, screening.set_red_line, await _region(request.state.viewer))
    return done(request, at="/redlines", say="已设定。")


@shown_again(listing)
async def end(request: Request) -> Response:
    await carry_out(request, screening.end_red_line, await _region(request.state.viewer))
    return done(request, at="/redlines", say="已停用。")


routes = [
    Route("/redlines", listing),
    Route("/redlines", put, methods=["POST"]),
    Route("/redlines/end", end, methods=["POST"]),
]
