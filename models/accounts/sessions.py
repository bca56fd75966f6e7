"""Signing in and out, and knowing who a session or a token belongs to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.accounts.devices import device_in, mark_for
from models.accounts.passwords import new_token, token_hash
from models.accounts.records import Account, Session
from models.accounts.signature import is_theirs
from models.accounts.throttling import note_where, tries_of
from models.base.clock import now
from models.base.refusals import Invalid
from models.base.settings import settings
from models.base.text import NO_TEXT, narrowed
from models.base.viewer import Viewer
from models.people import Post, in_force

SESSION_LASTS = timedelta(days=14)
NO_POST = "您现在没有任职，不能登录。如有疑问，请联系管理您账号的人。"
WRONG = "用户名或密码不对。如忘记密码，请联系管理您账号的人重置（村社人员找本镇街统筹员）。"


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
    tries = await tries_of(name, address, device_in(mark, account))
    if not await is_theirs(password, account.password_hash if account else None, tries) or account is None:
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


async def viewer_of_account(account: Account) -> Viewer:
    """The viewer an account stands for: for the terminal, the demo and tests."""
    await account.fetch_related("person")
    posts = await Post.filter(in_force(), person_id=account.person_id).select_related("unit").order_by("id")
    hats, person = tuple(post.hat() for post in posts), account.person
    return Viewer(person.pk, account.pk, person.name, hats, "session", person.tied_to, person.made_by)
