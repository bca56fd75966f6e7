"""How like a text is to each listed matter: a plain built-in ranking that advises and never decides."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORDS = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")
_FAMILIAR = 1.2  # BM25: how soon repeating a word stops helping
_LENGTH = 0.5  # BM25: how much a long text is discounted


def grams(text: str) -> list[str]:
    """Single characters and pairs of neighbours: enough for Chinese without a dictionary."""
    found: list[str] = []
    for run in _WORDS.findall(text.lower()):
        if run[0].isascii():
            found.append(run)
        else:
            found += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
    return found


@dataclass(frozen=True)
class Near:
    """One suggestion, with the shared words that speak for it."""

    key: str
    score: float
    why: tuple[str, ...]


class Likeness:
    """BM25 over the grams of named texts."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        counts = {key: Counter(grams(text)) for key, text in texts.items()}
        sizes = {key: sum(count.values()) for key, count in counts.items()}
        mean = (sum(sizes.values()) / len(sizes) if sizes else 1) or 1
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for key, count in counts.items():
            norm = _FAMILIAR * (1 - _LENGTH + _LENGTH * sizes[key] / mean)
            for gram, times in count.items():
                self._postings[gram].append((key, times * (_FAMILIAR + 1) / (times + norm)))
        self._rarity = {
            gram: math.log(1 + (len(counts) - len(rows) + 0.5) / (len(rows) + 0.5))
            for gram, rows in self._postings.items()
        }

    def nearest(self, text: str, limit: int = 5) -> list[Near]:
        scores: dict[str, float] = defaultdict(float)
        shared: dict[str, dict[str, float]] = defaultdict(dict)
        for gram in sorted(set(grams(text))):
            for key, worth in self._postings.get(gram, ()):
                gain = worth * self._rarity[gram] * (1.0 if len(gram) > 1 else 0.4)
                scores[key] += gain
                shared[key][gram] = gain
        best = sorted(scores, key=lambda key: (-round(scores[key], 6), key))[:limit]
        return [Near(key, round(scores[key], 3), _telling(shared[key])) for key in best]


def _telling(gains: Mapping[str, float]) -> tuple[str, ...]:
    """The up to four shared words that counted most."""
    words = [gram for gram in sorted(gains, key=lambda gram: (-gains[gram], gram)) if len(gram) > 1]
    return tuple(_joined(words)[:4])


def _joined(words: Iterable[str]) -> list[str]:
    """Pairs that run on into each other read as one word: 秸秆 + 秆焚 + 焚烧 is 秸秆焚烧."""
    chains: list[str] = []
    for word in words:
        if word[0].isascii():
            chains.append(word)
            continue
        for at, chain in enumerate(chains):
            if chain.endswith(word[0]):
                chains[at] = chain + word[1:]
                break
            if chain.startswith(word[-1]):
                chains[at] = word[:-1] + chain
                break
        else:
            chains.append(word)
    return chains
