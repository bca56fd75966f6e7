"""Tables and archives for people's desks: nothing computes, every name can be kept, little is held."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from models.base.filenames import safe_name
from models.exporting import Archive, Cell, Names, Table, as_number

AT = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
FORMULAS = ("=1+1", '=HYPERLINK("http://x.test","看")', "+86 138", "-1+1", "@SUM(A1)", "＝1+1", " =1", "#N/A")


def read_back(rows: list[list[Cell]]) -> list[list[Any]]:
    table = Table("汇总表", [("甲", 10), ("乙", 10), ("丙", 10)])
    for row in rows:
        table.add(row)
    sheet = load_workbook(io.BytesIO(table.packed()))["汇总表"]
    return [list(row) for row in sheet.iter_rows()][1:]


@pytest.mark.parametrize("words", FORMULAS)
def test_words_that_look_like_a_formula_stay_words(words: str) -> None:
    cell = read_back([[words]])[0][0]
    assert (cell.value, cell.data_type) == (words, "s")
    assert cell.quotePrefix == (words != "#N/A")


def test_numbers_days_and_moments_arrive_as_such_by_the_towns_clock() -> None:
    row = read_back([[Decimal("12.5"), date(2026, 3, 5), AT]])[0]
    assert [cell.value for cell in row] == [12.5, datetime(2026, 3, 5), datetime(2026, 3, 5, 9, 30)]
    assert row[2].number_format == "yyyy-mm-dd hh:mm"


def test_signs_that_no_table_can_hold_are_left_out() -> None:
    assert read_back([["甲\x0b乙\uffff丙\x1b", "两行\n字"]])[0][0].value == "甲乙丙"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12", Decimal(12)),
        ("-3.5", Decimal("-3.5")),
        ("0", Decimal(0)),
        ("", None),
        ("007", "007"),
        ("13800000000", "13800000000"),
        ("1e5", "1e5"),
        ("三户", "三户"),
    ],
)
def test_figures_can_be_summed_and_codes_stay_as_written(text: str, told: Cell) -> None:
    assert as_number(text) == told


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("梅渚村", "梅渚村"),
        ('梅渚/村:"一"?*', "梅渚_村__一___"),
        ("con", "_con"),
        ("LPT1.jpg", "_LPT1.jpg"),
        ("..\\..\\甲.jpg", "_.._甲.jpg"),
        ("甲\u202egpj.exe\n", "甲gpj.exe"),
        (" . ", "未命名"),
        ("长" * 300, "长" * 80),
        ("照" * 100 + ".jpg", "照" * 76 + ".jpg"),
        ("照" * 78 + ".jpg", "照" * 76 + ".jpg"),
        ("😀" * 70 + ".xlsx", "😀" * 58 + ".xlsx"),
        ("e\u0301" * 3 + ".png", "é" * 3 + ".png"),
        ("a" * 75 + "x\u0323\u0307\u0309.jpg", "a" * 75 + ".jpg"),
        ("梅渚村.老党员座谈", "梅渚村.老党员座谈"),
        ("COM¹ .txt", "_COM¹.txt"),
    ],
)
def test_every_name_is_one_that_windows_takes(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_no_two_names_of_a_folder_are_alike() -> None:
    names = Names()
    assert [names.new(one) for one in ("A.jpg", "a.jpg", "A(2).jpg", "村", "村")] == [
        "A.jpg",
        "a(2).jpg",
        "A(2)(2).jpg",
        "村",
        "村(2)",
    ]


@given(
    st.lists(st.text(max_size=120) | st.just("照" * 99), min_size=1, max_size=6),
    st.sampled_from(("", ".jpg", ".docx")),
)
def test_names_of_a_folder_keep_their_ending_and_fit_on_every_disk(texts: list[str], ending: str) -> None:
    names = Names()
    made = [names.new(text + ending) for text in texts for _ in range(2)]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert name.endswith(ending) and len(name.encode()) <= 255 and len(name) <= 82
        assert not set(name) & set('<>:"/\\|?*') and name == name.strip() and name.isprintable()


def test_an_archive_opens_whole_and_says_the_size_of_each_file_before_its_bytes() -> None:
    archive = Archive()
    files = {"梅渚村/照片.jpg": b"\xff\xd8" + bytes(5000), "空.txt": b"", "汇总表.xlsx": b"PK" * 99}
    sent = b"".join([*(archive.add(name, content, AT) for name, content in files.items()), archive.end()])
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == files
        info = opened.getinfo("梅渚村/照片.jpg")
        assert info.date_time == (2026, 3, 5, 9, 30, 0)
        assert info.flag_bits & 0x800, "the name is not marked as UTF-8"
        assert not info.flag_bits & 0x8, "sizes behind the bytes: some programs cannot read that"


def test_an_archive_never_holds_more_than_one_file() -> None:
    archive, content, sent = Archive(), bytes(1 << 20), 0
    tracemalloc.start()
    try:
        for number in range(50):
            sent += len(archive.add(f"{number}.jpg", content, AT))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent > 50 << 20 and peak < 4 << 20, peak
