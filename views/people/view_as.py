"""Looking as somebody: the pages of a village's people, shown read only to their township under an address of its own."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import people
from models.people import A_LOOK, Look, Post
from views import today
from views.base.forms import carry_out, shown_again
from views.base.pages import done, go, page
from views.tasks import assignments, tasks

LINK = re.compile(r'<a(?![^>]*data-own)([^>]*?) href="(/[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
BUTTON = re.compile(r"<button[^>]*>(.*?)</button>", re.DOTALL)
FORM = re.compile(r"<form([^>]*)>(.*?)</form>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')
SHOWN = re.compile(r"/assignments/\d+$|/tasks(\?.*)?$")


async def ask(request: Request) -> Response:
    """Why one wants to look; while a look lasts, the morning page of whom one looks as."""
    post = await _post(request)
    look = await people.current_look(request.state.viewer, post)
    if look is None:
        return page(request, "people/view_as.html", post=post, minutes=int(A_LOOK.total_seconds() // 60))
    return await _as_they_see_it(request, look, today.show)


async def _post(request: Request) -> Post:
    """The post one wants to look as; whoever may not is told so, not asked for reasons."""
    viewer = request.state.viewer
    wanted = request.path_params
    post = await Post.find(viewer, wanted["post"] if "post" in wanted else wanted["id"])
    people.look_as.judge(viewer, post)
    return post


@shown_again(ask)
async def begin(request: Request) -> Response:
    post = await _post(request)
    await carry_out(request, people.look_as, post)
    return done(request, at=f"/as/{post.pk}")


def _looking(view: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A page of theirs while the look lasts; afterwards the question why."""

    async def show(request: Request) -> Response:
        post = await _post(request)
        look = await people.current_look(request.state.viewer, post)
        return await _as_they_see_it(request, look, view) if look else go(request, f"/as/{post.pk}")

    return show


async def _as_they_see_it(
    request: Request, look: Look, view: Callable[[Request], Awaitable[Response]]
) -> Response:
    """The same view for the other viewer, its links kept within the look and its forms dead."""
    own = request.state.viewer
    request.state.viewer, request.state.watching = look.viewer, look
    try:
        shown = await view(request)
    finally:
        request.state.viewer, request.state.watching = own, None
    text = inert(bytes(shown.body).decode(), f"/as/{look.post.pk}")
    return Response(
        text, shown.status_code, {"Cache-Control": "private, no-store"}, media_type="text/html; charset=utf-8"
    )


def inert(text: str, at: str) -> str:
    """A page nothing can be sent from: no form that posts, and no way out but the one that ends the look."""

    def kept_within(link: re.Match[str]) -> str:
        before, address, after, words = link.groups()
        if address == "/" or SHOWN.match(address):
            return f'<a{before} href="{at}{address.rstrip("/")}"{after}>{words}</a>'
        return f"<span{before}{after}>{words}</span>"

    def dead(form: re.Match[str]) -> str:
        if 'method="post"' not in form.group(1):
            return form.group(0).replace('action="/', f'action="{at}/')
        if 'class="look"' in form.group(1):
            return ""
        shown = BUTTON.sub(r'<span class="button quiet">\1</span>', HIDDEN.sub("", form.group(2)))
        return f'<fieldset class="field" disabled>{shown}</fieldset>'

    return FORM.sub(dead, LINK.sub(kept_within, text))


routes = [
    Route("/as/{id:int}", ask),
    Route("/as/{id:int}", begin, methods=["POST"]),
    Route("/as/{post:int}/tasks", _looking(tasks.listing)),
    Route("/as/{post:int}/assignments/{id:int}", _looking(assignments.show)),
]
