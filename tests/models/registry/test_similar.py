"""The flag of similar names, measured on pairs whose elements were not seen when the bar was set."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from models import registry
from models.base.refusals import Invalid
from models.registry.shipped import settle_elements, shipped_elements
from models.registry.similar import ALIKE, nearness, similar
from tests.builders import a_town, a_viewer

PAIRS = Path(__file__).with_name("element_pairs.tsv")
FOLDS = 5
Pair = tuple[float, bool]


def labelled() -> list[tuple[str, str, bool]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            (row["name"], row["element"], row["same"] == "1") for row in csv.DictReader(file, delimiter="\t")
        ]


def folds() -> list[list[Pair]]:
    """All pairs of one element lie in one fold."""
    rows = labelled()
    meanings = {one.name: one.definition for one in shipped_elements()}
    order = sorted({element for _, element, _ in rows})
    made: list[list[Pair]] = [[] for _ in range(FOLDS)]
    for name, element, same in rows:
        score = nearness(name, element, meanings.get(name, ""), meanings[element])
        made[order.index(element) % FOLDS].append((score, same))
    return made


def right(pairs: list[Pair], bar: float) -> tuple[int, int, int]:
    """Rightly flagged, flagged, and same in all."""
    flagged = [same for score, same in pairs if score >= bar]
    return sum(flagged), len(flagged), sum(same for _, same in pairs)


def learned(pairs: list[Pair]) -> float:
    """The bar with the best balance of both kinds of mistakes on what may be seen."""

    def balance(bar: float) -> float:
        hits, flagged, all_of_them = right(pairs, bar)
        return 2 * hits / (flagged + all_of_them)

    return max((n / 100 for n in range(10, 90)), key=balance)


def test_similar_elements_are_flagged_on_folds_that_were_not_seen() -> None:
    made = folds()
    totals, bars = [0, 0, 0], []
    for unseen in range(FOLDS):
        bar = learned([pair for n, fold in enumerate(made) if n != unseen for pair in fold])
        bars.append(bar)
        for n, figure in enumerate(right(made[unseen], bar)):
            totals[n] += figure
    precision, recall = totals[0] / totals[1], totals[0] / totals[2]
    print(
        f"similar elements, unseen folds: precision {precision:.2f}, recall {recall:.2f}, bars {bars}, {totals}"
    )
    assert len(labelled()) >= 90 and precision >= 0.8 and recall >= 0.7
    assert min(bars) - 0.1 <= ALIKE <= max(bars) + 0.1, "the bar in use is one that the pairs teach"


def test_the_flag_shows_the_element_and_why() -> None:
    (first, *_) = similar("公共厕所座数", "村里公厕有几座", shipped_elements())
    assert first.element.code == "public_toilet" and "公共" in first.why
    assert not similar("空置农房数", "没有人住的农房", shipped_elements())


@pytest.mark.anyio
async def test_what_is_much_like_another_element_is_defined_only_with_a_reason(town: str) -> None:
    place = await a_town()
    await settle_elements()
    keeper = await a_viewer("list_keeper", place.city)
    new = {"code": "gongce", "name": "公共厕所座数"}
    with pytest.raises(Invalid, match=r"公共厕所数.*都说到公共") as no:
        await registry.define(keeper, place.city, **new)
    assert no.value.field == "reason"
    made = await registry.define(keeper, place.city, **new, reason="只数景区里的")
    assert made.code == "gongce"
