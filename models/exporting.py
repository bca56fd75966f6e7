"""Writing tables and archives for people's desks: rows and files one by one, with names every system can keep."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.base.clock import TOWN_ZONE
from models.base.filenames import parted, safe_name
from models.base.personal_numbers import without_numbers

Cell = str | int | Decimal | date | datetime | None
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot hold: one of them and the whole table would not open."""
LOOKS_LIKE_A_SIGN = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Before what a table reads as one sign by its number: told by its own number, it is the stroke that was written."""
NUMBER = re.compile(r"-?(0|[1-9]\d{0,9})(\.\d{1,6})?")
FORMATS: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", str: "@"}


class Table:
    """An XLSX table written row by row: what has been added waits on disk, not in memory."""

    def __init__(self, title: str, heads: Sequence[tuple[str, int]]) -> None:
        from openpyxl import Workbook  # a fifth of a second that only tables for a desk need

        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or "表")
        self.sheet.freeze_panes = "B2"
        for number, (_, width) in enumerate(heads):
            self.sheet.column_dimensions[_letter(number)].width = width
        self._add([head for head, _ in heads], bold=True)

    def add(self, row: Sequence[Cell]) -> None:
        self._add(row)

    def packed(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()

    def _add(self, row: Sequence[Cell], bold: bool = False) -> None:
        self.sheet.append([self._cell(value, bold) for value in row])

    def _cell(self, value: Cell, bold: bool) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font

        if isinstance(value, datetime):
            value = value.astimezone(TOWN_ZONE).replace(tzinfo=None)
        text = isinstance(value, str)
        cell = WriteOnlyCell(self.sheet, as_text(value) if isinstance(value, str) else value)
        cell.alignment = Alignment(vertical="top", wrap_text=text)
        cell.number_format = FORMATS.get(type(value), "General")
        if bold:
            cell.font = Font(bold=True)
        if text:
            # Words are words: nothing that a village typed is ever computed on the desk of who opens it.
            cell.data_type = "s"
            cell.quotePrefix = str(cell.value).lstrip().startswith(LOOKS_LIKE_A_FORMULA)
        return cell


def as_text(words: str) -> str:
    """As a table can hold it, with nobody's number: a table is sent on to whom the town never showed it."""
    return LOOKS_LIKE_A_SIGN.sub("_x005F_", NO_LETTER.sub("", without_numbers(words)))


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number + 1))


def as_number(text: str) -> Cell:
    """A figure as a number, so that a column can be summed; codes, telephones and words stay as written."""
    return Decimal(text) if NUMBER.fullmatch(text) else text or None


class Names:
    """Names within one folder, no two alike even where capitals do not count; each keeps its ending."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def new(self, text: str) -> str:
        name, number = safe_name(text), 1
        stem, ending = parted(name)
        while name.casefold() in self.used:
            number += 1
            name = safe_name(stem, f"({number}){ending}")
        self.used.add(name.casefold())
        return name


class Archive:
    """A ZIP archive handed on entry by entry: no more than one file of it is ever held."""

    def __init__(self) -> None:
        self.window = _Window()
        self.zip = zipfile.ZipFile(self.window, "w")

    def add(self, name: str, content: bytes, at: datetime) -> bytes:
        """Put one file in; returns what is to be sent now. Photos and office files are compressed already."""
        self.zip.writestr(zipfile.ZipInfo(name, at.astimezone(TOWN_ZONE).timetuple()[:6]), content)
        return self.window.take()

    def end(self) -> bytes:
        self.zip.close()
        return self.window.take()


class _Window:
    """The end of a long file: zipfile goes back into the entry it is writing to note its size, and never further."""

    def __init__(self) -> None:
        self.begin = 0
        self.held = io.BytesIO()

    def tell(self) -> int:
        return self.begin + self.held.tell()

    def seek(self, to: int, whence: int = 0) -> int:
        if whence or to < self.begin:
            raise io.UnsupportedOperation("this part has been sent")
        return self.begin + self.held.seek(to - self.begin)

    def write(self, data: bytes) -> int:
        return self.held.write(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """Whoever sends the pieces knows when the last has gone."""

    def take(self) -> bytes:
        sent, self.held = self.held.getvalue(), io.BytesIO()
        self.begin += len(sent)
        return sent
