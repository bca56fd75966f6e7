"""Signing in and out, one's own account, and how pages look on this device."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models import accounts, points
from models.accounts import Account, ApiToken, Session
from models.base.refusals import Invalid
from models.base.reserve import even_when_full
from models.people import Person, Post
from models.points import OptOut
from views.base import live
from views.base.forms import carry_out, form_of, remember, shown_again
from views.base.pages import done, go, page
from views.base.transport import address, device_cookie, drop_cookie, put_cookie, session_cookie
from views.base.verbs import FormsOn, RowOf

A_YEAR, TWO_WEEKS = 365 * 24 * 3600, 14 * 24 * 3600


async def login(request: Request) -> Response:
    if request.state.viewer.signed_in and request.method == "GET":
        return go(request, within_site(request.query_params.get("next")))
    return page(request, "accounts/login.html", next=await _next(request))


@shown_again(login)
async def sign_in(request: Request) -> Response:
    """The session changes with every sign-in; whatever was open on this device before ends."""
    form = await form_of(request)
    remember(request, form, secret=frozenset({"password"}))
    username, password = str(form.get("username", "")), str(form.get("password", ""))
    if not username.strip() or not password:
        raise Invalid("请填写用户名和密码。", field="password" if username.strip() else "username")
    here, device = address(request.scope), device_of(request)
    mark = request.cookies.get(device_cookie(request.scope), "")
    signed = await even_when_full(lambda: accounts.sign_in(username, password, here, device, mark))
    await _end_current(request)
    must_change = signed.account.must_change
    response = go(request, "/account/password" if must_change else within_site(str(form.get("next", ""))))
    put_cookie(response, request.scope, session_cookie(request.scope), signed.token, TWO_WEEKS)
    put_cookie(response, request.scope, device_cookie(request.scope), signed.mark, A_YEAR)
    return response


async def sign_out(request: Request) -> Response:
    await _end_current(request)
    response = go(request, "/login", "已退出登录。")
    drop_cookie(response, request.scope, session_cookie(request.scope))
    # Pages of this person must not come back with the browser's Back button.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def _end_current(request: Request) -> None:
    if token := request.cookies.get(session_cookie(request.scope)):
        await accounts.sign_out(token)
    if session := request.state.session:
        live.end_streams(session.id)


async def _next(request: Request) -> str:
    if request.method == "POST":
        return within_site(str((await form_of(request)).get("next", "")))
    return within_site(request.query_params.get("next"))


def within_site(wanted: str | None) -> str:
    """An address of ours to go to, or the start page; never another site's."""
    text = wanted or "/"
    parts = urlsplit(text)
    foreign = parts.scheme or parts.netloc or not text.startswith("/") or text.startswith("//")
    return "/" if foreign or "\\" in text or any(ord(c) < 33 for c in text) else text


def device_of(request: Request) -> str:
    """A word or two by which people recognise their devices; the full description is not kept."""
    told = request.headers.get("user-agent", "")
    systems = {"Android": "安卓手机", "iPhone": "苹果手机", "iPad": "苹果平板", "Windows": "Windows 电脑"}
    systems |= {
        "Mac OS": "苹果电脑",
        "HarmonyOS": "鸿蒙设备",
        "OpenHarmony": "鸿蒙设备",
        "Linux": "Linux 电脑",
    }
    where = next((word for mark, word in systems.items() if mark in told), "其他设备")
    return where + ("（微信）" if "MicroMessenger" in told else "")


async def show(request: Request) -> Response:
    """The account of whoever asks, with the devices and the tokens that act in their name."""
    viewer = request.state.viewer
    account = await Account.find(viewer, viewer.account_id)
    posts = await Post.filter(pk__in=[hat.post_id for hat in viewer.hats]).select_related("unit")
    return page(
        request,
        "accounts/show.html",
        account=account,
        choices=[(post.pk, f"{post.unit.name} · {post.role_label}") for post in posts],
        sessions=await Session.visible_to(viewer).order_by("-made_at"),
        tokens=[t for t in await ApiToken.visible_to(viewer).order_by("-made_at") if t.is_live],
        this=request.state.session,
        unnamed=await OptOut.visible_to(viewer).filter(ended_at=None).exists(),
    )


async def password(request: Request) -> Response:
    return page(request, "accounts/password.html", must_change=request.state.session.must_change)


@shown_again(password)
async def change_password(request: Request) -> Response:
    viewer, form = request.state.viewer, await form_of(request)
    if form.get("new") != form.get("again"):
        raise Invalid("两次填写的新密码不一样。", field="again")
    account = await Account.find(viewer, viewer.account_id)
    account = await carry_out(request, accounts.change_password, account, keep=request.state.session.id)
    response = done(request, at="/account", say="密码已修改，其他设备上的登录已退出，令牌已失效。")
    put_cookie(response, request.scope, device_cookie(request.scope), accounts.mark_for(account), A_YEAR)
    return response


@shown_again(show)
async def opt_out(request: Request) -> Response:
    person = await Person.find(request.state.viewer, request.state.viewer.person_id)
    made = await carry_out(request, points.opt_out, person)
    return done(
        request,
        at="/account",
        say="好的，不再写您的名字。" if made.ended_at is None else "好的，可以写您的名字。",
    )


@shown_again(show)
async def issue_token(request: Request) -> Response:
    """The token is on this one answer and nowhere else, so there is no redirect to it."""
    form = await form_of(request)
    remember(request, form)
    posts = {str(hat.post_id) for hat in request.state.viewer.hats}
    if (chosen := str(form.get("post", ""))) not in posts:
        raise Invalid("请选择任职。", field="post")
    post = await Post.get(pk=int(chosen)).prefetch_related("person", "unit")
    token = await carry_out(request, accounts.issue_token, post)
    return page(request, "accounts/token.html", token=token)


async def look(request: Request) -> Response:
    """关怀版 on this device: off, or one of three sizes; remembered for a year."""
    form = await form_of(request)
    size = str(form.get("look", ""))
    response = RedirectResponse(within_site(str(form.get("next", ""))), 303)
    if size in {"1", "2", "3"}:
        put_cookie(response, request.scope, "look", size, A_YEAR)
    else:
        drop_cookie(response, request.scope, "look")
    return response


routes = [
    Route("/login", login),
    Route("/login", sign_in, methods=["POST"]),
    Route("/logout", sign_out, methods=["POST"]),
    Route("/look", look, methods=["POST"]),
    Route("/account", show),
    Route("/account/password", password),
    Route("/account/password", change_password, methods=["POST"]),
    FormsOn(RowOf(Session), show, at="/account")(
        "sessions/{id:int}/revoke", accounts.revoke_session, "那台设备已退出登录。"
    ),
    Route("/account/boards", opt_out, methods=["POST"]),
    Route("/account/tokens", issue_token, methods=["POST"]),
    FormsOn(RowOf(ApiToken), show, at="/account")(
        "tokens/{id:int}/revoke", accounts.revoke_token, "令牌已吊销。"
    ),
]
