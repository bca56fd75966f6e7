"""Words that betray a demand, in wordings by which no phrase was chosen."""

from __future__ import annotations

import csv
from typing import NamedTuple

from models.screening.marks import _crossing
from models.screening.redlines import SHIPPED
from tests.likeness.samples import HERE


class Marked(NamedTuple):
    """How much of what demands something was marked, and how much of what was marked demands something."""

    recall: float
    precision: float


def marked(name: str) -> Marked:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        phrases = {row["phrase"]: row["demand"] for row in csv.DictReader(file, delimiter="\t")}
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
