"""Numbers by which one person is known: those of identity cards, which nothing here keeps, and mobile telephones, kept where people work with them.

must_hold_no_identity("户主 11010519491231002X")  raises Unreadable
without_numbers("打 138 0000 0013")              is "打 138****0013"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.base.refusals import Unreadable
from models.base.text import WIDE

IDENTITY = re.compile(r"(?<![0-9])[1-9](?:[ \-]?[0-9]){16}[ \-]?[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9a-f])1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9a-f])")
"""Not within a digest, where so many figures may follow one another by chance."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""The last sign of an identity number by what the others come to (ISO 7064 MOD 11-2)."""
FEWEST_FIGURES = 11
"""A text with fewer signs holds neither."""


def must_hold_no_identity(text: str) -> None:
    """Raise Unreadable where a text has the number of somebody's identity card in it, however it is parted."""
    narrow = text.translate(WIDE) if len(text) > FEWEST_FIGURES else ""
    if any(_is_one(found[0]) for found in IDENTITY.finditer(narrow)):
        raise Unreadable("这里写了身份证号。本系统不收集身份证号，请删去后再提交。")


def _is_one(written: str) -> bool:
    """Whether the figures hold a day of birth and their check sign, as no code of ours does but by chance."""
    figures = written.replace(" ", "").replace("-", "").upper()
    century, month, day = figures[6:8], int(figures[10:12]), int(figures[12:14])
    if century not in {"19", "20"} or not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    return figures[17] == CHECKS[sum(int(f) * w for f, w in zip(figures, WEIGHTS, strict=False)) % 11]


def without_numbers(text: str) -> str:
    """The text with what would tell one person's number struck out: logs, the trail and tables need none of it."""
    if len(text) < FEWEST_FIGURES:
        return text
    narrow = text.translate(WIDE)
    if not (MOBILE.search(narrow) or IDENTITY.search(narrow)):
        return text
    # Identity numbers first: eleven of their figures may look like a telephone.
    return MOBILE.sub(_of_a_telephone, IDENTITY.sub(_of_a_card, narrow))


def _of_a_card(found: re.Match[str]) -> str:
    return f"{found[0][:3]}****" if _is_one(found[0]) else found[0]


def _of_a_telephone(found: re.Match[str]) -> str:
    return f"{found[0][:3]}****{found[0][-4:]}"


def told_without_numbers(value: Any) -> Any:
    """The same within lists and objects, whose names are ours."""
    match value:
        case str():
            return without_numbers(value)
        case Mapping():
            return {name: told_without_numbers(one) for name, one in value.items()}
        case list() | tuple():
            return [told_without_numbers(one) for one in value]
        case _:
            return value
