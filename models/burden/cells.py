"""How figures are cut, what one row of them is about, and what was counted for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tortoise.queryset import QuerySet

from models.burden.spans import Piece
from models.ledger import Wanted


@dataclass(frozen=True)
class Cut:
    """How figures are cut: within which place, by units of which level, into which pieces, by which sides."""

    wanted: Wanted
    pieces: Sequence[Piece]
    level: str | None = None
    sides: tuple[str, ...] = ()
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    """Which of the rows count, where not all of them do."""

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrow(rows) if self.narrow is not None else rows


class Cell(NamedTuple):
    """What one row is about; an empty part was not asked for, or there is none."""

    path: str
    piece: int
    sides: tuple[Any, ...]


@dataclass
class Tally:
    """What was counted in one cell."""

    copies: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    """Copies by state and lateness: 0 in time, 1 late and open, 2 late and accepted."""
    hours: Decimal = Decimal(0)
    reached: int = 0
    """Of so many different villages at the least, where whoever asks is told lateness of many alone."""

    def in_states(self, *states: str) -> int:
        return sum(n for (state, _), n in self.copies.items() if state in states)

    @property
    def sent(self) -> int:
        return sum(self.copies.values())

    def late(self, how: int) -> int:
        return sum(n for (_, late), n in self.copies.items() if late == how)
