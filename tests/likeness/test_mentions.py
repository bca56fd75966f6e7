"""Data asked for in words, in sentences by which no verb and no name was chosen."""

from __future__ import annotations

import csv
from typing import NamedTuple

from models.likeness.mentions import mentions
from tests.likeness.samples import HERE

SHIPPED = HERE.parents[1] / "models" / "registry" / "elements.tsv"


class Noticed(NamedTuple):
    """How much of what is asked for was noticed, and how much of what was noticed is asked for."""

    recall: float
    precision: float


def elements() -> dict[str, str]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file, delimiter="\t")}


def sentences(name: str) -> list[tuple[set[str], str]]:
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return [(set(row["codes"].split()), row["text"]) for row in csv.DictReader(file, delimiter="\t")]


def noticed(name: str) -> Noticed:
    known, rows = elements(), sentences(name)
    told = [(asked, {one.code for one in mentions(text, known)}) for asked, text in rows]
    right = sum(len(asked & found) for asked, found in told)
    return Noticed(right / sum(len(asked) for asked, _ in told), right / sum(len(found) for _, found in told))


def test_nine_in_ten_of_what_is_asked_for_in_words_is_noticed_and_nearly_all_that_is_noticed_is_asked_for() -> (
    None
):
    told = noticed("unseen_mentions")
    assert told.recall >= 0.85 and told.precision >= 0.9, told
    assert noticed("seen_mentions") == (1, 1)


def test_half_of_the_sentences_ask_for_nothing_that_is_kept() -> None:
    rows = sentences("unseen_mentions")
    assert len(rows) == 60 and sum(bool(codes) for codes, _ in rows) == 30


def test_however_it_is_written_a_name_is_found_and_a_longer_one_is_not_taken_for_the_shorter() -> None:
    known = elements()
    assert [one.code for one in mentions("請統計低 保 戶 數。", known)] == ["dibao_household"]
    assert [one.code for one in mentions("请上报低保边缘户数", known)] == ["dibao_edge_household"]
    assert mentions("低保户数不用上报", known) == [] and mentions("", known) == []
