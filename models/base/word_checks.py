"""What looks at the words that villages will read, before somebody above them has said them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from models.base.records import Record

Watch = Callable[[Record, Mapping[str, Any], Iterable[Any]], Awaitable[None]]
WATCHES: list[Watch] = []
"""Each is told upon what the words are said, the words by their name, and everything given with them."""


async def watched(subject: Record, words: Mapping[str, Any], given: Iterable[Any]) -> None:
    """Have every watch look at what is said at all; raises what they raise."""
    said = {name: value for name, value in words.items() if value and isinstance(value, str | list)}
    for watch in WATCHES if said else ():
        await watch(subject, said, given)
