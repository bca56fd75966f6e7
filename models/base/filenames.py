"""Names of files that every system can keep: shortened by letters and bytes, and never at the cost of their ending."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from models.base.text import composed

LONGEST, MOST_BYTES = 80, 240
"""Letters, and bytes as disks count them: two hundred and fifty-five are what most of them take."""
NO_NAME = re.compile(r'[<>:"/\\|?*]')
RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?", re.IGNORECASE)
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
UNNAMED = "未命名"


def safe_name(text: str, tail: str | None = None) -> str:
    """A name that Windows, macOS and Linux all take for a file or folder; its ending, or the `tail` given, stays whole."""
    letters = NO_NAME.sub("_", composed(text))
    plain = "".join(letter for letter in letters if letter.isprintable()).rstrip(". ")
    stem, ending = parted(plain) if tail is None else (plain, tail)
    stem = shortened(stem, LONGEST - len(ending), MOST_BYTES - len(ending.encode())).strip(". ")
    name = (stem or UNNAMED) + ending
    return f"_{name}" if RESERVED.fullmatch(name) else name


def parted(name: str) -> tuple[str, str]:
    """What stands before the ending of a file's name, and the ending with its dot, or nothing."""
    found = ENDING.search(name)
    return (name[: found.start()], found[0]) if found else (name, "")


def last_part(path: str) -> str:
    """The name at the end of a path as Windows or anybody else writes it."""
    return PurePosixPath(path.replace("\\", "/")).name


def shortened(text: str, letters: int, most_bytes: int) -> str:
    """As much of the beginning as fits, without parting a letter from the marks upon it."""
    end = min(len(text), letters)
    while end and len(text[:end].encode("utf-8", "replace")) > most_bytes:
        end -= 1
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]
