"""Plain text as people's computers write it: in UTF-8, UTF-16 or GB18030, kept as UTF-8 that every browser shows."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

PIECE = 64 * 1024
"""Read in pieces, between which others get their turn at the interpreter."""
NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
SPACES = dict.fromkeys(map(ord, "\t\n\f\r\u00a0\u3000"))

SEEN = re.compile("[^\\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0]")


def as_text(data: bytes) -> bytes | None:
    """The same words in UTF-8; None for what is no text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _read(data, "utf-16")
    if _read(data, "utf-8-sig") is not None:
        return data
    return _read(data, "gb18030")


def shows_something(words: bytes) -> bool:
    """Whether there is more in a text than blanks and what nobody sees."""
    return SEEN.search(words.decode("utf-8-sig")) is not None


def _read(data: bytes, encoding: str) -> bytes | None:
    try:
        pieces = [piece.encode() for piece in _checked(data, encoding)]
    except ValueError:
        return None
    return b"".join(pieces) or None


def _checked(data: bytes, encoding: str) -> Iterator[str]:
    """The text piece by piece; raises ValueError at the first sign that no text has.

    Of bytes that only GB18030 can read, which reads almost anything, every sign has to be one that is written.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    for at in range(0, len(data), PIECE):
        piece = decoder.decode(data[at : at + PIECE], final=at + PIECE >= len(data))
        if NO_TEXT.search(piece) or (encoding == "gb18030" and not piece.translate(SPACES).isprintable()):
            raise ValueError("no text")
        yield piece
