"""The field's words: what a matter is called, what people say when they mean it, and who usually asks for it."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SAID = 0.6
"""What somebody says for a thing counts six tenths of its name …"""
AGAIN = 0.35
"""… and a third of that more for each further word, never above the name itself."""
MOST = 4
"""Signs beyond the first in all words for one thing: more says no more."""


@dataclass(frozen=True)
class Concept:
    """One thing villages deal with: its names, and the words that hint at it."""

    names: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass
class Spoken:
    """The words by which a text speaks of one concept."""

    names: set[str] = field(default_factory=set)
    hints: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Meant:
    """A concept a text speaks of: how surely (0 to 1), and by which word."""

    weight: float
    word: str


@cache
def concepts() -> tuple[Concept, ...]:
    with (HERE / "lexicon.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple(
            Concept(tuple(row["names"].lower().split()), tuple((row["hints"] or "").lower().split()))
            for row in rows
        )


@cache
def _asked_by() -> tuple[tuple[str, frozenset[str]], ...]:
    with (HERE / "departments.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple((row["department"], frozenset(row["names"].split())) for row in rows)


@cache
def _words() -> dict[str, list[tuple[str, int, bool]]]:
    """Every word by its first two signs (or its only one): the word, its concept, and whether it is a name."""
    found: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    for at, concept in enumerate(concepts()):
        for word in (*concept.names, *concept.hints):
            found[word[:2]].append((word, at, word in concept.names))
    return dict(found)


def spoken(text: str) -> dict[int, Spoken]:
    """Every concept of which a text has a word; one pass over the text, however many words there are."""
    words, found = _words(), defaultdict[int, Spoken](Spoken)
    for start, sign in enumerate(text):
        for word, at, is_name in (*words.get(text[start : start + 2], ()), *words.get(sign, ())):
            if text.startswith(word, start):
                (found[at].names if is_name else found[at].hints).add(word)
    return dict(sorted(found.items()))


def named(text: str) -> list[int]:
    """The concepts a title names."""
    return [at for at, words in spoken(text).items() if words.names]


def meant(text: str) -> dict[int, Meant]:
    """The concepts a request speaks of, by name or by what people say for it."""
    return {at: _meant(words) for at, words in spoken(text).items()}


def _meant(words: Spoken) -> Meant:
    if words.names:
        return Meant(1.0, _longest(words.names))
    word = _longest(words.hints)
    sure = min(1.0, SAID * (1 + AGAIN * (len(words.hints) - 1)))
    return Meant(sure if len(word) > 1 else sure / 2, word)


def _longest(words: set[str]) -> str:
    return max(words, key=lambda word: (len(word), word))


def usual_of(department: str) -> frozenset[int]:
    """The concepts a department usually asks about."""
    names: set[str] = set()
    for stem, usual in _asked_by():
        if stem in department:
            names |= usual
    return frozenset(at for at, one in enumerate(concepts()) if names.intersection(one.names))


def telling(text: str) -> dict[int, float]:
    """The concepts of a text, each by how many signs of it speak of that concept: for comparing two texts."""
    found = {}
    for at, words in spoken(text).items():
        signs = sum(len(one) - 1 for one in words.names) + SAID * sum(len(one) - 1 for one in words.hints)
        if signs:
            found[at] = min(signs, MOST) ** 0.5
    return found
