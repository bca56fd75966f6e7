"""What stands in one cell of a table: what programs leave there for nothing, days, and levels by all their names."""

from __future__ import annotations

from datetime import date

import pytest

from models.base.refusals import Invalid
from models.importing import Import, Row, day
from models.units.import_plan import _kind

NOTHING = (
    "#REF!",
    "#N/A",
    "#NAME?",
    "#DIV/0!",
    "########",
    "NULL",
    "nan",
    "None",
    "<NA>",
    "(null)",
    "n/a",
    "\\N",
)


@pytest.mark.parametrize("word", NOTHING)
def test_what_a_program_writes_for_nothing_is_no_content_of_any_cell(word: str) -> None:
    row, outcome = Row(2, {"title": word, "more": f"{word}以外"}, {"title": "名称"}), Import()
    assert row.take("title", str) is None and row.take("more", str) == f"{word}以外"
    assert not outcome.accepts(row) and word in outcome.errors[0]


def test_a_day_with_midnight_behind_it_is_that_day_and_no_other_time_is() -> None:
    for text in ("2026-03-05 00:00:00", "2026-03-05T00:00", "2026/3/5 0:00", "2026-03-05 00:00:00.000"):
        assert day(text) == date(2026, 3, 5), text
    for text in ("2026-03-05 08:00:00", "2026-03-05 10:00:00"):
        with pytest.raises(Invalid):
            day(text)


def test_levels_are_known_by_their_full_names() -> None:
    told = {"村民委员会": "village", "居民委员会": "community", "街道办事处": "street", "村 委 会": "village"}
    assert {text: _kind(text) for text in told} == told
