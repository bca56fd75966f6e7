"""What a condition of the ORM says, asked of a loaded row instead of the database: an oracle for filters that say yes or no."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from tortoise.expressions import Q

ASKED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def values_at(row: Any, path: str) -> Any:
    """What stands at the end of a path of columns from a row; nothing where a relation leads nowhere."""
    for step in path.split("__"):
        row = None if row is None else getattr(row, step)
    return row


def relations_in(path: str) -> str:
    """The relations of a path, which have to be loaded with a row."""
    return "__".join(path.split("__")[:-1])


def paths_in(condition: Q) -> Iterator[str]:
    for key in condition.filters:
        yield _parted(key)[0]
    for child in condition.children:
        yield from paths_in(child)


def _parted(key: str) -> tuple[str, str]:
    path, _, word = key.rpartition("__")
    return (path, word) if word in {*ASKED, "in", "isnull"} else (key, "")


def holds(condition: Q, row: Any) -> bool | None:
    """As SQL has it: a comparison with nothing is neither true nor false, and so is its opposite."""
    found = [_of_one(key, value, row) for key, value in condition.filters.items()]
    found += [holds(child, row) for child in condition.children]
    whole = _any(found) if condition.join_type == "OR" else _all(found)
    return whole if whole is None or not condition._is_negated else not whole


def _all(found: list[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False


def _of_one(key: str, value: Any, row: Any) -> bool | None:
    path, word = _parted(key)
    held = values_at(row, path)
    if word == "isnull":
        return (held is None) == value
    if held is None:
        return None
    if word == "in":
        return held in value
    return bool(ASKED[word](held, value)) if word else bool(held == value)
