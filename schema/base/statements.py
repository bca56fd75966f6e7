"""What is put around the statement of a selection: the first rows of each parent, or how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ranked:
    """At most `limit` rows for each value of one column, counted in the order of the statement."""

    column: int
    order: tuple[tuple[int, str], ...]
    limit: int

    def around(self, sql: str) -> str:
        order = ", ".join(f'q."{position}" {direction}' for position, direction in self.order)
        rank = f'ROW_NUMBER() OVER (PARTITION BY q."{self.column}" ORDER BY {order}) AS "rank"'
        return f'SELECT * FROM (SELECT q.*, {rank} FROM ({sql}) q) r WHERE "rank" <= {self.limit} ORDER BY "rank"'  # noqa: S608


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows there are, by the value of one column or (None) in all."""

    column: int | None = None

    def around(self, sql: str) -> str:
        if self.column is None:
            return f"SELECT COUNT(*) FROM ({sql}) q"  # noqa: S608
        return f'SELECT q."{self.column}", COUNT(*) FROM ({sql}) q GROUP BY q."{self.column}"'  # noqa: S608


def padded(keys: Iterable[Any]) -> list[Any]:
    """The keys, repeated up to a power of two, so that few shapes of SQL serve any number of rows."""
    listed = list(keys)
    size = 1 << max(0, len(listed) - 1).bit_length()
    return listed + listed[:1] * (size - len(listed))
