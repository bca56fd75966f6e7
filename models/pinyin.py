"""Pinyin as people type it. The library is imported when first used: most commands never need its tables; a server loads them first."""

from __future__ import annotations


def initials(text: str) -> str:
    """First letters, other letters and digits kept: 梅渚村 is mzc."""
    from pypinyin import Style, lazy_pinyin

    spelt = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda other: list(other.lower()))  # type: ignore[arg-type,return-value]
    return "".join(letter[0] for letter in spelt if letter and letter[0].isalnum())


def spelling(text: str) -> str:
    """The whole text in pinyin, without tones or spaces: 吕金木 is lvjinmu."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text))
