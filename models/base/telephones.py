"""Telephone numbers in the one form that is kept and compared: figures alone, however they were typed.

telephone("+86 138-0000-0013")  is "13800000013"
telephone("0575－8601 2345 转 801") is "057586012345-801"
"""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from models.base.refusals import Unreadable
from models.base.text import Form, narrowed

T = TypeVar("T")

PARTS = re.compile(r"[\s()./·\u2010-\u2015\u2212-]+")
EXTENSION = re.compile(r"(?:转|[#,;]|ext\.?|分机)\s*", re.IGNORECASE)
LONGEST_EXTENSION = 6
OF_CHINA = re.compile(r"(?:\+|00)?86(?:0?(1[3-9][0-9]{9})|0?([1-9][0-9]{8,10}))")
"""With the country before it; a number of a house is dialled with the zero that is left out then."""
FROM_AFAR = re.compile(r"0(1[3-9][0-9]{9})")
"""The zero that was once dialled before a mobile number of another place."""
WHOLE = re.compile(r"1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}|[48]00[0-9]{7}")
LOCAL = re.compile(r"(?![48]00)[2-9][0-9]{6,7}")
"""A number of a house without its area, which may well be written in two parts itself."""
FRACTION = re.compile(r"[0-9]{7,}\.0+")
"""What a spreadsheet makes of a number."""
SEVERAL = re.compile(r"[0-9][0-9 -]{5,}[0-9]\s*/")
NUMBER = re.compile(r"(?:[0-9]{3,12}|(?:\+|00)[1-9][0-9]{4,16})(?:-[0-9]{1,6})?")


def telephone(text: str) -> str:
    """The number as it is kept, empty where none is given; raises Unreadable for what nobody can dial."""
    typed = narrowed(text)
    if FRACTION.fullmatch(typed):
        raise Unreadable(f"“{typed[:20]}”像是小数，不是电话号码，请把这一列设为文本格式。")
    if SEVERAL.match(typed):
        raise Unreadable(f"“{typed[:20]}”里不止一个号码，请只填一个，分机前写“转”。")
    number, extension = [*EXTENSION.split(PARTS.sub("-", typed).strip("-"), 1), ""][:2]
    if not extension:
        number, extension = _parted(number)
    figures = _at_home(number)
    dialled = f"{figures}-{extension.strip('-')}" if extension else figures
    if dialled and not NUMBER.fullmatch(dialled):
        raise Unreadable(f"“{typed[:20]}”不是电话号码，请只填数字，例如 13800000000。")
    return dialled


def _parted(number: str) -> tuple[str, str]:
    """The number and its extension: what follows on one that is whole without it."""
    before, _, last = number.rpartition("-")
    stands = WHOLE.fullmatch(_at_home(before)) or LOCAL.fullmatch(before)
    return (before, last) if stands and len(last) <= LONGEST_EXTENSION else (number, "")


def _at_home(number: str) -> str:
    """The figures alone, as they are dialled in the country."""
    figures = number.replace("-", "")
    if abroad := OF_CHINA.fullmatch(figures):
        figures = abroad[1] or f"0{abroad[2]}"
    return FROM_AFAR.sub(r"\1", figures) if FROM_AFAR.fullmatch(figures) else figures


Telephone = Annotated[T, Form(telephone)]
