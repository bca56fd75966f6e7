"""Words that betray a demand, in wordings by which no phrase was chosen."""

from __future__ import annotations

import csv
from typing import NamedTuple

import pytest

from models.screening.marked_words import _crossing
from models.screening.red_lines import SHIPPED
from tests.likeness.samples import HERE


class Marked(NamedTuple):
    """How much of what demands something was marked, and how much of what was marked demands something."""

    recall: float
    precision: float


def shipped() -> dict[str, str]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return {row["phrase"]: row["demand"] for row in csv.DictReader(file, delimiter="\t")}


def marked(name: str) -> Marked:
    phrases = shipped()
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = [(row["demand"], row["text"]) for row in csv.DictReader(file, delimiter="\t")]
    found = [demand for demand, text in rows if _crossing(text, phrases)]
    right = sum(bool(demand) for demand in found)
    return Marked(right / sum(bool(demand) for demand, _ in rows), right / len(found))


def test_nearly_all_that_is_marked_demands_something_and_a_half_of_what_demands_is_marked_by_its_words() -> (
    None
):
    """A phrase knows no meaning: the other half is for the ticks of the asker and the reader."""
    told = marked("unseen_wordings")
    assert told.precision >= 0.9 and told.recall >= 0.45, told


def test_no_harmless_wording_that_was_seen_is_marked() -> None:
    with (HERE / "seen_wordings.tsv").open(encoding="utf-8", newline="") as file:
        harmless = [row["text"] for row in csv.DictReader(file, delimiter="\t") if not row["demand"]]
    phrases = shipped()
    assert len(harmless) > 60 and [text for text in harmless if _crossing(text, phrases)] == []


@pytest.mark.parametrize(
    "text",
    [
        "警惕诈骗，请各村集赞五十个",
        "请各村集赞五十个，警惕诈骗",
        "警惕落后请各村集赞防诈骗",
        "谨防签责任状骗局",
        "末位的村作检查",
        "招引项目一个",
        "请上交保证书，面交镇里",
    ],
)
def test_a_warning_beside_a_demand_hides_no_demand(text: str) -> None:
    assert _crossing(text, shipped())
