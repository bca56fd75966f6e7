"""Devices somebody has signed in from before: known by a mark in a cookie that only the town can make."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from models.accounts.records import Account
from models.base.settings import settings


def mark_for(account: Account) -> str:
    """A mark for a device, good until the password is another."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_seal(account, nonce)}"


def device_in(mark: str, account: Account | None) -> str:
    """The device of the account that a mark names, or nothing for a foreign, old or made-up one."""
    nonce, _, seal = mark.partition(".")
    if account is None or not seal.isascii() or not hmac.compare_digest(seal, _seal(account, nonce)):
        return ""
    return nonce


def _seal(account: Account, nonce: str) -> str:
    said = f"device:{account.pk}:{nonce}:{account.password_hash}"
    return hmac.new(settings().secret, said.encode(errors="replace"), hashlib.sha256).hexdigest()
