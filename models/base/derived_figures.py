"""Figures that are shown with a record and stand in no column of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def _the_same(then: Any, now: Any) -> bool:
    return bool(then == now)


@dataclass(frozen=True)
class WorkedOut:
    """A figure that is shown with a record and stands in no column of it."""

    figure: Callable[[Sequence[Any]], Awaitable[Mapping[int, Any]]]
    """From rows of one record to the plain value of each by its number, in a fixed number of statements."""
    still_covers: Callable[[Any, Any], bool] = _the_same
    """Whether a word given upon the first value still holds for the second."""
    own: bool = False
    """Whether it tells of what one writes here, and not of what happens elsewhere."""
