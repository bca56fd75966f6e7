"""What one person, one person's programs or one address may ask for in a minute, so that nobody's program takes the site from others.

Points: each request costs a few, a GraphQL document what it is measured to cost beside. An address has ten times as
much as one of those who share it. Ordinary work comes nowhere near; each process counts for itself.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict

from starlette.types import Scope

from models.base.settings import settings
from models.base.viewer import Viewer
from views.base.transport import place_of

REQUEST = 50
MINUTE = 60.0
STRANGERS = 10
"""The part of a person's budget that strangers of one place have together: they read, and work nowhere."""
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
        if a_minute and not scope["state"]["viewer"].signed_in:
            a_minute //= STRANGERS
        return self.callers.spend(_key(_caller(scope)), points, a_minute) if a_minute else 0


def _caller(scope: Scope) -> str:
    """The person, by browsers and by programs apart, however many of either; strangers by where they are."""
    viewer: Viewer = scope["state"]["viewer"]
    return f"{viewer.via} {viewer.person_id}" if viewer.signed_in else f"stranger {place_of(scope)}"


def _key(of: str) -> bytes:
    """Of one length, and telling nobody whose it is."""
    return hashlib.blake2b(of.encode("utf-8", "replace"), digest_size=16).digest()
