"""Elements that mean the same under another name: what one is asked to look at before there are two of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from models.base.folding import folded_apart
from models.likeness.alike import Comparison
from models.likeness.wording import grams
from models.registry.records import Element

ALIKE = 0.31
"""From here on two names are shown side by side, as learned from labelled pairs."""
_NAMES, _MEANINGS = 0.5, 0.5
_OTHER, _NARROWER = 0.3, 0.65
"""What is left where two names say different things of one kind, and where only one of them narrows the thing down."""
_EMPTY = re.compile("数量|总数|总计|累计|合计|人数|户数|人口|目前|全村|本村|现有|情况|[数的总个名率（）()]")
_KINDS = tuple(
    tuple(group.split("、"))
    for group in (
        "户、人",
        "户籍、常住、流动、外来、实有、暂住",
        "留守、空巢、独居、失能、高龄",
        "收入、支出、资产、债务、收益",
        "经营、投资、补助、发包",
        "生活补贴、护理补贴、高龄补贴",
        "党小组、党支部、村民小组、党员",
        "基本农田、高标准",
        "水田、旱地、林地、宅基地、耕地",
        "防汛、地质、消防",
        "儿童、妇女、老人、孤儿",
        "养老保险、医",
        "化解、排查",
        "预备、流动党员、女党员",
        "边缘、低保户、特困",
        "困难、重度",
        "承包、撂荒、流转",
        "退役、优抚、兵役、军属",
    )
)
_MOST = 3


@dataclass(frozen=True)
class Similar:
    """An element that may be the same, how near it is, and the words that speak for it."""

    element: Element
    score: float
    why: tuple[str, ...]


def similar(name: str, definition: str, among: Iterable[Element]) -> list[Similar]:
    """Those that may mean the same, the nearest first; at most three."""
    found = [
        Similar(one, score, _shared(name, one.name))
        for one in among
        if (score := nearness(name, one.name, definition, one.definition)) >= ALIKE
    ]
    return sorted(found, key=lambda one: -one.score)[:_MOST]


def nearness(one: str, other: str, meaning: str = "", other_meaning: str = "") -> float:
    """From 0, nothing in common, to 1, the same."""
    names = _cosine(_bare(one), _bare(other))
    said = Comparison.of(f"{one} {meaning}"), Comparison.of(f"{other} {other_meaning}")
    alike = Comparison.of(one).likeness(Comparison.of(other))
    meant = max(said[0].likeness(said[1]), alike) if meaning and other_meaning else alike
    return (_NAMES * names + _MEANINGS * meant) * _agreement(one, other)


def _bare(name: str) -> dict[str, float]:
    """The signs and pairs of signs that tell what is counted."""
    told = _EMPTY.sub("", folded_apart(name))
    return grams(told) or grams(name)


def _agreement(one: str, other: str) -> float:
    """Less where the names part in what they count, or where only one of them narrows it down."""
    agreement = 1.0
    for kind in _KINDS:
        mine, theirs = ({word for word in kind if word in name} for name in (one, other))
        if mine and theirs and mine != theirs:
            agreement = min(agreement, _OTHER)
        elif mine != theirs and kind[0] != "户":
            agreement = min(agreement, _NARROWER)
    return agreement


def _shared(one: str, other: str) -> tuple[str, ...]:
    """The pairs of signs in both names, in the order of the first."""
    common = _bare(one).keys() & _bare(other).keys()
    return tuple(sorted((word for word in common if len(word) > 1), key=one.find))[:_MOST]


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * other[term] for term, weight in one.items() if term in other)
    squares = [sum(weight * weight for weight in words.values()) for words in (one, other)]
    return shared / sqrt(squares[0] * squares[1]) if shared else 0.0
