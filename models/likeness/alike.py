"""How like two requests are: the things they speak of, the words they share, and whether they want the same done."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TypeVar

from models.base.folding import folded_apart
from models.likeness.lexicon import telling
from models.likeness.wording import Wording, grams

_THINGS, _WORDS = 0.85, 0.15
_OTHER_WORK = 0.2
"""What is left of the likeness where one asks for checks, say, and the other for fees."""
_ADDRESS = re.compile(r"^[\u4e00-\u9fff、（）]{2,16}[：:]")
COMPARED_SIGNS = 400
Term = TypeVar("Term", int, str)


@cache
def _actions() -> tuple[tuple[str, tuple[str, ...]], ...]:
    with Path(__file__).with_name("actions.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple((row["action"], tuple(row["words"].split())) for row in rows)


@dataclass(frozen=True)
class Comparison:
    """A text taken apart for comparing it with many others."""

    things: Mapping[int, float]
    words: Mapping[str, float]
    actions: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Comparison:
        said = _ADDRESS.sub("", folded_apart(text))[:COMPARED_SIGNS]
        about = Wording.of(said).about
        actions = frozenset(name for name, words in _actions() if any(word in said for word in words))
        return cls(telling(said), grams(about), actions)

    def likeness(self, other: Comparison) -> float:
        """From 0, nothing in common, to 1, the same."""
        words = _cosine(self.words, other.words)
        things = _cosine(self.things, other.things) if self.things and other.things else words
        wants_other_work = self.actions and other.actions and not self.actions & other.actions
        return (_THINGS * things + _WORDS * words) * (_OTHER_WORK if wants_other_work else 1.0)


def _cosine(one: Mapping[Term, float], other: Mapping[Term, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    shared = sum(weight * other[term] for term, weight in one.items() if term in other)
    return shared / sqrt(_square(one) * _square(other)) if shared else 0.0


def _square(weights: Mapping[Term, float]) -> float:
    return sum(weight * weight for weight in weights.values())
