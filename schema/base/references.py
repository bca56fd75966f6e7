"""How callers refer to records: by an opaque id, or where a record has a published code, by either of the two."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models.base.records import Record
from models.base.viewer import Viewer


@dataclass(frozen=True)
class Reference:
    """The input type by which rows of a record are named, and how their numbers are found in one statement."""

    shown: type
    numbers: Callable[[Viewer, Sequence[Any]], Awaitable[list[int]]]
    """In the order of what is named; 0, which is nobody's, for what the viewer does not know."""


REFERENCES: dict[type[Record], Reference] = {}
