"""Opening, resetting, unlocking and ending accounts; changing one's own password; sessions and tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tortoise.expressions import Subquery

from models.accounts.passwords import first_password, hashed, must_be_good, new_token
from models.accounts.records import Account, ApiToken, Session
from models.accounts.signature import is_theirs
from models.accounts.throttling import tries_in_person, wipe_the_slate
from models.base.clock import now
from models.base.commands import Secret, command, rule
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.text import Line, narrowed
from models.base.viewer import Viewer
from models.people import Post, manages, manages_holder, tie, tie_anew
from models.pinyin import spelling

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
LONGEST_TOKEN, MOST_TOKENS = 365, 20
"""Days that an API token is good for, and how many of one post may be good at once."""
WRONG_NOW = "现在的密码不对。"


NOT_YOURS = (
    "只有本镇街的统筹员、主要领导或上级管理员可以管理这个账号；领导、监督员的和自己的账号由上一级管理。"
)


@rule(NOT_YOURS)
def manages_the_person(actor: Viewer, post: Post) -> bool:
    theirs = manages(actor, post.role, post.unit.path) and post.person_id != actor.person_id
    return actor.is_clock or theirs


@rule(NOT_YOURS)
def manages_the_account(actor: Viewer, account: Account) -> bool:
    """Whoever manages every post the person holds or will hold, so that nobody has the key of those above them."""
    return manages_holder(actor, account.person.posts, account.person_id)


@rule("只能管理自己的账号。")
def own_account(actor: Viewer, account: Account) -> bool:
    return actor.account_id is not None and account.id == actor.account_id


@rule("只能退出自己的登录。")
def own_session(actor: Viewer, session: Session) -> bool:
    return actor.account_id == session.account_id


@rule("只能为自己的任职签发令牌。")
def own_post(actor: Viewer, post: Post) -> bool:
    return actor.is_clock or actor.person_id == post.person_id


@rule("只能吊销自己的令牌。")
def own_token(actor: Viewer, token: ApiToken) -> bool:
    return actor.person_id == token.post.person_id


@rule("这个账号已经停用。")
def still_open(account: Account) -> bool:
    return account.is_open


async def _hashed_ahead(actor: Viewer, of: Post | Account, details: Mapping[str, Any]) -> str:
    """Slow on purpose, and so done before a transaction keeps everybody else from writing."""
    return await hashed(str(details.get("password") or first_password()))


@command(said="开通账号", who=manages_the_person, ahead=_hashed_ahead)
async def open_account(
    actor: Viewer, post: Post, *, username: Line[str] = "", password: Secret[str] = ""
) -> Account:
    """Give the holder of a post an account; its one-time password must be changed at the first sign-in."""
    if await Account.filter(person_id=post.person_id).exists():
        raise Invalid("这个人已经有账号。", field="username")
    held = await Post.filter(person_id=post.person_id).select_related("unit")
    if not manages_holder(actor, held, post.person_id):
        raise NotAllowed(NOT_YOURS)
    name = narrowed(username).lower() or await _free_username(post.person.name)
    if not USERNAME.fullmatch(name):
        raise Invalid("用户名用 3 至 40 个小写字母、数字、点或连字符，以字母开头。", field="username")
    if await Account.filter(username=name).exists():
        raise Invalid("这个用户名已被使用。", field="username")
    await tie(actor, post.person_id)
    return await Account.create(person_id=post.person_id, username=name, password_hash=open_account.ready)


@command(said="重置密码", who=manages_the_account, when=still_open, ahead=_hashed_ahead)
async def reset_password(actor: Viewer, account: Account, *, password: Secret[str]) -> Account:
    """Set a one-time password for a person who forgot theirs; every session ends."""
    account.password_hash, account.must_change = reset_password.ready, True
    await account.save(update_fields=["password_hash", "must_change"])
    await _end_sessions(account)
    await _end_tokens(account)
    await wipe_the_slate(account.username)
    await tie(actor, account.person_id)
    return account


@command(said="解锁账号", who=manages_the_account, when=still_open)
async def unlock(actor: Viewer, account: Account) -> Account:
    """Let somebody try again at once who guessed too often."""
    await wipe_the_slate(account.username)
    return account


@command(said="停用账号", who=manages_the_account, when=still_open)
async def end_account(actor: Viewer, account: Account, *, reason: str) -> Account:
    """End an account: sessions and tokens end at once."""
    if not reason.strip():
        raise Invalid("请写明原因。", field="reason")
    account.ended_at = now()
    await account.save(update_fields=["ended_at"])
    await _end_sessions(account)
    await _end_tokens(account)
    return account


async def _proved_and_hashed(actor: Viewer, account: Account, details: Mapping[str, Any]) -> tuple[str, str]:
    """The hash whose password was entered, and that of the new one, once it is good enough."""
    current, new = str(details["current"]), str(details["new"])
    if new == current:
        raise Invalid("新密码不能和现在的一样。", field="new")
    must_be_good(new, account.username)
    if not await is_theirs(current, account.password_hash, await tries_in_person(account.username)):
        raise Invalid(WRONG_NOW, field="current")
    return account.password_hash, await hashed(new)


@command(said="修改密码", who=own_account, when=still_open, ahead=_proved_and_hashed)
async def change_password(
    actor: Viewer, account: Account, *, current: Secret[str], new: Secret[str], keep: Secret[int] = 0
) -> Account:
    """Choose another password; every session but the one in use (`keep`) ends."""
    proved, made = change_password.ready
    if account.password_hash != proved:
        raise Invalid(WRONG_NOW, field="current")
    if account.must_change:
        await tie_anew(account.person_id)
    account.password_hash, account.must_change = made, False
    await account.save(update_fields=["password_hash", "must_change"])
    await _end_sessions(account, but=keep)
    await _end_tokens(account)
    return account


@command(said="退出设备", who=own_session)
async def revoke_session(actor: Viewer, session: Session) -> Session:
    """Sign another of one's devices out."""
    session.revoked_at = now()
    await session.save(update_fields=["revoked_at"])
    return session


@command(said="签发令牌", who=own_post)
async def issue_token(actor: Viewer, post: Post, *, label: Line[str], days: int) -> ApiToken:
    """Make an API token with the rights of one's post; the token itself can be read once, on the result."""
    if not 1 <= len(label) <= 60:
        raise Invalid("请写明令牌的用途（不超过 60 个字）。", field="label")
    if not 1 <= days <= LONGEST_TOKEN:
        raise Invalid(f"有效期应为 1 至 {LONGEST_TOKEN} 天。", field="days")
    if await ApiToken.filter(post=post, revoked_at=None, expires_at__gt=now()).count() >= MOST_TOKENS:
        raise NotNow(f"这个任职已有 {MOST_TOKENS} 个有效的令牌，请先吊销不用的，再签发新的。")
    token, kept = new_token()
    made = await ApiToken.create(
        post=post,
        label=label,
        token_hash=kept,
        made_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    made.secret = token
    return made


@command(said="吊销令牌", who=own_token)
async def revoke_token(actor: Viewer, token: ApiToken) -> ApiToken:
    """Take a token back; it opens nothing from now on."""
    token.revoked_at = now()
    await token.save(update_fields=["revoked_at"])
    return token


async def _end_sessions(account: Account, but: int = 0) -> None:
    live = Session.filter(account=account, revoked_at=None)
    await (live.exclude(id=but) if but else live).update(revoked_at=now())


async def _end_tokens(account: Account) -> None:
    """Keys made under the old password open nothing any more."""
    posts = Post.filter(person_id=account.person_id).values("id")
    await ApiToken.filter(post_id__in=Subquery(posts), revoked_at=None).update(revoked_at=now())


async def _free_username(name: str) -> str:
    """The name in pinyin, with a number where it is taken."""
    base = re.sub(r"[^a-z]", "", spelling(name).lower())[:30] or "user"
    base = base if len(base) > 2 else base + "user"
    taken = {account.username for account in await Account.filter(username__startswith=base).only("username")}
    return next(n for n in (base, *(f"{base}{i}" for i in range(2, 10_000))) if n not in taken)
