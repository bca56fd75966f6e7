"""What no list admits, whatever it is called: the bans of the burden-relief rules, known by the words that betray them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.likeness.wording import figures_hidden

_MISSED, _HINT_MISSED = 0.4, 0.8
"""The chance that a text with one more sign (or hint) of a ban does not mean it."""


@dataclass(frozen=True)
class Prohibition:
    """A kind of demand no list admits, with the rule that forbids it."""

    code: str
    title: str
    signs: tuple[str, ...]
    hints: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Warned:
    """A ban a text comes near, how near (0 to 1), and the words that betray it."""

    prohibition: Prohibition
    score: float
    why: tuple[str, ...]


@cache
def _shipped() -> tuple[Prohibition, ...]:
    with Path(__file__).with_name("prohibited.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(_entered(row) for row in csv.DictReader(file, delimiter="\t"))


def _entered(row: dict[str, str]) -> Prohibition:
    signs, hints = (tuple(row[column].split()) for column in ("signs", "hints"))
    return Prohibition(row["code"], row["title"], signs, hints, row["basis"])


PROHIBITIONS = _shipped()


def prohibitions_near(text: str, limit: int = 1) -> list[Warned]:
    """The bans a text comes nearest to, nearest first; none where no word betrays one."""
    found = [one for prohibition in PROHIBITIONS if (one := _near(prohibition, figures_hidden(text))).score]
    return sorted(found, key=lambda one: (-one.score, one.prohibition.code))[:limit]


def warning(text: str) -> float:
    """From 0, nothing in it looks forbidden, to 1: all bans together."""
    missed = 1.0
    for one in prohibitions_near(text, len(PROHIBITIONS)):
        missed *= 1 - one.score
    return 1 - missed


def _near(prohibition: Prohibition, text: str) -> Warned:
    signs = tuple(sign for sign in prohibition.signs if sign in text)
    hints = tuple(hint for hint in prohibition.hints if hint in text)
    score = 1 - _MISSED ** len(signs) * _HINT_MISSED ** len(hints)
    return Warned(prohibition, round(score, 3), (*signs, *hints)[:4])
