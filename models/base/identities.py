"""Names and codes, by which one knows a person or a place again: kept, and compared, in one form.

name_of("吕　金木")  is "吕金木"
code_of("ｘｚ-a 01") is "XZ-A01"
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, TypeVar

from models.base.text import Form, narrowed

T = TypeVar("T")

AROUND_HAN = re.compile(
    r"(?<=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]) | (?=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""A blank that a Chinese name was stretched with, to stand under longer ones."""
DOT = re.compile(r" ?[•‧∙⋅・･●﹒\u00b7\u2022] ?")
DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")


RADICAL = re.compile("[\u2e80-\u2fdf]")
"""Signs of a dictionary's index that look like words of their own; most of them are told by Unicode which."""
DRAWN = re.compile("[\ufe00-\ufe0f]")
DRAWN_OTHERWISE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""How a sign is to be drawn; rare names keep the second kind, and are the same names without it."""


def name_of(text: str) -> str:
    """A name in its usual width, on one line, without the blanks it was stretched with; parts of long names keep their dot."""
    words = RADICAL.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), narrowed(text))
    return DOT.sub("·", AROUND_HAN.sub("", " ".join(DRAWN.sub("", words).split())))


def same_name(text: str) -> str:
    """The form in which names are compared: however their signs are drawn, and in small letters."""
    return unicodedata.normalize("NFKC", DRAWN_OTHERWISE.sub("", name_of(text))).casefold()


def code_of(text: str) -> str:
    """A code in its usual width, without blanks; whether capitals count is for its owner to say."""
    return DASH.sub("-", "".join(narrowed(text).split()))


Name = Annotated[T, Form(name_of)]
Code = Annotated[T, Form(code_of)]
