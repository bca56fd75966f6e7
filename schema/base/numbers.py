"""Figures as programs read them: JSON numbers, and beside them what is exact; money and periods by types of their own."""

from __future__ import annotations

import re
from typing import Any, NewType

import strawberry

from schema.base.errors import BadInput
from schema.base.fills import Computed

Fraction = NewType("Fraction", str)
"""An exact number in lowest terms, as text: 90, or 4351/60."""
FRACTION = strawberry.scalar(
    name="Fraction",
    description='An exact number in lowest terms: "90", "4351/60". For recounting, beside a rounded one.',
    serialize=str,
    parse_value=str,
)
Yuan = NewType("Yuan", int)
"""Money, in whole yuan."""
MOST_YUAN = 2**53 - 1
"""What every reader of JSON keeps exactly."""
PeriodKey = NewType("PeriodKey", str)
"""A published period, as people and addresses name it."""
PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?")


def _yuan(value: Any) -> int:
    if type(value) is not int or abs(value) > MOST_YUAN:
        raise BadInput("金额请写整数，单位是元。")
    return value


def _period(value: Any) -> str:
    if not isinstance(value, str) or not PERIOD.fullmatch(value):
        raise BadInput("请用 2026-11、2026-Q4 或 2026 写明周期。")
    return value


YUAN = strawberry.scalar(
    name="Yuan", description="Whole yuan, a JSON number.", serialize=int, parse_value=_yuan
)
PERIOD_KEY = strawberry.scalar(
    name="PeriodKey", description="A period: 2026, 2026-Q4 or 2026-11.", serialize=str, parse_value=_period
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
