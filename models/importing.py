"""Reading tables from CSV and XLSX: every error by row, and nothing taken unless all of it is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.base.refusals import Invalid

MOST_ERRORS = 20
Row = Mapping[str, str]


@dataclass
class Import:
    """What an import did, or would do: rows made and changed, rows as they were, and errors by row number."""

    made: int = 0
    changed: int = 0
    same: int = 0
    errors: list[str] = field(default_factory=list)

    def fault(self, line: int, what: str) -> None:
        self.errors.append(f"第 {line} 行：{what}")

    def must_be_right(self) -> None:
        """Raise Invalid with the errors by row, so that all of the import is given up."""
        if self.errors:
            more = len(self.errors) - MOST_ERRORS
            shown = self.errors[:MOST_ERRORS] + ([f"另有 {more} 处错误"] if more > 0 else [])
            raise Invalid("导入未进行，请先改正：\n" + "\n".join(shown), field="file")


def read_table(name: str, content: bytes, columns: tuple[str, ...]) -> list[tuple[int, Row]]:
    """The rows of a CSV, TSV or XLSX file as (line number, column → text); raises Invalid where columns are missing."""
    lines = _sheet(content) if Path(name).suffix.lower() == ".xlsx" else _text(name, content)
    header = [str(cell).strip() for cell in next(lines, [])]
    missing = [column for column in columns if column not in header]
    if missing:
        raise Invalid(f"表格缺少列：{'、'.join(missing)}。", field="file")
    return [
        (number, _row(header, cells))
        for number, cells in enumerate(lines, start=2)
        if any(cell.strip() for cell in cells)
    ]


def _row(header: list[str], cells: list[str]) -> Row:
    """A row under its header; cells missing at its end are empty."""
    return dict.fromkeys(header, "") | dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _text(name: str, content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("文件不是 UTF-8 编码，请另存为 UTF-8 后再导入。", field="file") from None
    delimiter = "\t" if Path(name).suffix.lower() == ".tsv" else ","
    if "\0" in text:
        raise Invalid("文件里有不能识别的字符。", field="file")
    try:
        return iter(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error:
        raise Invalid("文件不是可读的 CSV 表格，请检查引号。", field="file") from None


def _sheet(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # a fifth of a second that only tables from a desk need

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the broken part of the file provokes
        raise Invalid("文件不是可读的 XLSX 表格。", field="file") from error
    sheet = book.worksheets[0]
    return iter([[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
