"""Accounts: how people sign in, stay signed in, and let their programs in."""

from models.accounts.devices import mark_for
from models.accounts.management import (
    change_password,
    end_account,
    issue_token,
    open_account,
    reset_password,
    revoke_session,
    revoke_token,
    unlock,
)
from models.accounts.recognition import viewer_of_session, viewer_of_token
from models.accounts.records import Account, ApiToken, Session, Throttle
from models.accounts.sessions import (
    SignedIn,
    sign_in,
    sign_out,
    still_signed_in,
    viewer_of_account,
)
from models.accounts.signature import proved, sign

__all__ = [
    "Account",
    "ApiToken",
    "Session",
    "SignedIn",
    "Throttle",
    "change_password",
    "end_account",
    "issue_token",
    "mark_for",
    "open_account",
    "proved",
    "reset_password",
    "revoke_session",
    "revoke_token",
    "sign",
    "sign_in",
    "sign_out",
    "still_signed_in",
    "unlock",
    "viewer_of_account",
    "viewer_of_session",
    "viewer_of_token",
]
