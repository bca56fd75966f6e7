"""Workbooks (.xlsx, .xlsm), row by row as the file holds them, by openpyxl's parser of rows.

Of the libraries that were tried on tables from the field, python-calamine is seven times as quick, but hands an error
cell and a formula without a value over as an empty one, tells of no hidden rows, and makes a square of memory out of one
far cell; pandas stands on these two. openpyxl's own walk over a sheet believes the size that the file tells of itself
and fills up every row before a far one. Its parser of single rows does neither, and tells of formulas and hidden rows.
It is plain Python, so it runs in a process of its own (reader.py), which may be ended.
"""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import COL_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from models.base.refusals import Invalid
from models.tables.cells import (
    DAY,
    ERROR,
    FORMULA,
    LOST,
    MOST_COLUMNS,
    MOST_MERGED,
    Cell,
    Merged,
    Odd,
    Sheet,
    too_large,
)
from models.tables.heads import MOST_NAMED, Column, head_line
from models.tables.kinds import SAVE_AGAIN, broken, must_be_unpackable

STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MERGED_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
ZEROS = re.compile("0{2,}")
"""A form that shows so many figures, with noughts before those of the number: telephones, codes."""
ERROR_TYPE, FORMULA_TYPE, TRUE = "e", "f", ("1", "true")
EXACT = 10**15
"""Numbers of more digits have lost some of them in the spreadsheet."""


class Listed(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


def read_workbook(content: bytes, columns: tuple[Column, ...]) -> Sheet:
    """The sheet a person saw that has the heads: the one shown on opening, or else the first; raises Invalid."""
    must_be_unpackable(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Workbook(content).sheet_with(columns)
    except (Invalid, MemoryError):
        raise
    except (ParseError, zipfile.BadZipFile, EOFError):
        raise broken() from None
    except Exception as error:  # openpyxl raises whatever the odd part of a file provokes
        raise Invalid(f"这个工作簿有一部分不合规范，读不了。{SAVE_AGAIN}", field="file") from error


class _Workbook:
    """A workbook opened as far as its sheets: what they are called, the texts they share, and which numbers are days."""

    def __init__(self, content: bytes) -> None:
        reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        main = reader.archive.read("xl/workbook.xml")
        if STRICT in main[:4096]:
            raise Invalid(f"这是“Strict Open XML”格式的工作簿。{SAVE_AGAIN}", field="file")
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        self.archive, self.book, self.texts = reader.archive, reader.wb, reader.shared_strings
        self.sheets = [
            Listed(sheet.name, rel.target, sheet.state != "visible")
            for sheet, rel in reader.parser.find_sheets()
            if rel.Type.endswith("/worksheet") and rel.target in reader.valid_files
        ]
        shown = reader.wb.views[0].activeTab if reader.wb.views else 0
        self.on_top = next(
            (rel.target for n, (_, rel) in enumerate(reader.parser.find_sheets()) if n == shown), ""
        )
        self.forms = {n: self._form(style) for n, style in enumerate(self.book._cell_styles)}

    def _form(self, style: Any) -> str:
        """How the cells of a style show their numbers, in the signs of spreadsheets."""
        own = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        formats = self.book._number_formats
        return str(formats[own] if 0 <= own < len(formats) else BUILTIN_FORMATS.get(style.numFmtId, ""))

    def sheet_with(self, columns: tuple[Column, ...]) -> Sheet:
        """The first visible sheet with a head, the one on top before the others; else the first that holds anything."""
        seen = [sheet for sheet in self.sheets if not sheet.hidden]
        if not seen:
            raise Invalid("工作簿里没有看得见的工作表。", field="file")
        without: list[Sheet] = []
        for listed in sorted(seen, key=lambda sheet: sheet.part != self.on_top):
            sheet = self._read(listed)
            if head_line(sheet.lines, columns) is not None:
                sheet.notes.insert(0, self._told(listed))
                return sheet
            without.append(sheet)
        return next((sheet for sheet in without if sheet.lines), without[0])

    def _told(self, read: Listed) -> str:
        others = [f"“{one.name}”{'（隐藏）' if one.hidden else ''}" for one in self.sheets if one != read]
        rest = (
            f"；没有读：{'、'.join(others[:MOST_NAMED])}{'等' if len(others) > MOST_NAMED else ''}"
            if others
            else ""
        )
        return f"读的是工作表“{read.name}”{rest}"

    def _read(self, listed: Listed) -> Sheet:
        sheet = Sheet(listed.name)
        parser = _Cells(
            None,
            self.texts,
            data_only=True,
            epoch=self.book.epoch,
            date_formats=self.book._date_formats,
            timedelta_formats=self.book._timedelta_formats,
        )
        with self.archive.open(listed.part) as part:
            for _, element in iterparse(part):  # noqa: S314 (the process has so much memory and no more)
                if element.tag == ROW_TAG:
                    self._add(sheet, parser, element)
                    element.clear()
                elif element.tag == MERGED_TAG:
                    _merge(sheet, element.get("ref", ""))
                elif (
                    element.tag == COL_TAG
                    and element.get("hidden") in TRUE
                    and len(sheet.hidden) < MOST_COLUMNS
                ):
                    sheet.hidden.append(range(int(element.get("min", 1)) - 1, int(element.get("max", 1))))
        return sheet

    def _add(self, sheet: Sheet, parser: _Cells, element: Element) -> None:
        """One row of the file: cells without a value cost nothing, however far they lie."""
        cells: list[Cell] = []
        for cell in parser.filled_cells(element):
            text, place = self._said(cell), cell["column"] - 1
            if text and place >= MOST_COLUMNS:
                sheet.far += 1
            elif text:
                cells.extend([""] * (place + 1 - len(cells)))
                cells[place] = text
        sheet.add(parser.row_counter, cells, element.get("hidden") in TRUE)

    def _said(self, cell: dict[str, Any]) -> Cell:
        value, kind = cell["value"], cell["data_type"]
        if kind in (ERROR_TYPE, FORMULA_TYPE):
            return Odd(FORMULA, "") if kind == FORMULA_TYPE else Odd(ERROR, str(value))
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return _number(value, self.forms.get(cell["style_id"], ""))
        if isinstance(value, date | time | timedelta):
            return Odd(DAY, _day(value))
        return str(unescape(str(value or ""))).strip()


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """openpyxl's cells, but for those with nothing in them, and formulas whose value was never computed."""

    row_counter: int
    col_counter: int

    def filled_cells(self, row: Element) -> Iterator[dict[str, Any]]:
        self.row_counter = int(row.get("r") or self.row_counter + 1)
        self.col_counter = 0
        for element in row:
            if len(element):
                yield self.parse_cell(element)
            elif not element.get("r"):
                self.col_counter += 1

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        computed = cell["value"] is not None or cell["data_type"] == "str"
        if not computed and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = FORMULA_TYPE
        return cell


def _merge(sheet: Sheet, ref: str) -> None:
    """Remember a cell that lies over several rows."""
    left, first, _, last = range_boundaries(ref)
    if first < last and left <= MOST_COLUMNS:
        sheet.merged.append(Merged(left - 1, first, last))
    if len(sheet.merged) > MOST_MERGED:
        raise too_large()


def _number(value: float, form: str) -> Cell:
    """A number as it is read on the screen, without the noise behind its fifteenth digit."""
    if not math.isfinite(value) or abs(value) >= EXACT:
        return Odd(LOST, f"{value:.15g}")
    percent = "%" in form
    exact = Decimal(f"{value:.15g}") * (100 if percent else 1)
    text = format(exact.normalize() + 0, "f")
    if ZEROS.fullmatch(form) and text.isdecimal():
        return text.zfill(form.count("0"))
    return f"{text}%" if percent else text


def _day(value: date | time | timedelta) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return value.isoformat(" ").removesuffix(" 00:00:00")
