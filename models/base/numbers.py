"""Numbers as people type them: width folded, thousands parted by commas or not, all of it read or refused.

whole("１，０００")   is 1000
decimal("2.50")      is Decimal("2.50")
whole("1_000"), whole("٣００"), whole("1e3"), whole("十二"), whole("12人") are no numbers
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypeVar

from models.base.refusals import Unreadable
from models.base.text import narrowed

N = TypeVar("N", bound=int | Decimal)
LARGEST = 2**31 - 1
"""What every whole number of every table can hold, on both databases."""
LONGEST = 30
MOST_DIGITS, MOST_PLACES = 12, 6
"""Of a decimal: before the point, and behind it."""
NUMBER = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
MINUS = str.maketrans({"−": "-", "–": "-"})


def whole(text: str) -> int:
    """A whole number; raises Unreadable with the sentence for whoever typed something else."""
    number = _number(text, "请填写整数，例如 3。")
    if number != number.to_integral_value():
        raise Unreadable(f"“{narrowed(text)}”不是整数，请填写整数，例如 3。")
    return within_bounds(int(number))


def whole_if_any(text: str) -> int | None:
    """A whole number among what may be anything, as the values on file are; None for what is none."""
    try:
        return whole(text)
    except Unreadable:
        return None


def decimal(text: str) -> Decimal:
    """A number with or without a fraction; raises Unreadable with the sentence for whoever typed something else."""
    return within_bounds(_number(text, "请填写数字，例如 12.5。"))


def within_bounds(number: N) -> N:
    """The number, where every database holds it; raises Unreadable."""
    if isinstance(number, Decimal):
        _, digits, places = number.as_tuple()
        told = "".join(map(str, digits)).rstrip("0")
        if isinstance(places, int):
            places = places + len(digits) - len(told) if told else 0
        if not (isinstance(places, int) and number.adjusted() < MOST_DIGITS and -places <= MOST_PLACES):
            raise Unreadable(f"数值太大，或者小数超过 {MOST_PLACES} 位。")
    elif abs(number) > LARGEST:
        raise Unreadable("数值太大。")
    return number


def _number(text: str, otherwise: str) -> Decimal:
    shown = narrowed(text)
    found = NUMBER.fullmatch(shown.translate(MINUS)) if len(shown) <= LONGEST else None
    if found is None:
        raise Unreadable(f"“{shown[:LONGEST]}”不是可以识别的数字，{otherwise}" if shown else otherwise)
    sign, units, fraction = found.groups()
    return Decimal(sign + units.replace(",", "") + (f".{fraction}" if fraction else "")) + 0
