"""A text folded to what it says, for finding and comparing: however it is spaced, dotted, widened or written in traditional signs.

There is no other folding: what is looked for, what it is looked for in, and phrases that nobody may demand are folded alike.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC


def folded(text: str) -> str:
    """The letters and figures of a text alone, in small letters and simplified signs."""
    return "".join(plain(sign) for sign in text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def plain(sign: str) -> str:
    """What a sign says: its plain letters or figures, or nothing for blanks, stops, marks and what is invisible."""
    wide = unicodedata.normalize("NFKC", sign).casefold()
    said = "".join(one for one in wide if unicodedata.category(one)[0] in "LN")
    return said if said.isascii() else _converter().convert(said)
