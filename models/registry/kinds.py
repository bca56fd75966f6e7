"""Kinds of values: what may be typed for each, as it is kept, and as it is read.

parsed(households, "１，２００")   is "1200"
parsed(area, "812.50")           is "812.5"
parsed(terrain, "山 区")          is "山区"
shown(area, "812.5")             is "812.5 亩"
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from models.base.choices import choice
from models.base.days import day_written
from models.base.numbers import decimal, whole
from models.base.refusals import Invalid, Unreadable
from models.registry.records import NUMBERS, Element
from models.registry.registers import must_be_no_register

FIGURES = 10**9
PLACES = 2
LONGEST_TEXT = 200


def parsed(element: Element, text: str) -> str:
    """The value in its one form; raises Invalid in the words of whoever typed it."""
    said = text.strip()
    if not said:
        raise Invalid("请填写数值。", field="value")
    try:
        return _READ[element.kind](element, said)
    except Unreadable as no:
        raise Invalid(f"“{element.name}”填得不对：{no.reason}", field="value") from None


def number_of(element: Element, value: str) -> Decimal | None:
    """A kept value as a number; None for what is none."""
    return Decimal(value) if element.kind in NUMBERS else None


def shown(element: Element, value: str) -> str:
    """A kept value with the word behind the number."""
    return element.told(value)


def period_key(element: Element, as_of: date) -> str:
    """To which year, quarter, month or day a value belongs; nothing for what is told once."""
    keys = {
        "year": f"{as_of:%Y}",
        "quarter": f"{as_of:%Y}-Q{(as_of.month + 2) // 3}",
        "month": f"{as_of:%Y-%m}",
        "day": as_of.isoformat(),
    }
    return keys.get(element.period, "")


def _count(element: Element, text: str) -> str:
    return str(_within(element, whole, text, "整数，例如 320。"))


def _measured(element: Element, text: str) -> str:
    number = Decimal(_within(element, decimal, text, "数字，最多两位小数，例如 812.5。"))
    return f"{number.normalize():f}"


def _within(element: Element, read: Callable[[str], int | Decimal], text: str, allowed: str) -> int | Decimal:
    """The number, if it is none below zero, not too large and not too fine."""
    try:
        number = read(text)
    except Unreadable:
        number = -1
    least = -FIGURES if element.kind == "money" else 0
    if not least <= number < FIGURES or number != round(number, PLACES):
        raise Invalid(f"{element.name}只填{allowed}", field="value")
    return number


def _day(element: Element, text: str) -> str:
    return day_written(text).isoformat()


def _choice(element: Element, text: str) -> str:
    return choice(text, {option: option for option in element.options})


def _text(element: Element, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"数值不超过 {LONGEST_TEXT} 个字。", field="value")
    must_be_no_register(text, "value")
    return text


_READ: dict[str, Callable[[Element, str], str]] = {
    "count": _count,
    "decimal": _measured,
    "money": _measured,
    "day": _day,
    "choice": _choice,
    "text": _text,
}
