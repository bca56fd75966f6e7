"""Where links lead: while somebody looks at another's pages, to those pages as the other sees them, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup, escape

_look: ContextVar[str] = ContextVar("look", default="")
SHOWN = re.compile(r"/(tasks(\?.*)?|assignments/\d+)?")
"""What can be seen within a look: the morning page, tasks and what is asked of the village."""


@contextmanager
def within_a_look(at: str) -> Iterator[None]:
    """Let every link of the pages made meanwhile stay below this address."""
    token = _look.set(at)
    try:
        yield
    finally:
        _look.reset(token)


def looked_at() -> str:
    """The address below which a look at another's pages takes place; nothing outside of one."""
    return _look.get()


def leads_to(address: str, attribute: str = "href") -> Markup:
    """The attribute that makes a link, or a search, lead there; nothing where it would lead out of a look."""
    at = _look.get()
    if at:  # an address that a page made of its own, as the next page of a list, is within the look already
        address = address.removeprefix(at)
    if at and not SHOWN.fullmatch(address):
        # A link without an address is a word: it takes no focus and no press.
        return Markup()
    there = escape(f"{at}{address.rstrip('/')}" if at else address)
    return Markup(f' {attribute}="{there}"')  # noqa: S704 - the attribute is a word of ours
