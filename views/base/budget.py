"""What one session, one token or one address may ask for in a minute, so that nobody's program takes the site from others.

Points: each request costs a few, a GraphQL document what it is measured to cost beside. An address has ten times as
much as one of those who share it. Ordinary work comes nowhere near; each process counts for itself.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from models.base.settings import settings
from views.base.transport import address

REQUEST = 50
MINUTE = 60.0
MOST = 20_000
"""Callers remembered; beyond them whoever was met longest ago begins anew."""


class Purse:
    """Points by caller: each refills evenly, and holds those of one minute at most."""

    def __init__(self) -> None:
        self.empty_until: OrderedDict[bytes, float] = OrderedDict()

    def spend(self, caller: bytes, points: int, a_minute: int) -> int:
        """Take these points; returns 0, or the whole seconds until there are so many and takes none."""
        now = time.monotonic()
        after = max(now, self.empty_until.get(caller, 0.0)) + MINUTE * min(points, a_minute) / a_minute
        if (wait := after - now - MINUTE) > 0:
            return math.ceil(wait)
        self.empty_until[caller] = after
        self.empty_until.move_to_end(caller)
        if len(self.empty_until) > MOST:
            self.empty_until.popitem(last=False)
        return 0


class Budget:
    """The purses of one process."""

    def __init__(self) -> None:
        self.addresses, self.callers = Purse(), Purse()

    def of_address(self, scope: Scope, points: int = REQUEST) -> int:
        """Asked before anybody is looked up, so that no row is read for who asks too much."""
        a_minute = settings().address_budget
        return self.addresses.spend(_key(place_of(scope)), points, a_minute) if a_minute else 0

    def of_caller(self, scope: Scope, points: int = REQUEST) -> int:
        a_minute = settings().budget
        return self.callers.spend(_key(_caller(scope)), points, a_minute) if a_minute else 0


def _caller(scope: Scope) -> str:
    """The session or the token that was found to be somebody's; strangers by where they are."""
    state = scope["state"]
    if session := state.get("session"):
        return f"session {session.id}"
    if state["viewer"].signed_in:
        return f"token {Headers(scope=scope).get('authorization', '')}"
    return f"stranger {place_of(scope)}"


def place_of(scope: Scope) -> str:
    """The address past the proxies we believe; of IPv6 the network, which is one household's or one office's."""
    told = address(scope)
    try:
        found = ip_address(told.partition("%")[0])
    except ValueError:
        return told
    if found.version == 6 and found.ipv4_mapped is None:
        return str(int(found) >> 64)
    return str(found.ipv4_mapped or found) if found.version == 6 else str(found)


def _key(of: str) -> bytes:
    """Of one length, and telling nobody whose it is."""
    return hashlib.blake2b(of.encode("utf-8", "replace"), digest_size=16).digest()
