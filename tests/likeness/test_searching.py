"""300 labelled queries, by which no weight and no rule was chosen: what people type, and the matter they mean."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from models.demo.matters import demo_aliases, demo_matters
from models.likeness import Document, ranker_of
from models.matters import Catalogue, Matter
from models.pinyin import initials

EACH, LONGEST_MS = 100, 50


@cache
def matters() -> dict[str, Matter]:
    rows: list[dict[str, Any]] = demo_matters()
    return {row["code"]: Matter(**row, pinyin=initials(row["title"])[:200]) for row in rows}


@cache
def words() -> dict[str, tuple[str, ...]]:
    return {code: tuple(said.split("、")) for code, said in demo_aliases().items()}


def catalogue(aliases: Mapping[str, tuple[str, ...]]) -> Catalogue:
    documents = {
        code: Document(matter.title, aliases[code], matter.lead_department)
        for code, matter in matters().items()
    }
    return Catalogue(matters(), ranker_of({}), ranker_of({}), documents)


def meant(word: str) -> set[str]:
    """Every matter that people call so."""
    return {code for code, said in words().items() if word in said}


def queries() -> Iterator[tuple[str, set[str]]]:
    """A hundred each by half of a name, by initials, and by everyday words that the list's keepers entered."""
    chance = random.Random(5)
    for code in chance.sample(sorted(matters()), EACH):
        title = matters()[code].title
        half = max(4, len(title) // 2)
        begin = chance.randrange(max(1, len(title) - half))
        part = title[begin : begin + half]
        yield part, {code for code, one in matters().items() if part in one.title}
    for code in chance.sample(sorted(matters()), EACH):
        yield matters()[code].pinyin[: max(4, len(matters()[code].pinyin) // 2)], {code}
    for code in chance.sample(sorted(matters()), EACH):
        word = chance.choice(words()[code])
        yield word, meant(word)


def test_the_matter_meant_is_among_the_first_three_for_95_of_100_queries() -> None:
    full = catalogue(words())
    asked = list(queries())
    found = [bool(right & {one.code for one in full.search(text, 3)}) for text, right in asked]
    assert len(asked) == 300 and sum(found) / len(found) >= 0.95


def test_words_that_nobody_entered_are_still_found_three_times_in_four() -> None:
    """Each everyday word taken away from every matter before it is asked for: what the list has never heard."""
    chance, found = random.Random(7), []
    for code in chance.sample(sorted(matters()), EACH):
        word = chance.choice(words()[code])
        unheard = {one: tuple(other for other in said if other != word) for one, said in words().items()}
        found.append(bool(meant(word) & {one.code for one in catalogue(unheard).search(word, 3)}))
    assert sum(found) / len(found) >= 0.7
