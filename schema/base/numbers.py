"""Figures as programs read them: JSON numbers, and beside them what is exact."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

from schema.base.fills import Computed

Fraction = NewType("Fraction", str)
"""An exact number in lowest terms, as text: 90, or 4351/60."""
FRACTION = strawberry.scalar(
    name="Fraction",
    description='An exact number in lowest terms: "90", "4351/60". For recounting, beside a rounded one.',
    serialize=str,
    parse_value=str,
)


def hundredths(number: int) -> float:
    """What is kept in hundredths."""
    return number / 100


def number(value: Any) -> float | None:
    """A figure that may be missing, as a plain number."""
    return None if value is None else float(value)


def exact(name: str, description: str, *, or_none: bool = False) -> Any:
    """A column that holds a fraction as text, or nothing."""
    shown: Any = Fraction | None if or_none else Fraction
    fill = Computed(_held, (name,))
    return strawberry.field(metadata={"fill": fill}, graphql_type=shown, description=description)


def _held(text: str) -> str | None:
    return text or None
