"""Words as they enter the town: one form of each, without signs that nobody sees, and something to read where it must be said.

kept("\\u200b")              is "": what shows nothing says nothing
kept("梅\\u202e渚\\r\\n村 ")    is "梅渚\\n村"
one_line("梅渚\\n村")         is "梅渚 村"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

T = TypeVar("T")
MAY_BE_BLANK = object()
MayBeBlank = Annotated[T, MAY_BE_BLANK]
"""A text that a command must be given, and that may say nothing."""

NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What is no text at all, and no database keeps: a zero byte, and half of a pair."""
ENDS_A_LINE = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029](?:(?<=\r)\n)?")
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200d\u200e"
    "\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e00ff\ud800-\udfff]"
    "(?:(?<!\u200d)|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]\u200d)|(?![\u2190-\u2bff\U0001f000-\U0001faff]))"
)
"""Controls, marks of direction, joints and fillers; a joint stays only where it makes one picture of two."""
BLANK_PATTERN = "\u2800"
"""Of the dots for the blind, the one without dots."""
SUPPLEMENTARY = range(0x20000, 0x3FFFE)
"""Rare Chinese signs, also those that are younger than this Python."""
MOST_MARKS = 30
"""What one letter carries in any script; to put longer runs in order costs their square."""
MARKS = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x20000)))) + "\u0f73\u0f75\u0f81"
"""The last three are two marks each, and count as none by themselves."""
TOO_MANY_MARKS = re.compile(f"([{MARKS}][{MARKS}]{{{MOST_MARKS - 1}}})[{MARKS}]+")
WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}


def kept(text: str) -> str:
    """The text in the one form that is kept; empty where nothing of it can be seen."""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = ENDS_A_LINE.sub("\n", text).replace(BLANK_PATTERN, " ")
    plain = composed(UNSEEN.sub("", lines)).strip()
    return plain if any(unicodedata.category(sign)[0] in "LNPSC" for sign in plain) else ""


def composed(text: str) -> str:
    """The text with each letter and its marks as one sign where there is one (NFC), and with no more marks than a letter carries."""
    # Some marks are two when they are parted, so it is counted again afterwards.
    return _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(text)))


def _with_few_marks(text: str) -> str:
    """A text that is no longer than what one letter carries has no letter that carries more."""
    return text if len(text) <= MOST_MARKS else TOO_MANY_MARKS.sub(r"\1", text)


def one_line(text: str) -> str:
    """The same without line breaks, and with one blank where there were several."""
    return " ".join(kept(text).split())


def says_something(text: str) -> bool:
    """Whether there is a letter or a figure to read in a text that is kept so."""
    return any(unicodedata.category(sign)[0] in "LN" or ord(sign) in SUPPLEMENTARY for sign in text)


def narrowed(text: str) -> str:
    """Figures, Latin letters and stops in their usual width, without what nobody sees: how numbers, days and codes are read."""
    return kept(text).translate(WIDE).strip()


@dataclass(frozen=True)
class Form:
    """The form in which a text of this kind is kept; raises Unreadable for what is none."""

    of: Callable[[str], str]


Line = Annotated[T, Form(one_line)]
"""Words on one line: a title, a place, a person to ask."""
