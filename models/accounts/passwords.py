"""Passwords and tokens: made, hashed and checked; nothing here can be read back."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.base.pools import PASSWORDS
from models.base.refusals import Invalid

SHORTEST, LONGEST = 10, 200
EASY = frozenset(
    [
        "1234567890",
        "0123456789",
        "1111111111",
        "qwertyuiop",
        "password12",
        "password123",
        "abcdefghij",
        "a123456789",
    ]
)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters that look alike on a printed slip."""


def _no_hash(of: PasswordHasher) -> str:
    """What takes as long to check as any hash of this hasher, and is none: making one takes as long as a page."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (of.salt_len, of.hash_len)
    )
    return f"$argon2id$v=19$m={of.memory_cost},t={of.time_cost},p={of.parallelism}${salt}${digest}"


_hasher = PasswordHasher()
_nobody = _no_hash(_hasher)


_shared: ContextVar[dict[str, str] | None] = ContextVar("shared", default=None)


@contextmanager
def shared_hashes() -> Iterator[None]:
    """Hash each password once for all who have it: for the demo, whose one password is printed for everybody."""
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


async def hashed(password: str) -> str:
    known = _shared.get()
    if known is not None and password in known:
        return known[password]
    made = await PASSWORDS.run(_hasher.hash, _bytes(password))
    if known is not None:
        known[password] = made
    return made


async def is_right(password: str, password_hash: str | None) -> bool:
    """Check a password; without an account the same work is done, so that time tells nothing."""
    if password_hash is not None and (_shared.get() or {}).get(password) == password_hash:
        return True
    try:
        right = await PASSWORDS.run(_hasher.verify, password_hash or _nobody, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None


def _bytes(password: str) -> bytes:
    """Whatever was sent, half of a pair of signs too."""
    return password.encode("utf-8", "surrogatepass")


def must_be_good(password: str, username: str) -> None:
    """Raise Invalid for a password that is too short or too easy (NIST SP 800-63B: length and a list, no riddles)."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"新密码至少 {SHORTEST} 个字符。", field="new")
    if password.lower() in EASY or len(set(password)) < 4 or username.lower() in password.lower():
        raise Invalid("新密码太容易猜，请换一个（可以用几个不相干的词连起来）。", field="new")


def first_password() -> str:
    """A one-time password for a printed slip: 12 letters in groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def new_token() -> tuple[str, str]:
    """A token and the hash to keep of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Tokens are random, so one fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
