"""Signing: given in person from one's own account, with the password entered again."""

from __future__ import annotations

from models.accounts.passwords import is_right
from models.accounts.records import Account
from models.accounts.throttling import forget_failures, must_not_be_throttled, note_failure
from models.base.refusals import Invalid
from models.base.viewer import Viewer


async def sign(actor: Viewer, password: str) -> None:
    """Check that the actor signs in person; raises Invalid(password), or TooMany after too many wrong ones."""
    account = await Account.get_or_none(pk=actor.account_id, ended_at=None) if actor.account_id else None
    if account is None or actor.via != "session":
        raise Invalid("请本人登录后签署。", field="password")
    await must_not_be_throttled(account.username, "")
    if not await is_right(password, account.password_hash):
        await note_failure(account.username, "")
        raise Invalid("密码不对，没有签署。", field="password")
    await forget_failures(account.username)
