"""Signing: given in person from one's own account, with the password entered again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.accounts.passwords import is_right
from models.accounts.records import Account
from models.accounts.throttling import Tries, forget, give_back, take_either, tries_in_person
from models.base.records import Record
from models.base.refusals import Invalid, TooMany
from models.base.viewer import Viewer

IN_PERSON = "请本人登录后签署。"
NOT_SIGNED = "密码不对，没有签署。"


async def is_theirs(password: str, password_hash: str | None, tries: Tries) -> bool:
    """Whether the password is right: a try is used up before it is known, and given back where it was right.

    Stands apart from any transaction of what the password is for, so that no refusal takes the count back.
    """
    taken = await take_either(tries)
    try:
        right = await is_right(password, password_hash)
    except TooMany:
        await give_back(*taken)
        raise
    if right:
        await forget(taken[0])
        await give_back(*taken[1:])
    return right


async def proved(actor: Viewer, subject: Record, details: Mapping[str, Any]) -> str:
    """Goes ahead of what is signed: the hash of which the actor has just entered the password; none for none."""
    if not (password := str(details.get("password") or "")):
        return ""
    account = await _own(actor)
    if not await is_theirs(password, account.password_hash, await tries_in_person(account.username)):
        raise Invalid(NOT_SIGNED, field="password")
    return account.password_hash


async def sign(actor: Viewer, proof: str) -> None:
    """Check that the actor signs in person, by what was `proved` ahead; raises Invalid."""
    if (await _own(actor)).password_hash != proof:
        raise Invalid(NOT_SIGNED, field="password")


async def _own(actor: Viewer) -> Account:
    account = await Account.get_or_none(pk=actor.account_id, ended_at=None) if actor.account_id else None
    if account is None or actor.via != "session":
        raise Invalid(IN_PERSON, field="password")
    return account
