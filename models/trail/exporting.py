"""The whole trail as lines of JSON, which `static/verify_trail.py` holds against its hashes without anything of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

from models.base.canonical import canonical
from models.base.events import Event

PAGE = 1_000


async def exported() -> AsyncIterator[str]:
    """A line for each sealed entry, in the order of the chain; personal data is in it by its digest alone."""
    after = 0
    while page := await Event.filter(seq__gt=after).order_by("seq").limit(PAGE):
        for event in page:
            after = event.seq or after
            entry = event.sealed_content(after)
            yield canonical({"entry": entry, "prev_hash": event.prev_hash or "", "hash": event.hash or ""})
