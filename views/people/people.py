"""The township's people and their accounts, and the slips for a first sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models import accounts, people
from models.accounts import Account
from models.accounts.passwords import first_password
from models.base.records import row_number
from models.base.refusals import Invalid, NotFound, Refusal
from models.base.search import said
from models.base.settings import settings
from models.base.text import kept
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.people.roles import MANAGERS
from models.units import Unit, named
from views.base.forms import carry_out, form_of, remember, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.transport import is_secure
from views.base.verbs import FormsOn

MOST_PLACES = 300
MOST_SLIPS = 32
"""Four printed pages, and a few seconds of hashing."""


async def listing(request: Request) -> Response:
    """People one manages, by place; each with the state of their account."""
    rows, text = _people(request)
    shown = await paged(request, rows)
    held = await _accounts(shown.rows)
    return page(request, "people/list.html", shown=shown, text=text, accounts=held)


def _people(request: Request) -> tuple[QuerySet[Post], str]:
    """The posts in the area one manages, and the words they are looked for by."""
    viewer, text = request.state.viewer, kept(request.query_params.get("q", ""))
    rows = Post.visible_to(viewer).filter(in_force(), viewer.area("unit__path", *MANAGERS))
    if text:
        rows = rows.filter(said(text, "person__sought") | named(text, "unit__"))
    return rows.select_related("person", "unit"), text


async def _accounts(posts: list[Post]) -> dict[int, Account]:
    """The accounts of the holders of these posts, by person."""
    held = await Account.filter(person_id__in=[post.person_id for post in posts])
    return {int(account.person_id): account for account in held}


async def new(request: Request) -> Response:
    """The form to take a new person in at one of one's places."""
    viewer = request.state.viewer
    places = Unit.visible_to(viewer).filter(viewer.area("path", *MANAGERS), ended_on=None).order_by("path")
    return page(
        request,
        "people/new.html",
        places=[(unit.pk, unit.name) for unit in await places.limit(MOST_PLACES)],
        roles=people.roles_to_give(viewer),
    )


@shown_again(new)
async def enrol(request: Request) -> Response:
    unit = await Unit.find(request.state.viewer, (await form_of(request)).get("unit", ""))
    post = await carry_out(request, people.enrol, unit)
    return done(request, at=f"/people/{post.pk}", say="已登记。现在可以开通账号。")


async def show(request: Request) -> Response:
    """One person at one post: the account and what can be done with it."""
    post = await _managed(request)
    await note_versions(post)
    account = await Account.visible_to(request.state.viewer).filter(person_id=post.person_id).first()
    if account is not None:
        await account.fetch_related(*Account.judged_with)
    return page(
        request,
        "people/show.html",
        post=post,
        account=account,
        accounts=accounts,
        people=people,
        apart_days=settings().apart_days,
    )


async def _managed(request: Request) -> Post:
    """A post in the area one manages; one's own or a colleague's elsewhere is not found here."""
    viewer: Viewer = request.state.viewer
    post = await Post.find(viewer, request.path_params["id"])
    if not viewer.oversees(post.unit.path, *MANAGERS):
        raise NotFound("没有找到这个任职。")
    return post


@dataclass(frozen=True)
class Slip:
    """What somebody needs for a first sign-in, on paper once and nowhere else."""

    post: Post
    username: str
    password: str


@shown_again(show)
async def open_account(request: Request) -> Response:
    post, password = await _managed(request), first_password()
    account = await carry_out(request, accounts.open_account, post, password=password)
    return _printed(request, [Slip(post, account.username, password)], f"/people/{post.pk}")


@shown_again(show)
async def reset(request: Request) -> Response:
    post, password = await _managed(request), first_password()
    account = await carry_out(
        request, accounts.reset_password, await _account(request, post), password=password
    )
    return _printed(request, [Slip(post, account.username, password)], f"/people/{post.pk}")


def _printed(request: Request, slips: list[Slip], back: str, left: tuple[str, ...] = ()) -> Response:
    """The one answer that shows these passwords, ready to be cut; no browser may keep it."""
    scheme = "https" if is_secure(request.scope) else "http"
    where = f"{scheme}://{request.url.netloc}"
    response = page(request, "people/printed.html", slips=slips, left=left, back=back, where=where)
    response.headers["Cache-Control"] = "no-store"
    return response


async def slips(request: Request) -> Response:
    """The people who need a slip: without an account, or with one they have not signed in with yet."""
    rows, text = _people(request)
    rows = rows.filter(people.managed_posts(request.state.viewer))
    settled = Account.filter(Q(must_change=False) | Q(ended_at__isnull=False)).values("person_id")
    waiting = rows.filter(~Q(person_id__in=Subquery(settled)))
    shown = await paged(request, waiting, by=("unit_id", "id"), size=MOST_SLIPS)
    held = await _accounts(shown.rows)
    people_once = {post.person_id: post for post in reversed(shown.rows)}
    ticked = [post.pk for post in shown.rows] if "all" in request.query_params else []
    return page(
        request,
        "people/slips.html",
        shown=shown,
        text=text,
        ticked=ticked,
        choices=[_choice(post, held) for post in reversed(people_once.values())],
    )


def _choice(post: Post, held: dict[int, Account]) -> tuple[int, str, str]:
    again = " · 已有账号，重新发密码，旧登录条作废" if post.person_id in held else ""
    return post.pk, post.person.name, f"{post.unit.name} · {post.role_label}{again}"


@shown_again(slips)
async def print_slips(request: Request) -> Response:
    """Each account is opened by a command of its own, so whatever fails leaves the others their slips."""
    form = await form_of(request)
    remember(request, form)
    made: list[Slip] = []
    left: list[str] = []
    for post in await _chosen(request, [str(one) for one in form.getlist("posts")]):
        try:
            made.append(await _slip(request, post, str(form.get("key", ""))))
        except Refusal as no:
            left.append(f"{post.unit.name} {post.person.name}：{_why(no)}")
    if not made:
        raise Invalid("；".join(dict.fromkeys(left)), field="posts")
    return _printed(request, made, "/people/slips", tuple(left))


async def _chosen(request: Request, ticked: list[str]) -> list[Post]:
    """The ticked posts in the order of the list, one for each person."""
    numbers = [number for text in ticked if (number := row_number(text))]
    if not numbers:
        raise Invalid("请先选中要开通账号的人。", field="posts")
    if len(numbers) > MOST_SLIPS:
        raise Invalid(f"一次最多打印 {MOST_SLIPS} 张，请分几次选。", field="posts")
    rows, _ = _people(request)
    posts = await rows.filter(pk__in=numbers).order_by("unit_id", "id")
    if len(posts) != len(set(numbers)):
        raise Invalid("选中的人有的不归您管理，请刷新页面后重新选择。", field="posts")
    return list({post.person_id: post for post in posts}.values())


async def _slip(request: Request, post: Post, key: str) -> Slip:
    """A first account, or a new one-time password for one that was never used."""
    viewer, password = request.state.viewer, first_password()
    once = f"{key}.{post.pk}" if key else ""
    account = (await _accounts([post])).get(post.person_id)
    if account is None:
        account = await accounts.open_account.once(once, viewer, post, password=password)
    elif account.must_change:
        account = await Account.find(viewer, account.pk)
        await accounts.reset_password.once(once, viewer, account, password=password)
    else:
        raise Invalid("已经用自己的密码登录过。忘了密码，请到他本人的页面重置。")
    return Slip(post, account.username, password)


def _why(no: Refusal) -> str:
    """A key used up means the slips were on the answer to the first click."""
    if no.field == "key":
        return "刚才已经办过，密码只显示那一次。没打印出来的，请重新选中再发一次。"
    return no.reason


async def _account(request: Request, post: Post) -> Account:
    found = await Account.visible_to(request.state.viewer).filter(person_id=post.person_id).first()
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


routes: list[Any] = [
    Route("/people", listing),
    Route("/people", enrol, methods=["POST"]),
    Route("/people/new", new),
    Route("/people/slips", slips),
    Route("/people/slips", print_slips, methods=["POST"]),
    Route("/people/{id:int}", show),
    Route("/people/{id:int}/account", open_account, methods=["POST"]),
    Route("/people/{id:int}/reset", reset, methods=["POST"]),
    Route("/people/{id:int}/unlock", unlock, methods=["POST"]),
    Route("/people/{id:int}/end-account", end_account, methods=["POST"]),
    FormsOn(_managed, show, at="/people/{id:int}", back="/people")("end", people.end_post, "任职已结束。"),
]
