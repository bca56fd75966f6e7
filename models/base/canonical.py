"""The one text of a value, as the trail writes it, and the digests that are made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from models.base.records import Record


def records_in(values: Iterable[object]) -> Iterable[Record]:
    for value in values:
        if isinstance(value, Record):
            yield value
        elif isinstance(value, list | tuple):
            yield from records_in(value)


def plain(value: Any) -> Any:
    """A value as the trail writes it: only text, numbers, booleans, lists and objects."""
    match value:
        case None | bool() | int() | str():
            return value
        case Record():
            return value.ref
        case datetime():
            return instant(value)
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(v) for v in value]
        case _:
            return str(value)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, Chinese as itself."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mentions_digest(refs: Iterable[str]) -> str:
    """What an event is sealed with of its mentions; empty where it has none."""
    told = sorted(refs)
    return hashlib.sha256(canonical(told).encode()).hexdigest()[:32] if told else ""


def personal_digest(salt: str, payload: str) -> str:
    return hashlib.sha256(f"{salt}{payload}".encode()).hexdigest()
