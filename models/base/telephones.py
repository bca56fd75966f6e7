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
OF_CHINA = re.compile(r"(?:\+|00)?86(?:(1[0-9]{10})|0?([1-9][0-9]{8,10}))")
"""With the country before it; a number of a house is dialled with the zero that is left out then."""
LANDLINE = re.compile(r"(0[0-9]{2,3}-[0-9]{7,8})-([0-9]{1,6})")
NUMBER = re.compile(r"\+?[0-9]{3,19}(?:-[0-9]{1,6})?")


def telephone(text: str) -> str:
    """The number as it is kept, empty where none is given; raises Unreadable for what nobody can dial."""
    typed = narrowed(text)
    dashed = PARTS.sub("-", typed).strip("-")
    direct = LANDLINE.fullmatch(dashed)
    number, extension = direct.groups() if direct else [*EXTENSION.split(dashed, 1), ""][:2]
    figures = number.replace("-", "")
    if abroad := OF_CHINA.fullmatch(figures):
        figures = abroad[1] or f"0{abroad[2]}"
    dialled = f"{figures}-{extension.strip('-')}" if extension else figures
    if dialled and not NUMBER.fullmatch(dialled):
        raise Unreadable(f"“{typed[:20]}”不是电话号码，请只填数字，例如 13800000000。")
    return dialled


Telephone = Annotated[T, Form(telephone)]
