"""What figures of one form say of each other: sums that are worked out, and what may be right but looks odd."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from models.registry import Element, shown
from models.registry.records import NUMBERS

Terms = tuple[tuple[int, str], ...]
"""Codes that are added up, each with 1 or -1."""
TIMES = 10
"""So many times as much, or as little, as the last figure looks like a slip of the finger."""


def terms_of(element: Element) -> Terms:
    """What an element is the sum of, by its checks; nothing for one that stands by itself."""
    sums = [check[1:].split() for check in _checks(element) if check.startswith("=")]
    if not sums or element.kind not in NUMBERS:
        return ()
    signs = {"+": 1, "-": -1}
    first, *others = sums[0]
    return (1, first), *((signs[sign], code) for sign, code in zip(others[::2], others[1::2], strict=True))


def _checks(element: Element) -> list[str]:
    return [one.strip() for one in element.checks.split(";") if one.strip()]


def sums_among(elements: Sequence[Element], known: Collection[str]) -> dict[str, Terms]:
    """Those of these that are sums of what a form knows; where two are each other's, the later one is typed."""
    found: dict[str, Terms] = {}
    for element in elements:
        terms = terms_of(element)
        codes = {code for _, code in terms}
        if terms and codes <= {*known} and element.code not in _beneath(codes, found):
            found[element.code] = terms
    return found


def _beneath(codes: Collection[str], sums: Mapping[str, Terms]) -> set[str]:
    """These, and all that they are added up from."""
    inner = {code for one in codes for _, code in sums.get(one, ())}
    return {*codes} | (_beneath(inner, sums) if inner else set())


def added_up(terms: Terms, known: Mapping[str, str]) -> Decimal:
    return sum((sign * Decimal(known[code]) for sign, code in terms), Decimal())


def doubts_of(element: Element, value: str, known: Mapping[str, str], last: str) -> list[str]:
    """What looks odd about a figure beside the last one and beside the others, in sentences for whoever typed it."""
    if element.kind not in NUMBERS:
        return []
    told = [_beside_the_last(element, value, last)] if last else []
    told += [_beside_others(element, value, check, known) for check in _checks(element)]
    return [one for one in told if one]


def _beside_the_last(element: Element, value: str, last: str) -> str:
    then, now = Decimal(last), Decimal(value)
    far = then * now > 0 and not (abs(then) < TIMES * abs(now) and abs(now) < TIMES * abs(then))
    return (
        f"“{element.name}”填的是 {shown(element, value)}，上次是 {shown(element, last)}，相差十倍以上。"
        if far
        else ""
    )


def _beside_others(element: Element, value: str, check: str, known: Mapping[str, str]) -> str:
    """A term of its checks that does not hold, where all that it names is known here."""
    sign, _, rest = check.partition(" ")
    terms = terms_of(element) if sign == "=" else ((1, rest.strip()),)
    if not all(code in known for _, code in terms):
        return ""
    total, number = added_up(terms, known), Decimal(value)
    holds = {"<=": number <= total, ">=": number >= total, "=": number == total}
    if holds.get(sign, True):
        return ""
    told = {"<=": "大于", ">=": "小于", "=": "不等于"}[sign]
    return f"“{element.name}”填的是 {value}，{told}有关各项算出来的 {total:f}。"
