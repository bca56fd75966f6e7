"""How long a statement may take: what somebody waits for is given up soon, the calendar's and the terminal's work late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from models.base.settings import settings

LONGEST = 3600.0
"""Seconds after which the server itself gives a statement up, whoever asked for it."""
_waits: ContextVar[bool] = ContextVar("somebody_waits", default=False)


@contextmanager
def somebody_waits() -> Iterator[None]:
    """Within the block somebody sits before a page, or a program before its answer."""
    token = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(token)


def seconds() -> float:
    """For the statement that is asked now."""
    return settings().statement_seconds if _waits.get() else LONGEST
