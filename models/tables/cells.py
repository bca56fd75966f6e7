"""What a table holds, cell by cell, and how much of it is taken: everything here is known before memory is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from models.base.refusals import Invalid

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 64 * 2**20
MOST_PARTS = 2000
"""Files within a workbook."""
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 300_000, 256, 2_500_000
"""Rows and cells that hold something, and the columns that are looked at."""
LONGEST_CELL = 32_767
"""Letters in one cell, as spreadsheets have it."""
MOST_LETTERS = MOST_BYTES
"""Letters in all cells, as many as the largest text has: a workbook says one of them in few bytes any number of times."""
MOST_MERGED = 20_000
MEMORY, SECONDS = 256 * 2**20, 10
"""What reading one table may take; it ends there, whatever the file does."""

ERROR, FORMULA, LOST, DAY, TWICE, LONG = "error", "formula", "lost", "day", "twice", "long"


class Odd(NamedTuple):
    """A cell that is more, or less, than the words in it."""

    kind: str
    text: str


Cell = str | Odd


def words_in(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


class Line(NamedTuple):
    """A row that holds something: its number as the person sees it, and its cells from the first column on."""

    number: int
    cells: list[Cell]
    hidden: bool = False


class Merged(NamedTuple):
    """One cell of a column that lies over several rows."""

    column: int
    first: int
    last: int


@dataclass
class Sheet:
    """The lines of one sheet; `far` counts the cells beyond the columns that are looked at."""

    name: str = ""
    lines: list[Line] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: list[range] = field(default_factory=list)
    """Columns that nobody sees."""
    far: int = 0
    notes: list[str] = field(default_factory=list)
    cells: int = 0
    letters: int = 0

    @property
    def where(self) -> str:
        """The sheet by its name, where it has one, to begin a sentence with."""
        return f"工作表“{self.name}”" if self.name else ""

    def add(self, number: int, cells: list[Cell], hidden: bool = False) -> None:
        """Take a line in, if it holds anything; raises Invalid where the table is larger than what is taken."""
        if len(cells) > MOST_COLUMNS:
            self.far += sum(map(bool, cells[MOST_COLUMNS:]))
            del cells[MOST_COLUMNS:]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        for place, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                cells[place] = Odd(LONG, str(len(cell)))
        self.lines.append(Line(number, cells, hidden))
        self.count(cells)

    def count(self, cells: list[Cell]) -> None:
        """So many more cells that will be handed on; raises Invalid where that is more than is taken."""
        self.cells += len(cells)
        self.letters += sum(len(words_in(cell)) for cell in cells)
        if len(self.lines) > MOST_ROWS or self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise too_large()


def too_large() -> Invalid:
    return Invalid(
        f"表格太大：最多 {MOST_BYTES // 2**20} MB、{MOST_ROWS} 行。"
        "请只把有内容的部分复制到一个新表格里，或者分成几个文件导入。",
        field="file",
    )


def letters(column: int) -> str:
    """A column by the letters over it: 0 is A, 26 is AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name
