"""Figures side by side: the first column to the left, the others to the right."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(_wide, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            _padded(cell, width, left=not at)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _padded(cell: str, width: int, *, left: bool) -> str:
    space = " " * (width - _wide(cell))
    return cell + space if left else space + cell


def _wide(cell: str) -> int:
    """Chinese characters are twice as wide."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in cell)
