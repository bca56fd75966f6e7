"""Tables that are text, in whatever encoding and parted by whatever sign: read as they are, or refused with the line."""

from __future__ import annotations

from itertools import product

import pytest

from models.base.refusals import Invalid
from models.tables.cells import LONG, LONGEST_CELL, Odd
from models.tables.heads import Column
from models.tables.table import Table, read

COLUMNS = (Column("code", "编码", needed=True), Column("name", "名称", ("单位名称",), needed=True))
WORDS = "编码,名称\n1,梅渚村\n"


def rows_of(table: Table) -> list[tuple[int, dict[str, object]]]:
    return [(row.number, dict(row.cells)) for row in table.rows]


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030")
NAMES = ("表.csv", "表.tsv", "表.txt", "表.xlsx")


def test_a_table_is_read_in_every_encoding_parted_by_every_sign_and_under_every_name() -> None:
    for encoding, mark, end, name in product(ENCODINGS, ",\t;|，", ("\n", "\r\n", "\r"), NAMES):
        content = WORDS.replace(",", mark).replace("\n", end).encode(encoding)
        told = rows_of(read(name, content, COLUMNS))
        assert told == [(2, {"code": "1", "name": "梅渚村"})], (encoding, mark, end, name)


def test_a_text_in_the_old_code_is_never_taken_for_a_broken_one() -> None:
    """Every sign of it, alone and among others, before and behind a stop or the end."""
    every = bytes(range(0xA1, 0xFF))
    signs = [bytes((lead, trail)).decode("gb18030") for lead in range(0xB0, 0xF8) for trail in every[::7]]
    words = ["".join(signs[at : at + 3]) for at in range(0, len(signs), 3)]
    for end in ("", "\n", "村\n"):
        for at in range(0, len(words), 12):
            text = "".join(
                f"{number},{word}{end or chr(10)}" for number, word in enumerate(words[at : at + 12])
            )
            content = f"编码,名称\n{text}".encode("gb18030")
            assert len(read("a.csv", content, COLUMNS).rows) == len(words[at : at + 12])


def test_what_was_read_otherwise_than_expected_is_told() -> None:
    assert read("a.csv", WORDS.encode(), COLUMNS).notes == []
    assert read("a.csv", WORDS.encode("gb18030"), COLUMNS).notes == ["文件按 GB18030 编码读取"]
    told = read("a.csv", WORDS.replace(",", ";").encode("utf-16"), COLUMNS).notes
    assert told == ["文件按 UTF-16 编码读取", "各列按分号分开"]


def test_a_first_line_that_says_the_separator_is_no_row() -> None:
    assert rows_of(read("a.csv", "sep=|\n编码|名称\n1|a,b;c\n".encode(), COLUMNS)) == [
        (3, {"code": "1", "name": "a,b;c"})
    ]


def test_cells_keep_their_line_breaks_and_rows_their_numbers() -> None:
    text = '编码,名称\n\n1,"梅\n渚"\n,,,\n2,棠村,,,\n'
    assert rows_of(read("a.csv", text.encode(), COLUMNS)) == [
        (3, {"code": "1", "name": "梅\n渚"}),
        (5, {"code": "2", "name": "棠村"}),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "没有找到表头.*编码（code）、名称（name）"),
        (b"\n\n", "没有找到表头"),
        (b"x,y\n1,2\n", "没有找到表头"),
        ("编码\n1\n".encode(), "第 1 行看作表头，表格缺少列：名称（name）"),
        ('编码,名称\n1,"梅渚\n2,棠村\n'.encode(), "第 2 行的引号没有成对"),
        ('编码,名称\n1,"梅"渚\n'.encode(), "第 2 行的引号没有成对"),
        (b"code,name\n1,a\x00b\n", "第 2 行里有不能识别的字符"),
        (WORDS.encode() * 9 + b"2,\xe6\xa2\n", "第 19 行有坏掉的字"),
        ("编码,名称\n1,梅渚村".encode()[:-1], "第 2 行有坏掉的字"),
        ("code,name\n1,梅渚".encode()[:-2], "第 2 行有坏掉的字"),
        ("code,name\n1,梅渚村\n2,棠村".encode().replace(b"\xb8", b"", 1), "第 2 行有坏掉的字"),
        (b"\xef\xbb\xbfcode,name\n1,\xff\xfe\n", "第 2 行有坏掉的字"),
        (b"code,name\n1,\xff\xff\xff\n", "文字编码认不出来"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_how_to_save_it_again(
    content: bytes, told: str
) -> None:
    with pytest.raises(Invalid, match=told) as no:
        read("a.csv", content, COLUMNS)
    assert no.value.field == "file"


def test_a_cell_longer_than_any_is_told_with_its_length_and_takes_no_memory() -> None:
    table = read("a.csv", f"code,name\n1,{'依' * 140_000}\n2,{'依' * LONGEST_CELL}\n".encode(), COLUMNS)
    assert (
        table.rows[0].cells["name"] == Odd(LONG, "140000")
        and len(table.rows[1].cells["name"]) == LONGEST_CELL
    )
