"""Ranking named documents for a text: by words alone, or by words and meaning together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.likeness.bm25 import Document, Likeness, Near, why
from models.likeness.wording import Wording

if TYPE_CHECKING:
    from models.likeness.vectors import Meaning, Vector

_WORDS = 0.15
"""What the best match by words adds to the cosine of meanings, which spreads over some 0.2 among titles."""
_FAR, _SPREAD = 0.72, 0.4
"""The sum of strangers and the way from there to the same text: puts the score between 0 and 1."""


class Ranker:
    """The documents nearest to a text; with a model and their vectors, by meaning as well."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        meaning: Meaning | None = None,
        vectors: Mapping[str, Vector] | None = None,
    ) -> None:
        self._words = Likeness(documents)
        self._meaning = meaning
        self._vectors = {key: vectors[one.title] for key, one in documents.items()} if vectors else {}

    def nearest(self, text: str, limit: int = 5, *, sender: str = "") -> list[Near]:
        """The documents a text may mean, best first; score from 0 to 1."""
        if self._meaning is None or not self._vectors:
            return self._words.nearest(text, limit, sender=sender)
        sums, gains = self._words.scored(text, sender=sender)
        most = max(sums.values(), default=0.0) or 1.0
        near = self._meaning.nearness(Wording.of(text).about.strip() or text, self._vectors)
        scores = {key: cosine + _WORDS * sums.get(key, 0.0) / most for key, cosine in near.items()}
        best = sorted(scores, key=lambda key: (-round(scores[key], 6), key))[:limit]
        return [Near(key, _placed(scores[key]), why(text, gains.get(key, {}))) for key in best]


def _placed(total: float) -> float:
    return round(min(1.0, max(0.0, (total - _FAR) / _SPREAD)), 3)
