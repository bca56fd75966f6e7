"""Looking as somebody: the pages of a village's people, shown read only to their township under an address of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import people
from models.people import A_LOOK, Look, Post
from views import today
from views.base.forms import carry_out, shown_again
from views.base.links import within_a_look
from views.base.pages import done, go, page
from views.tasks import assignments, tasks


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
    """The same view for the other viewer; its links stay within the look, and the templates show its forms dead."""
    own = request.state.viewer
    request.state.viewer, request.state.watching = look.viewer, look
    try:
        with within_a_look(f"/as/{look.post.pk}"):
            shown = await view(request)
    finally:
        request.state.viewer, request.state.watching = own, None
    shown.headers["Cache-Control"] = "private, no-store"
    return shown


routes = [
    Route("/as/{id:int}", ask),
    Route("/as/{id:int}", begin, methods=["POST"]),
    Route("/as/{post:int}/tasks", _looking(tasks.listing)),
    Route("/as/{post:int}/assignments/{id:int}", _looking(assignments.show)),
]
