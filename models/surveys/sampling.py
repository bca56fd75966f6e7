"""The draw: which households are invited follows from a recorded seed, so that anybody can draw again and compare."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from models.accounts.passwords import LETTERS
from models.base.settings import settings
from models.base.text import narrowed

LENGTH = 13
"""Letters of a link: 31 different ones make 64 bits."""
GROUP = 4


def new_seed() -> str:
    return secrets.token_hex(16)


def drawn(seed: str, village: str, households: int, size: int) -> list[int]:
    """The serial numbers invited in a village, without replacement and in order.

    Every number of the register gets the SHA-256 of "seed:village code:number"; those with the smallest are drawn.
    """
    everybody = range(1, households + 1)
    return sorted(sorted(everybody, key=lambda number: _lot(seed, village, number))[:size])


def _lot(seed: str, village: str, number: int) -> bytes:
    return hashlib.sha256(f"{seed}:{village}:{number}".encode()).digest()


def new_link() -> str:
    """A token as it is printed, in groups that can be typed by hand."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join((letters[:GROUP], letters[GROUP : 2 * GROUP], letters[2 * GROUP :]))


def link_hash(token: str) -> str:
    """Keyed, so that a copy of the database is no help to whoever tries links."""
    letters = "".join(sign for sign in narrowed(token).lower() if sign.isascii() and sign.isalnum())
    return hmac.new(settings().secret, f"invitation:{letters}".encode(), hashlib.sha256).hexdigest()
