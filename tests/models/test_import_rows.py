"""One row of a table of people: right as a whole or refused with its columns, and doubts that keep nobody out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.importing import Import, Row
from models.people.import_rows import COLUMNS, Entries, Entry, entry_of
from models.units import Unit
from tests.builders import Town, a_town, a_viewer

pytestmark = pytest.mark.anyio
HEADS = {one.name: one.head for one in COLUMNS}
RIGHT = {"name": "吕金木", "phone": "13857500001", "role": "secretary", "from_on": "2026-03-05"}


async def _read(place: Town, **cells: str) -> tuple[Entry | None, Row]:
    units = {one.code: one for one in await Unit.all()}
    row = Row(2, RIGHT | {"unit_code": place.village.code} | cells, HEADS)
    return entry_of(row, units, await a_viewer("coordinator", place.township)), row


async def test_a_right_row_is_a_person_and_a_post(town: str) -> None:
    place = await a_town()
    entry, row = await _read(place, name=" 吕 金木 ", phone="138 5750-0001", duties="防汛、巡查，防汛")
    assert entry is not None and not row.faults
    assert (entry.name, entry.phone, entry.role, entry.from_on) == (
        *("吕金木", "13857500001", "secretary"),
        date(2026, 3, 5),
    )
    assert entry.unit.pk == place.village.pk and entry.duties == ("防汛", "巡查")


WRONG: dict[str, dict[str, Any]] = {
    "姓名": {"name": "··"},
    "单位编码": {"unit_code": "330624009999"},
    "职务": {"role": "coordinator"},
    "电话": {"phone": "12"},
    "结束日期": {"until_on": "2026-01-01"},
}


async def test_each_wrong_cell_is_told_by_the_head_of_its_column(town: str) -> None:
    place = await a_town()
    for head, cells in WRONG.items():
        entry, row = await _read(place, **cells)
        told = [column for columns in row.faults.values() for column in columns]
        assert entry is None and len(told) == 1, (cells, row.faults)
        assert told[0].strip("“”") in HEADS.values(), head


async def test_a_second_row_of_one_post_is_a_fault_and_a_shared_telephone_a_doubt(town: str) -> None:
    place, outcome, entries = await a_town(), Import(), Entries()
    for cells in ({}, {"name": "吕阿水"}):
        entry, row = await _read(place, **cells)
        assert entry is not None
        row.line += len(entries.all)
        entries.add(row, entry, outcome)
        assert not row.faults
    assert len(outcome.doubts) == 1 and "电话相同" in str(outcome.doubts)
    entry, row = await _read(place)
    assert entry is not None
    row.line = 9
    entries.add(row, entry, outcome)
    assert any("重复" in fault for fault in row.faults)
