"""The township's people and their accounts, and the slips for a first sign-in."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q

from models import accounts, people
from models.accounts import Account
from models.accounts.passwords import first_password
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.people import ROLES, Post, in_force
from models.people.records import MANAGERS
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged

MOST_PLACES = 300


async def listing(request: Request) -> Response:
    """People one manages, by place; each with the state of their account."""
    viewer, text = request.state.viewer, request.query_params.get("q", "").strip()
    rows = Post.visible_to(viewer).filter(in_force(), viewer.area("unit__path", *MANAGERS))
    if text:
        rows = rows.filter(Q(person__name__contains=text) | Q(unit__name__contains=text))
    shown = await paged(request, rows.select_related("person", "unit"))
    held = await Account.filter(person_id__in=[post.person_id for post in shown.rows])  # type: ignore[attr-defined]
    by_person = {int(account.person_id): account for account in held}  # type: ignore[attr-defined]
    return page(request, "people/list.html", shown=shown, text=text, accounts=by_person)


async def new(request: Request) -> Response:
    """The form to take a new person in at one of one's places."""
    viewer = request.state.viewer
    places = Unit.visible_to(viewer).filter(viewer.area("path", *MANAGERS), ended_on=None).order_by("path")
    return page(
        request,
        "people/new.html",
        places=[(unit.pk, unit.name) for unit in await places.limit(MOST_PLACES)],
        roles=list(ROLES.items()),
    )


@shown_again(new)
async def enrol(request: Request) -> Response:
    unit = await Unit.find(request.state.viewer, (await form_of(request)).get("unit", ""))
    post = await carry_out(request, people.enrol, unit)
    return done(request, at=f"/people/{post.pk}", say="已登记。现在可以开通账号。")


async def show(request: Request) -> Response:
    """One person at one post: the account and what can be done with it."""
    post = await _managed(request)
    account = await Account.visible_to(request.state.viewer).filter(person_id=post.person_id).first()  # type: ignore[attr-defined]
    if account is not None:
        await account.fetch_related(*Account.judged_with)
    return page(request, "people/show.html", post=post, account=account, accounts=accounts, people=people)


async def _managed(request: Request) -> Post:
    """A post in the area one manages; one's own or a colleague's elsewhere is not found here."""
    viewer: Viewer = request.state.viewer
    post = await Post.find(viewer, request.path_params["id"])
    if not viewer.oversees(post.unit.path, *MANAGERS):
        raise NotFound("没有找到这个任职。")
    return post


@shown_again(show)
async def open_account(request: Request) -> Response:
    """The one-time password is on this one answer, ready to be printed, and nowhere else."""
    post, password = await _managed(request), first_password()
    account = await carry_out(request, accounts.open_account, post, password=password)
    return page(request, "people/slip.html", post=post, account=account, password=password)


@shown_again(show)
async def reset(request: Request) -> Response:
    post, password = await _managed(request), first_password()
    account = await carry_out(
        request, accounts.reset_password, await _account(request, post), password=password
    )
    return page(request, "people/slip.html", post=post, account=account, password=password)


async def _account(request: Request, post: Post) -> Account:
    found = await Account.visible_to(request.state.viewer).filter(person_id=post.person_id).first()  # type: ignore[attr-defined]
    return await Account.find(request.state.viewer, found.pk if found else 0)


@shown_again(show)
async def unlock(request: Request) -> Response:
    post = await _managed(request)
    await carry_out(request, accounts.unlock, await _account(request, post))
    return done(request, at=f"/people/{post.pk}", say="已解锁，可以马上再试。")


@shown_again(show)
async def end_account(request: Request) -> Response:
    post = await _managed(request)
    await carry_out(request, accounts.end_account, await _account(request, post))
    return done(request, at=f"/people/{post.pk}", say="账号已停用。")


@shown_again(show)
async def end_post(request: Request) -> Response:
    post = await _managed(request)
    await carry_out(request, people.end_post, post)
    return done(request, at="/people", say="任职已结束。")


routes: list[Any] = [
    Route("/people", listing),
    Route("/people", enrol, methods=["POST"]),
    Route("/people/new", new),
    Route("/people/{id:int}", show),
    Route("/people/{id:int}/account", open_account, methods=["POST"]),
    Route("/people/{id:int}/reset", reset, methods=["POST"]),
    Route("/people/{id:int}/unlock", unlock, methods=["POST"]),
    Route("/people/{id:int}/end-account", end_account, methods=["POST"]),
    Route("/people/{id:int}/end", end_post, methods=["POST"]),
]
