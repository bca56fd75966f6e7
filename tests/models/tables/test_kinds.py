"""Every other kind of file is named for what it is, whatever it is called, and how to save it again is told."""

from __future__ import annotations

import io
import zipfile

import pytest

from models.base.refusals import Invalid
from models.tables.cells import MOST_BYTES, MOST_PARTS, MOST_UNPACKED
from models.tables.kinds import OLE
from models.tables.table import read
from tests.models.tables.books import SHEET, a_book, altered
from tests.models.tables.test_texts import COLUMNS

BOOK = a_book([["编码", "名称"], ["1", "梅渚村"]])


def package(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


def ole(part: str) -> bytes:
    return OLE + b"\0" * 504 + part.encode("utf-16-le") + b"\0" * 64


ENCRYPTED = bytearray(package(**{"xl/workbook.xml": "x"}))
ENCRYPTED[ENCRYPTED.index(b"PK\x01\x02") + 8] |= 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xls", ole("Workbook"), r"旧格式（\.xls）"),
        ("a.xlsx", ole("Workbook"), r"旧格式（\.xls）"),
        ("a.xls", OLE, r"旧格式（\.xls）"),
        ("a.xlsx", OLE, "加了密码"),
        ("a.xls", ole("EncryptedPackage"), "加了密码"),
        ("a.doc", ole("WordDocument"), "Word"),
        ("a.xls", b"\xef\xbb\xbf\r\n<HTML><table>", "网页（HTML）"),
        ("a.xls", b"<!DOCTYPE html><p>", "网页（HTML）"),
        ("a.xls", b'<?xml version="1.0"?><html>', "网页（HTML）"),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML 表格",
        ),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.xlsx", b"\xff\xd8\xff\xe0", "图片"),
        ("a.xlsx", b"Rar!\x1a\x07", "压缩包"),
        ("a.xlsx", package(**{"content.xml": "x", "mimetype": "x"}), r"\.ods"),
        ("a.xlsx", package(**{"xl/workbook.bin": "x"}), r"\.xlsb"),
        ("a.xlsx", package(**{"word/document.xml": "x"}), "Word"),
        ("a.xlsx", package(**{"Index/Document.iwa": "x"}), "Numbers"),
        ("a.xlsx", package(**{"a.txt": "x"}), "压缩包"),
        ("a.xlsx", package(**{"xl\\workbook.xml": "x"}), "不合规范"),
        ("a.xlsx", bytes(ENCRYPTED), "加了密码"),
        ("a.xlsx", b"PK\x03\x04broken", "损坏"),
        ("a.xlsx", BOOK[: len(BOOK) // 2], "损坏"),
        ("a.xlsx", altered(BOOK, SHEET, lambda xml: xml[:-200]), "损坏"),
        ("a.xlsx", altered(BOOK, "[Content_Types].xml", lambda _: "<x/>"), "不合规范"),
        ("a.xlsx", altered(BOOK, "xl/styles.xml", lambda xml: xml.replace("<xf ", "<xg ")), "不合规范|损坏"),
        ("a.csv", b"a" * (MOST_BYTES + 1), "表格太大"),
    ],
)
def test_what_is_no_table_is_named_for_what_it_is(name: str, content: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told) as no:
        read(name, content, COLUMNS)
    assert no.value.field == "file" and "导入" in no.value.reason


def test_the_size_of_a_workbook_is_known_before_it_is_unpacked() -> None:
    bomb = altered(BOOK, SHEET, lambda xml: xml.replace("</sheetData>", " " * MOST_UNPACKED + "</sheetData>"))
    crowd = package(**{"xl/workbook.xml": "x"} | {f"xl/{number}.xml": "" for number in range(MOST_PARTS)})
    for content in (bomb, crowd):
        assert len(content) < 2**20
        with pytest.raises(Invalid, match="表格太大"):
            read("a.xlsx", content, COLUMNS)
