"""A text folded to what it says, for finding and comparing: however it is spaced, dotted, widened or written in traditional signs.

There is no other folding: what is looked for, what it is looked for in, and phrases that nobody may demand are folded alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

from opencc import OpenCC


class _Signs(dict[int, str]):
    """What becomes of each sign, by its number, once it was met."""

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, number: int) -> str:
        self[number] = self._become(chr(number))
        return self[number]


def folded(text: str) -> str:
    """The letters and figures of a text alone, in small letters and simplified signs."""
    return text.translate(_ALONE)


def folded_apart(text: str) -> str:
    """The same with all that stands between them left as it is, where it matters which words are neighbours."""
    return text.translate(_APART)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def plain(sign: str) -> str:
    """What a sign says: its plain letters or figures, or nothing for blanks, stops, marks and what is invisible."""
    wide = unicodedata.normalize("NFKC", sign).casefold()
    said = "".join(one for one in wide if unicodedata.category(one)[0] in "LN")
    return said if said.isascii() else _converter().convert(said)


_ALONE, _APART = _Signs(plain), _Signs(lambda sign: plain(sign) or sign)
