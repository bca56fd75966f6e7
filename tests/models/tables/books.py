"""Workbooks made by hand, part by part, as spreadsheets write them and as they never would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
END = "</sheetData>"


def a_book(rows: list[list[Any]], title: str = "表") -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return packed(book)


def packed(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def altered(book: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same workbook with one of its parts written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == part else text)
    return out.getvalue()


def with_rows(book: bytes, rows: str) -> bytes:
    """The workbook with more rows at the end of its first sheet."""
    return altered(book, SHEET, lambda xml: xml.replace(END, rows + END))
