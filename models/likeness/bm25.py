"""BM25 over the words of named documents, with the field's words for what people say otherwise."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.base.folding import folded_apart
from models.likeness.lexicon import meant, named, usual_of
from models.likeness.wording import Wording, grams

_FAMILIAR = 1.2  # BM25: how soon a long document's words stop counting
_LENGTH = 0.3  # BM25: how much a long document is discounted
_CONCEPT = 3.0  # a thing meant in common, against a pair of signs in common
_HINTED = 0.5  # a thing that everyday words for a document hint at, against one that they name
_COVERED = 0.5  # how much of the score asks that the whole title is meant, not a part of it
_SENDER = 0.3  # the sender's own name as words
_USUAL = 0.4  # a thing this sender usually asks about
_BESIDE = 0.4  # words of scope and lead department, against words of the title
_HALF_SURE = 8.0
"""The sum at which a suggestion is half sure; scores are given between 0 and 1."""


@dataclass(frozen=True)
class Document:
    """What a listed matter says of itself: its title and aliases, and the words beside them."""

    title: str
    aliases: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Near:
    """One suggestion, with the shared words that speak for it; score from 0 to 1."""

    key: str
    score: float
    why: tuple[str, ...]


Terms = dict[str | int, float]
"""Words (text) and concepts (numbers) with their weights."""


def _terms(document: Document) -> Terms:
    titled = folded_apart(" ".join((document.title, *document.aliases)))
    found: Terms = {gram: weight * _BESIDE for gram, weight in grams(folded_apart(document.beside)).items()}
    for words in (document.title, *document.aliases):
        found.update(grams(Wording.of(words).about))
    hinted = meant(folded_apart(" ".join(document.aliases)))
    found |= {at: _CONCEPT * _HINTED * one.weight for at, one in hinted.items()}
    return found | dict.fromkeys(named(titled), _CONCEPT)


class Likeness:
    """Documents by key, ready to be compared with what people write."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        terms = {key: _terms(document) for key, document in documents.items()}
        mean = sum(map(len, terms.values())) / len(terms) if terms else 1
        rows: dict[str | int, list[tuple[str, float]]] = defaultdict(list)
        for key, found in terms.items():
            norm = _FAMILIAR * (1 - _LENGTH + _LENGTH * len(found) / (mean or 1))
            for term, weight in found.items():
                rows[term].append((key, weight * (_FAMILIAR + 1) / (1 + norm)))
        rarity = {
            term: math.log(1 + (len(terms) - len(held) + 0.5) / (len(held) + 0.5))
            for term, held in rows.items()
        }
        self._worth = {
            term: [(key, weight * rarity[term]) for key, weight in held] for term, held in rows.items()
        }
        self._whole = {key: self._of_title(document.title, key) for key, document in documents.items()}

    def _of_title(self, title: str, key: str) -> float:
        """What a text would score here that meant all of the title."""
        pairs = [gram for gram in grams(Wording.of(title).about) if len(gram) > 1]
        return sum(
            dict(self._worth[term]).get(key, 0.0)
            for term in (*pairs, *named(folded_apart(title)))
            if term in self._worth
        )

    def nearest(self, text: str, limit: int = 5, *, sender: str = "") -> list[Near]:
        """The documents a text may mean, best first; `sender` is the department that asks, where it is known."""
        scores, shared = self.scored(text, sender=sender)
        best = sorted(scores, key=lambda key: (-round(scores[key], 6), key))[:limit]
        return [
            Near(key, round(scores[key] / (scores[key] + _HALF_SURE), 3), why(text, shared[key]))
            for key in best
        ]

    def scored(self, text: str, *, sender: str = "") -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Every document that shares something with the text: its sum, and what each shared word gave."""
        scores: dict[str, float] = defaultdict(float)
        shared: dict[str, dict[str, float]] = defaultdict(dict)
        for term, weight, word in _said(Wording.of(text), sender):
            for key, worth in self._worth.get(term, ()):
                scores[key] += worth * weight
                shared[key][word] = worth * weight
        return {key: score * self._covering(key, score) for key, score in scores.items()}, shared

    def _covering(self, key: str, score: float) -> float:
        whole = self._whole[key]
        return 1 - _COVERED + _COVERED * min(1.0, score / whole) if whole else 1.0


def _said(wording: Wording, sender: str) -> list[tuple[str | int, float, str]]:
    """What a text gives to compare by: the term, its weight, and the word to show for it."""
    words = grams(wording.about)
    beside = {gram: _SENDER * weight for gram, weight in grams(sender or wording.sender).items()}
    found: list[tuple[str | int, float, str]] = [(g, w, g) for g, w in (beside | words).items()]
    things = meant(wording.about)
    found += [(at, one.weight, one.word) for at, one in things.items()]
    usual = usual_of(sender or wording.sender) - things.keys()
    return found + [(at, _USUAL, "") for at in sorted(usual)]


def why(text: str, gains: Mapping[str, float]) -> tuple[str, ...]:
    """The up to four passages of the text that speak most for a document; shared words that run on read as one."""
    about = Wording.of(text).about
    runs: list[list[float]] = []
    for start, end, gain in sorted(_found(about, gains)):
        if runs and start < runs[-1][1]:
            runs[-1][1], runs[-1][2] = max(end, runs[-1][1]), runs[-1][2] + gain
        else:
            runs.append([start, end, gain])
    weights: dict[str, float] = {}
    for first, last, sum_ in runs:
        weights.setdefault(about[int(first) : int(last)], sum_)
    return tuple(sorted(weights, key=lambda one: (-weights[one], one))[:4])


def _found(about: str, gains: Mapping[str, float]) -> Iterator[tuple[int, int, float]]:
    for word, gain in gains.items():
        at = about.find(word) if len(word) > 1 else -1
        while at >= 0:
            yield at, at + len(word), gain
            at = about.find(word, at + 1)
