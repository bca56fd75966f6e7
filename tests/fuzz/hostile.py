"""Values that somebody careless, clever or malicious sends, by what they are sent as."""

from __future__ import annotations

from random import Random
from typing import Any

ODD_TEXTS: tuple[str, ...] = (
    *(
        "",
        " ",
        "\n\r\t",
        "\x00",
        "村\x00",
        "\x1b[31m",
        "\u200b",
        "\u202e村",
        "\ufeff",
        "\ufffe",
        "\ue000",
        "é" * 40,
    ),
    *(
        "𠮷",
        "👨‍👩‍👧",
        "a\u0300" * 30,
        "%00",
        "%",
        "_",
        "\\",
        "'",
        '"',
        "';--",
        "{{7*7}}",
        "${x}",
        "<script>",
        "</textarea>",
    ),
    *(
        "../../etc/passwd",
        "C:\\x",
        "null",
        "None",
        "undefined",
        "NaN",
        "-0",
        "1e9",
        "0x10",
        "1_000",
        "٣٠٠",
        "１２",
        "½",
    ),
    *(
        "9" * 19,
        "9" * 40,
        "-1",
        "0",
        "1",
        "2",
        "2147483648",
        "-2147483649",
        "1.5",
        "1e400",
        "1e-400",
        "Infinity",
        "-Infinity",
        "sNaN",
    ),
    *(
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-1-1",
        "2026-W01-1",
        "20260101",
        "２０２６-01-01",
    ),
    *(
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
    ),
    *(
        "9999-12-31T23:59:59",
        "0001-01-01T00:00",
        "2026-05-01T10:00:60Z",
        "2026-05-01T10:00+25:00",
        "12:00",
        "0000-00-00",
    ),
    *(
        "2026-01",
        "2026-13",
        "0000-01",
        "9999-12",
        "2026-S1",
        "2026-Q5",
        "9999",
        "2026-01..",
        "13800000000",
        "+8613800000000",
    ),
    *(
        "open",
        "overdue",
        "village",
        "draft",
        "XZ-NY-01",
        "330624",
        "ASC",
        "asc",
        "id",
        "*",
        "text/html",
        "true",
        "是",
    ),
    *("x" * 300, "村" * 2_000, "x" * 4_000, "(" * 500, "a b " * 400, "\n" * 300),
)
ODD_NUMBERS: tuple[Any, ...] = (
    *(
        0,
        1,
        -1,
        2,
        3,
        100,
        101,
        2**31 - 1,
        2**31,
        -(2**31),
        -(2**31) - 1,
        2**53,
        2**63 - 1,
        2**63,
        -(2**63),
        10**19,
        10**40,
    ),
    *(0.0, -0.0, 0.5, 1e9, 1e300, -1e-300, 10**4400),
)
CURSORS = (
    "",
    "x",
    "WzFd",
    "WyJhIiwxXQ==",
    "W10=",
    "bnVsbA==",
    "W251bGxd",
    "e30=",
    "村",
    "W1tbW1tbXV1dXV1d",
    "=" * 9,
)


def text(chance: Random) -> str:
    """Mostly one odd thing, sometimes two of them, sometimes letters from anywhere."""
    kind = chance.random()
    if kind < 0.7:
        return chance.choice(ODD_TEXTS)
    if kind < 0.85:
        return chance.choice(ODD_TEXTS) + chance.choice(ODD_TEXTS)
    return "".join(chr(chance.choice(RANGES)(chance)) for _ in range(chance.randrange(12)))


RANGES = (
    lambda chance: chance.randrange(0x20),
    lambda chance: chance.randrange(0x20, 0x7F),
    lambda chance: chance.randrange(0x4E00, 0x9FFF),
    lambda chance: chance.randrange(0x2000, 0x2070),
    lambda chance: chance.randrange(0x1F300, 0x1FAFF),
)


def number(chance: Random) -> Any:
    return chance.choice(ODD_NUMBERS)


def anything(chance: Random, deep: int = 3) -> Any:
    """Any JSON value."""
    kind = chance.randrange(8 if deep else 5)
    if kind < 2:
        return text(chance)
    if kind < 5:
        return (number(chance), None, chance.random() < 0.5)[kind - 2]
    if kind < 7:
        return [anything(chance, deep - 1) for _ in range(chance.randrange(4))]
    return {text(chance)[:20]: anything(chance, deep - 1) for _ in range(chance.randrange(4))}
