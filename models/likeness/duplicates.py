"""Whether two requests ask for the same: by what is known of both first, and only then by their words.

What they are about is told by the matter they are bound to, by the listed matters they both come near (their
profiles), by the fields they both want and by the words; each may be missing, and each adds to what the others leave
open. The same work for other villages or for another season is no duplicate: place and time take away, and add nothing.
The weights are set by hand and in round numbers, and were not searched for on the pairs that measure them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

from models.likeness.alike import Comparison

ALIKE = 0.35
"""From here on two requests are shown as asking for the same."""
MATTER, PROFILE, FIELDS, WORDS = 0.5, 0.5, 0.3, 0.5
"""How much of what is open each of these tells by itself."""
ELSEWHERE, ANOTHER_TIME = 0.2, 0.2
"""What is left where no village is shared, and where the deadlines lie a season or more apart."""
NEAR_DAYS, SEASON = 30, 90


@dataclass(frozen=True)
class Asked:
    """What is known of a request for comparing it with others."""

    matter: str
    villages: frozenset[int]
    """The villages named; none where the whole township is asked."""
    deadline: date
    fields: frozenset[str]
    profile: Mapping[str, float]
    """The listed matters its words come near, by code, with how near."""
    said: Comparison


@dataclass(frozen=True)
class Shared:
    """What two requests have in common, each from 0 to 1."""

    matter: float
    profile: float
    fields: float
    words: float
    villages: float
    time: float
    days: int

    @classmethod
    def by(cls, one: Asked, other: Asked) -> Shared:
        days = abs((one.deadline - other.deadline).days)
        return cls(
            matter=float(bool(one.matter) and one.matter == other.matter),
            profile=_overlap(one.profile, other.profile),
            fields=_part(one.fields, other.fields) if one.fields and other.fields else 0.0,
            words=one.said.likeness(other.said),
            villages=_part(one.villages, other.villages) if one.villages and other.villages else 1.0,
            time=1 - min(1.0, max(0, days - NEAR_DAYS) / (SEASON - NEAR_DAYS)),
            days=days,
        )

    @property
    def about(self) -> float:
        """How surely both are about the same work."""
        told = (MATTER * self.matter, PROFILE * self.profile, FIELDS * self.fields, WORDS * self.words)
        left = 1.0
        for part in told:
            left *= 1 - part
        return 1 - left

    @property
    def likeness(self) -> float:
        """From 0, nothing in common, to 1: as surely as anything here can tell, the same asked again."""
        here = ELSEWHERE + (1 - ELSEWHERE) * min(1.0, 2 * self.villages)
        now = ANOTHER_TIME + (1 - ANOTHER_TIME) * self.time
        return self.about * here * now


def profile(codes: Iterable[str]) -> dict[str, float]:
    """A profile from the codes of listed matters in the order of nearness: each counts less than the one before."""
    return {code: 1 / place for place, code in enumerate(codes, 1)}


def _part(one: frozenset[int] | frozenset[str], other: frozenset[int] | frozenset[str]) -> float:
    """How much of the smaller lies in the other."""
    return len(one & other) / min(len(one), len(other))


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other[code] for code, weight in one.items() if code in other)
    return shared / sqrt(_square(one) * _square(other)) if shared else 0.0


def _square(weights: Mapping[str, float]) -> float:
    return sum(weight * weight for weight in weights.values())
