"""What a page tells, whatever its markup: so that a twin says as much as ours does."""

from __future__ import annotations

import re
from html import unescape

TOLD = re.compile(rb"<body>(.*)</body>", re.S)
WORDS = re.compile(r'<[^>]*?href="([^"]*)"[^>]*>|<[^>]*>|\s+', re.S)


def facts_of(page: bytes) -> list[str]:
    """What a page tells: its words without their markup and blanks, and where its links lead, each where it stands."""
    found = TOLD.search(page)
    assert found is not None, page[:500]
    parts = WORDS.split(found[1].decode())
    told: list[str] = [""]
    for at, part in enumerate(parts):
        if at % 2 and part is not None:
            told += [unescape(part), ""]
        elif not at % 2:
            told[-1] += unescape(part)
    return told
