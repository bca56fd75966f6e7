"""Workbooks as a person saw them: the sheet, the heads and the cells, and nothing that the file says of itself."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from models.base.refusals import Invalid
from models.tables.cells import DAY, ERROR, FORMULA, LOST, TWICE, Odd
from models.tables.heads import Column
from models.tables.table import read
from tests.models.tables.books import SHEET, a_book, altered, packed, with_rows
from tests.models.tables.test_texts import COLUMNS, rows_of

HEADS = ["编码", "名称"]
BOOK = a_book([HEADS, ["1", "梅渚村"], ["2", "棠村"]])
READ: list[Any] = [(2, {"code": "1", "name": "梅渚村"}), (3, {"code": "2", "name": "棠村"})]
FAR = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'


def one_cell(value: Any, form: str = "General") -> Any:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADS)
    sheet.append(["1", value])
    sheet["B2"].number_format = form
    return read("a.xlsx", packed(book), COLUMNS).rows[0].cells.get("name", "")


@pytest.mark.parametrize("size", ["A1", "A1:B2", "A1:XFD1048576", "B2:C1", "nonsense", ""])
def test_what_a_file_says_of_its_own_size_is_never_believed(size: str) -> None:
    lying = altered(
        BOOK, SHEET, lambda xml: xml.replace('<dimension ref="A1:B3"', f'<dimension ref="{size}"')
    )
    assert (lying == BOOK) == (size == "A1:B3") and rows_of(read("a.xlsx", lying, COLUMNS)) == READ
    assert rows_of(read("a.xlsx", with_rows(BOOK, FAR), COLUMNS)) == READ


@pytest.mark.parametrize(
    ("value", "form", "cell"),
    [
        (3306, "General", "3306"),
        (3.0, "0.00", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (2.5, "General", "2.5"),
        (1e-7, "General", "0.0000001"),
        (13800000000, "0.00E+00", "13800000000"),
        (0.5, "0%", "50%"),
        (57586012345, "000000000000", "057586012345"),
        (7, "000", "007"),
        (-7, "000", "-7"),
        ("_x000D_梅_x000A_渚_x0041_", "General", "梅\n渚A"),
        (True, "General", "TRUE"),
        (12330624000000012, "0", Odd(LOST, "1.2330624e+16")),
        (date(2026, 1, 31), "yyyy-mm-dd", Odd(DAY, "2026-01-31")),
        (datetime(2026, 1, 31, 8, 30), "yyyy-mm-dd hh:mm", Odd(DAY, "2026-01-31 08:30:00")),
        (time(8, 30), "hh:mm", Odd(DAY, "08:30:00")),
        ("=1+1", "General", Odd(FORMULA, "")),
        (" 梅渚村\u3000", "General", "梅渚村"),
        (None, "General", ""),
    ],
)
def test_cells_are_read_as_they_stand_on_the_screen(value: Any, form: str, cell: Any) -> None:
    assert one_cell(value, form) == cell


def test_a_workbook_that_counts_its_days_from_1904_gives_the_same_days() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active.append(HEADS)
    book.active.append(["1", date(2026, 1, 31)])
    assert read("a.xlsx", packed(book), COLUMNS).rows[0].cells["name"] == Odd(DAY, "2026-01-31")


def test_an_error_and_a_formula_without_a_value_are_no_words_and_a_computed_one_is() -> None:
    rows = (
        '<row r="4"><c r="A4" t="e"><v>#REF!</v></c><c r="B4"><f>A1</f><v/></c></row>'
        '<row r="5"><c r="A5" t="str"><f>A1</f><v>5</v></c><c r="B5" t="str"><f>""</f><v></v></c></row>'
    )
    told = rows_of(read("a.xlsx", with_rows(BOOK, rows), COLUMNS))[2:]
    assert told == [(4, {"code": Odd(ERROR, "#REF!"), "name": Odd(FORMULA, "")}), (5, {"code": "5"})]


def test_the_sheet_that_a_person_saw_is_read_and_named_with_those_that_are_not() -> None:
    book = Workbook()
    notes, hidden, one, other = book.active, *map(book.create_sheet, ("旧", "甲", "乙"))
    assert notes is not None
    notes.title, hidden.sheet_state = "说明", "hidden"
    notes.append(["填表说明"])
    for sheet, name in ((hidden, "旧村"), (one, "甲村"), (other, "乙村")):
        sheet.append(HEADS)
        sheet.append(["1", name])
    for shown, name in ((0, "甲村"), (1, "甲村"), (3, "乙村")):
        book.active = shown
        table = read("a.xlsx", packed(book), COLUMNS)
        assert table.rows[0].cells["name"] == name
        others = [n for n in ("“说明”", "“旧”（隐藏）", "“甲”", "“乙”") if name[0] not in n]
        assert table.notes == [f"读的是工作表“{name[0]}”；没有读：{'、'.join(others)}"]


def test_a_workbook_without_the_heads_is_told_by_its_sheet() -> None:
    with pytest.raises(Invalid, match="工作表“花名册”第 1 行是“甲 乙”，没有找到表头"):
        read("a.xlsx", a_book([["甲", "乙"], [1, 2]], "花名册"), COLUMNS)
    with pytest.raises(Invalid, match="工作表“花名册”第 2 行看作表头，表格缺少列：名称"):
        read("a.xlsx", a_book([["花名册"], ["编码", "乙"], [1, 2]], "花名册"), COLUMNS)


def test_heads_are_found_below_a_title_and_compared_folded() -> None:
    rows = [["某街道清单"], [], ["* 编\u3000码", "名\n称："], ["1", "梅渚村"]]
    table = read("a.xlsx", a_book(rows), COLUMNS)
    assert rows_of(table) == [(4, {"code": "1", "name": "梅渚村"})]
    assert "表头在第 3 行，上面的“某街道清单”没有读" in table.notes
    for heads in ("ＣＯＤＥ,Name", "*【編碼】,※名稱", "编-码,名·称："):
        assert rows_of(read("a.csv", f"{heads}\n1,a\n".encode(), COLUMNS)) == [
            (2, {"code": "1", "name": "a"})
        ], heads


def test_unknown_double_and_missing_heads_are_named_and_double_ones_must_agree() -> None:
    rows = [[*HEADS, "序号", None, "NAME"], ["1", "甲", "x", "y", None], ["2", "乙", None, None, "丙"]]
    table = read("a.xlsx", a_book(rows), COLUMNS)
    assert rows_of(table) == [
        (2, {"code": "1", "name": "甲"}),
        (3, {"code": "2", "name": Odd(TWICE, "乙 / 丙")}),
    ]
    assert table.notes[1:] == [
        "同一列有几个表头：“名称”（B、E 列），各行要写得一样",
        "没有读的列：“序号”（C 列）",
        "没有表头的列里有内容，没有读：D 列",
    ]


def test_remarks_repeated_heads_and_rows_beside_the_columns_are_left_out_with_a_word() -> None:
    rows = [[*HEADS, "序号"], ["1", "甲"], HEADS, [None, None, 7], ["注：由清单管理员填写"], ["2", "乙"]]
    table = read("a.xlsx", a_book(rows), COLUMNS)
    assert [row.number for row in table.rows] == [2, 6]
    assert table.notes[2:] == [
        "第 5 行是说明，没有读：“注：由清单管理员填写”",
        "第 3 行又是表头，没有读",
        "第 4 行在要读的列里没有内容，没有读",
    ]


def test_a_cell_over_several_rows_counts_for_each_and_one_over_several_columns_for_the_first() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([*HEADS], ["1", "甲"], ["2", None], ["3", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("A4:B4")
    table = read("a.xlsx", packed(book), COLUMNS)
    assert rows_of(table)[1:] == [(3, {"code": "2", "name": "甲"}), (4, {"code": "3"})]
    assert "合并的单元格按它盖住的各行填写（1 处）" in table.notes


def test_heads_that_begin_in_the_row_above_are_heads() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    columns = (*COLUMNS, Column("days", "天数"), Column("hours", "小时"))
    for row in (["编码", "时限", None], [None, "天数", "小时"], ["1", 2, 3]):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    with pytest.raises(Invalid, match="第 2 行看作表头，表格缺少列：名称（name）"):
        read("a.xlsx", packed(book), columns)


def test_hidden_rows_are_read_and_counted() -> None:
    hidden = with_rows(BOOK, '<row r="4" hidden="1"><c r="A4" t="inlineStr"><is><t>3</t></is></c></row>')
    table = read("a.xlsx", hidden, COLUMNS)
    assert len(table.rows) == 3 and "其中 1 行是隐藏的，也读了" in table.notes


def test_hidden_columns_are_read_and_named() -> None:
    cols = '<cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
    table = read("a.xlsx", altered(BOOK, SHEET, lambda xml: xml.replace("<sheetData>", cols)), COLUMNS)
    assert rows_of(table) == READ and table.notes[1:] == ["隐藏的列也读了：“名称”（B 列）"]


def test_what_lies_beyond_the_columns_that_are_looked_at_is_counted() -> None:
    far = '<row r="4"><c r="A4"><v>3</v></c><c r="XFD4"><v>1</v></c></row>'
    table = read("a.xlsx", with_rows(BOOK, far), COLUMNS)
    assert table.rows[-1].cells == {"code": "3"}
    assert "第 256 列以后还有 1 个单元格有内容，没有读" in table.notes
