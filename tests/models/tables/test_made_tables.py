"""Whatever stands in a table, in whatever order of columns: it is read row by row or refused in words, and nothing is lost without a word."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from models.base.refusals import Invalid
from models.tables.heads import Column
from models.tables.table import Table, read
from tests.models.tables.books import a_book, packed

COLUMNS = (
    Column("code", "编码", needed=True),
    Column("name", "名称", ("单位名称",), needed=True),
    Column("days", "天数"),
    Column("from_on", "日期"),
)
HEADS = ("编码", " 名\u3000称 ", "Days", "日期：", "备注", "", "序号")
WORDS = st.text(max_size=12) | st.sampled_from(
    [
        "梅渚村",
        "",
        " ",
        "\u200b",
        "=1+1",
        "'1",
        "a\nb",
        '"',
        "a,b",
        "编码",
        "合计",
        "注：说明",
        "1e400",
        "2026-13-45",
        "\ue863",
    ]
)
VALUES = (
    WORDS
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
    | st.dates(date(1901, 1, 1), date(2200, 1, 1))
    | st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1))
)
TABLES = st.tuples(st.permutations(HEADS), st.integers(4, len(HEADS)), st.integers(0, 2))
SHORT = st.lists(VALUES, max_size=2) | st.lists(VALUES, max_size=8)


def holds_something(row: list[Any]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def must_be_whole(name: str, content: bytes, rows: list[list[Any]]) -> Table | None:
    """Every row that holds something is there, or counted among those left out; or the table is refused in Chinese."""
    try:
        table = read(name, content, COLUMNS)
    except Invalid as no:
        assert no.field == "file" and max(no.reason) >= "\u4e00" and "Error" not in no.reason
        return None
    assert len(table.rows) + table.left_out == sum(map(holds_something, rows)), (table, rows)
    assert not table.left_out or any("没有读" in note for note in table.notes)
    return table


@settings(max_examples=150)
@given(TABLES, st.lists(st.lists(WORDS, max_size=8), max_size=6), st.sampled_from(",\t;"))
def test_no_row_of_a_text_is_lost(
    shape: tuple[list[str], int, int], rows: list[list[str]], mark: str
) -> None:
    heads, width, above = shape
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows([*[["某街道清单"]] * above, heads[:width], *rows])
    encoded = out.getvalue().encode("utf-8", "surrogatepass")
    table = must_be_whole("表.csv", encoded, rows)
    assert table is None or {"code", "name"} <= set(table.heads)


@settings(max_examples=60)
@given(TABLES, st.lists(SHORT, max_size=6))
def test_no_row_of_a_workbook_is_lost(shape: tuple[list[str], int, int], rows: list[list[Any]]) -> None:
    heads, width, above = shape
    clean = [[_writable(cell) for cell in row] for row in rows]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*[["某街道清单"]] * above, heads[:width], *clean]:
        sheet.append(row)
    must_be_whole("表.xlsx", packed(book), clean)


def _writable(cell: Any) -> Any:
    """What a workbook can hold; formulas are written without a value, and hold something."""
    return (
        ILLEGAL_CHARACTERS_RE.sub("", cell).encode("utf-8", "ignore").decode()
        if isinstance(cell, str)
        else cell
    )


@settings(max_examples=200)
@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass"))
)
def test_whatever_bytes_are_sent_they_are_read_or_refused(content: bytes) -> None:
    must_be_refused_or_read("表.csv", content)
    must_be_refused_or_read("表.xlsx", b"code,name\n1,a\n" + content)
    must_be_refused_or_read("表.xlsx", b"PK\x03\x04" + content)


def must_be_refused_or_read(name: str, content: bytes) -> None:
    try:
        read(name, content, COLUMNS)
    except Invalid as no:
        assert no.field == "file" and "。" in no.reason


BOOK = a_book([["编码", "名称"], ["1", "梅渚村"]])


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_bytes_changed_is_read_or_refused(changes: list[tuple[float, int]]) -> None:
    content = bytearray(BOOK)
    for place, byte in changes:
        content[int(place * len(content))] = byte
    must_be_refused_or_read("表.xlsx", bytes(content))
