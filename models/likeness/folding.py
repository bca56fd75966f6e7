"""Phrases found in a folded text, with where each stands in the text as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from models.base.folding import plain

STOPS = frozenset("。！？!?…\n\r")
COMMAS = frozenset("，、；：,;:")
"""Where words end: what reaches across is no phrase, unless a sign of it stands alone; a long one reaches across commas."""
ENDS = STOPS | COMMAS
SHORT = 2


@dataclass(frozen=True)
class Found:
    """Where a phrase stands in a text."""

    start: int
    end: int


class Folded:
    """The letters and figures of a text in their plain form, with where each came from and what parts it from the last."""

    def __init__(self, text: str) -> None:
        signs: list[str] = []
        self._at: list[int] = []
        self._parted: list[str] = []
        between = ""
        for place, sign in enumerate(text):
            kept = plain(sign)
            if not kept:
                between += sign
            for one in kept:
                signs.append(one)
                self._at.append(place)
                self._parted.append(between)
                between = ""
        self.plain = "".join(signs)
        ended = ("\n" if ENDS.intersection(between) else "" for between in self._parted)
        self.sentences = "".join(end + sign for end, sign in zip(ended, signs, strict=False))
        self._parted.append(between or "\n")

    def find(self, phrase: str, innocent: tuple[str, ...] = ()) -> list[Found]:
        """Where it says a folded phrase, but for where that is a part of innocent words."""
        ends = ENDS if len(phrase) <= SHORT else STOPS
        found = [one for one in places(self.plain, phrase) if self._means(one, one + len(phrase), ends)]
        spared = [(place, place + len(words)) for words in innocent for place in places(self.plain, words)]
        return [
            Found(self._at[place], self._at[place + len(phrase) - 1] + 1)
            for place in found
            if not any(start <= place and place + len(phrase) <= end for start, end in spared)
        ]

    def _means(self, start: int, end: int, ends: frozenset[str]) -> bool:
        """Whether these signs are one phrase: what parts them is no end of words, or leaves one of them alone."""
        return all(
            not ends.intersection(self._parted[place]) or self._alone(place - 1) or self._alone(place)
            for place in range(start + 1, end)
        )

    def _alone(self, place: int) -> bool:
        return (place == 0 or bool(self._parted[place])) and bool(self._parted[place + 1])


def places(text: str, phrase: str) -> list[int]:
    """Everywhere a phrase begins in a text, overlapping or not."""
    found, place = [], text.find(phrase)
    while place >= 0:
        found.append(place)
        place = text.find(phrase, place + 1)
    return found
