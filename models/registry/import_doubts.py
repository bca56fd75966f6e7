"""What may well be right and should be looked at: ten times what was told before, and sums that do not add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from models.registry.kinds import number_of

TIMES = 10
TERM = re.compile(r"(<=|>=|=)\s*([a-z0-9_]+)((?:\s*[+-]\s*[a-z0-9_]+)*)")
PART = re.compile(r"([+-])\s*([a-z0-9_]+)")
SAYS = {"<=": "不应多于", ">=": "不应少于", "=": "应等于"}
Cells = dict[tuple[int, str], Decimal]


def doubts_on(told: Sequence[Any], before: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, str]]:
    """Of each value that looks odd its line and what is odd, by what stood there before and by what the element is held against."""
    cells: Cells = {}
    for one in told:
        number = number_of(one.element, one.value)
        if number is not None:
            cells[one.unit.pk, one.element.code] = number
    for one in told:
        number = cells.get((one.unit.pk, one.element.code))
        if number is None:
            continue
        last = before.get((one.unit.pk, one.element.pk))
        was = number_of(one.element, last) if last is not None else None
        if was and number and not Decimal(1) / TIMES < number / was < TIMES:
            yield (
                one.line,
                f"{one.unit.name}的“{one.element.name}”是 {one.value}，上次是 {last}，差了十倍以上",
            )
        for words in _against(one, number, cells):
            yield one.line, words


def _against(one: Any, number: Decimal, cells: Cells) -> Iterator[str]:
    """What of its checks does not hold, as far as the table tells both sides."""
    for how, first, more in TERM.findall(one.element.checks):
        parts = [("+", first), *PART.findall(more)]
        if all((one.unit.pk, code) in cells for _, code in parts):
            other = sum((cells[one.unit.pk, c] * (1 if sign == "+" else -1) for sign, c in parts), Decimal(0))
            holds = {"<=": number <= other, ">=": number >= other, "=": number == other}[how]
            if not holds:
                yield f"{one.unit.name}的“{one.element.name}”是 {one.value}，{SAYS[how]} {other}，对不上"
