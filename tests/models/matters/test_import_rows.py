"""One row of a table of matters: every cell through its gate, and a column that is not there changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.importing import Row
from models.matters.import_rows import TABLE, Entry, Reading
from tests.builders import a_list, a_town

pytestmark = pytest.mark.anyio
HEADS = {one.name: one.head for one in TABLE}
RIGHT = {"code": "xz-fx-01", "title": "防汛巡查", "category": "assist"}


def _read(reading: Reading, **cells: str) -> tuple[Entry | None, Row]:
    told = RIGHT | cells
    row = Row(2, told, {name: HEADS[name] for name in told})
    return reading.entry(row), row


async def test_a_row_writes_what_its_columns_say_and_no_more(town: str) -> None:
    await a_list((await a_town()).county)
    reading = await Reading.of(is_text=True)
    entry, row = _read(reading, norm_days="5", effort_hours="1.50", major="是", aliases="防汛、看水位，防汛")
    assert entry is not None, row.faults
    assert entry.code == "XZ-FX-01" and entry.aliases == ("防汛", "看水位")
    values = entry.values
    assert (values["norm_days"], values["effort_hours"], values["major"]) == (5, Decimal("1.50"), True)
    assert "yearly_cap" not in values and "evidence" not in values
    label = reading.labels[0]
    entry, row = _read(reading, demands=f"{label} {label}")
    assert entry is not None and entry.values["demands"] == [reading.demands[label]], "once, by its label"


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("code", "", "没有填编码"),
        ("code", "防汛", "只能用字母"),
        ("title", " \u200b", "没有填名称"),
        ("norm_days", "-1", "应在 0 到"),
        ("effort_hours", "1.234", "小数太长"),
        ("demands", "跳舞", "没有这样的要求"),
        ("category", "随便", "随便"),
    ],
)
async def test_what_does_not_pass_is_told_at_its_column(town: str, column: str, cell: str, told: str) -> None:
    await a_list((await a_town()).county)
    entry, row = _read(await Reading.of(is_text=True), **{column: cell})
    assert entry is None
    [(fault, columns)] = row.faults.items()
    assert told in fault and columns == [f"“{HEADS[column]}”"]


async def test_the_apostrophe_of_a_text_table_is_taken_off_and_one_of_a_workbook_is_not(town: str) -> None:
    await a_list((await a_town()).county)
    for is_text, shown in ((True, "=防汛"), (False, "'=防汛")):
        entry, row = _read(await Reading.of(is_text=is_text), title="'=防汛")
        assert entry is not None and entry.values["title"] == shown, row.faults
