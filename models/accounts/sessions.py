"""Signing in and out, and knowing who a session or a token belongs to."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from tortoise.exceptions import OperationalError

from models.accounts.devices import device_in, mark_for
from models.accounts.passwords import new_token, token_hash
from models.accounts.records import Account, ApiToken, Session
from models.accounts.signature import is_theirs
from models.accounts.throttling import note_where, tries_of
from models.base.clock import now, today
from models.base.refusals import Invalid
from models.base.settings import settings
from models.base.text import NO_TEXT, narrowed
from models.base.viewer import Hat, Viewer
from models.people import Post, in_force
from models.people.records import made_by, tied_by

SESSION_LASTS = timedelta(days=14)
STEPS = 12
"""In so many steps a session in use moves its end on, so that not every page writes."""
NO_POST = "您现在没有任职，不能登录。如有疑问，请联系管理您账号的人。"
WRONG = "用户名或密码不对。如忘记密码，请联系管理您账号的人重置（村社人员找本镇街统筹员）。"

SIGNED_IN = {
    "id": "id",
    "made_at": "made_at",
    "expires_at": "expires_at",
    "account_id": "account_id",
    "must_change": "account__must_change",
    "person_id": "account__person_id",
    "name": "account__person__name",
    "tied_until": "account__person__tied_until",
    "post_id": "account__person__posts__id",
    "role": "account__person__posts__role",
    "duties": "account__person__posts__duties",
    "from_on": "account__person__posts__from_on",
    "until_on": "account__person__posts__until_on",
    "unit_id": "account__person__posts__unit_id",
    "unit_path": "account__person__posts__unit__path",
    "unit_level": "account__person__posts__unit__level",
    "unit_name": "account__person__posts__unit__name",
}
"""What is read of a session with its person, and of each post they ever held: a row for each."""


@dataclass(frozen=True)
class SignedIn:
    """A fresh session with its account, and the token that is shown once."""

    session: Session
    account: Account
    token: str
    """For the cookie; only its hash is kept."""
    mark: str
    """For another cookie, by which the device is known the next time."""


async def sign_in(username: str, password: str, address: str, device: str = "", mark: str = "") -> SignedIn:
    """Open a session; raises Invalid or TooMany, in the same words whether or not the account exists.

    `mark` is what an earlier sign-in left on this device, if it did.
    """
    name = narrowed(NO_TEXT.sub("", username)).lower()
    account = await Account.get_or_none(username=name, ended_at=None)
    limits = await tries_of(name, address, device_in(mark, account))
    if not await is_theirs(password, account.password_hash if account else None, *limits) or account is None:
        raise Invalid(WRONG, field="password")
    if not await Post.filter(in_force(), person_id=account.person_id).exists():
        raise Invalid(NO_POST, field="username")
    token, kept = new_token()
    session = await Session.create(
        account=account, token_hash=kept, device=device[:60], made_at=now(), expires_at=rests_until(now())
    )
    await note_where(name, address)
    return SignedIn(session, account, token, mark_for(account))


def rests_until(made_at: datetime) -> datetime:
    """When a session that is used now ends: after a rest, and in any case some days after it was opened."""
    return min(made_at + SESSION_LASTS, now() + timedelta(hours=settings().idle_hours))


async def _go_on(session: int, until: datetime) -> None:
    """Let a session last from this use of it; a disk that takes nothing more keeps nobody from reading."""
    with suppress(OperationalError):
        await Session.filter(pk=session, revoked_at=None).update(expires_at=until)


async def sign_out(token: str) -> None:
    await Session.filter(token_hash=token_hash(token), revoked_at=None).update(revoked_at=now())


async def still_signed_in(sessions: Collection[int]) -> set[int]:
    """Those of these sessions that are in force, of somebody who holds a post: what is sent for long is sent to these alone."""
    if not sessions:
        return set()
    alive = Session.filter(
        id__in=list(sessions), revoked_at=None, expires_at__gt=now(), account__ended_at=None
    )
    rows = alive.filter(in_force(post="account__person__posts__"))
    return {int(pk) for (pk,) in await rows.values_list("id")}


class Known(NamedTuple):
    """A session in force, as far as pages need it."""

    id: int
    must_change: bool
    """Whether a password has to be chosen before anything else."""


async def viewer_of_session(token: str) -> tuple[Viewer, Known] | None:
    """Who a session cookie belongs to, with the posts held today (one statement, on every page), or None.

    Rights come from posts: whoever holds none any more is signed out.
    """
    rows = await (
        Session.filter(
            token_hash=token_hash(token), revoked_at=None, expires_at__gt=now(), account__ended_at=None
        )
        .order_by("account__person__posts__id")
        .values(**SIGNED_IN)
    )
    if not rows:
        return None
    one = rows[0]
    hats = tuple(_hat(row) for row in rows if row["post_id"] and _held(row))
    if not hats:
        return None
    until = rests_until(one["made_at"])
    if abs(until - one["expires_at"]) > timedelta(hours=settings().idle_hours) / STEPS:
        await _go_on(one["id"], until)
    tied, made = tied_by(one["tied_until"]), made_by(one["tied_until"])
    viewer = Viewer(one["person_id"], one["account_id"], one["name"], hats, "session", tied, made)
    return viewer, Known(one["id"], one["must_change"])


def _held(row: dict[str, Any]) -> bool:
    return Post(from_on=row["from_on"], until_on=row["until_on"]).holds_on(today())


def _hat(row: dict[str, Any]) -> Hat:
    path, level, name = row["unit_path"], row["unit_level"], row["unit_name"]
    duties = frozenset[str](row["duties"])
    return Hat(row["post_id"], row["role"], row["unit_id"], path, level, name, duties)


async def viewer_of_account(account: Account) -> Viewer:
    """The viewer an account stands for: for the terminal, the demo and tests."""
    await account.fetch_related("person")
    return await _viewer(account, "session")


async def _viewer(account: Account, via: Literal["session", "token"]) -> Viewer:
    posts = await Post.filter(in_force(), person_id=account.person_id).select_related("unit").order_by("id")
    hats = tuple(post.hat() for post in posts)
    person = account.person
    return Viewer(person.pk, account.pk, person.name, hats, via, person.tied_to, person.made_by)


async def viewer_of_token(token: str) -> Viewer | None:
    """Who an API token stands for: one post, while it is held and the account is open."""
    kept = (
        await ApiToken.filter(token_hash=token_hash(token), revoked_at=None, expires_at__gt=now())
        .select_related("post__unit", "post__person__account")
        .first()
    )
    if kept is None or not kept.post.holds_on(today()):
        return None
    account = kept.post.person.account
    if account is None or not account.is_open:
        return None
    person, hats = kept.post.person, (kept.post.hat(),)
    return Viewer(person.pk, account.pk, person.name, hats, "token", person.tied_to, person.made_by)
