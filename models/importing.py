"""Bringing tables in: every cell through its gate, every fault by row and column, and nothing taken unless all is right.

async for row in each(await read_table(name, content, COLUMNS)):
    code, days = row.take("code", code_of), row.take("norm_days", whole)
    if outcome.accepts(row): ...
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from models.base.days import day_of
from models.base.personal_numbers import without_numbers
from models.base.refusals import Invalid
from models.tables.cells import DAY, ERROR, FORMULA, LONG, LONGEST_CELL, LOST, TWICE, Cell, Odd
from models.tables.heads import Column
from models.tables.reader import read_table
from models.tables.table import Table

__all__ = ["Column", "Import", "Row", "day", "each", "read_table"]

T = TypeVar("T")
MOST_ERRORS, MOST_DOUBTS, MOST_LINES, SHOWN = 20, 20, 5, 20
AT_A_TIME, LETTERS_LIKE_A_ROW = 20, 500
"""Rows after which others have their turn on the event loop; long ones count for several."""
NULL = "null"
SET_TO_TEXT = "请把这一列设为文本格式后重新填写"
ODD: Mapping[str, str] = {
    ERROR: "单元格是错误值 {}，没有自己的内容，请改正",
    FORMULA: "单元格是公式，文件里没有它算出的值，请打开文件重新计算后保存，或者把公式粘贴成数值",
    LOST: f"数字 {{}} 超过 15 位，表格软件记不住后面的几位，{SET_TO_TEXT}",
    DAY: f"单元格是日期 {{}}，不是文字，可能被表格软件改写过，{SET_TO_TEXT}",
    NULL: "写的是 {}，是程序在没有内容时留下的词，请改正，没有就留空",
    LONG: f"内容太长，有 {{}} 个字，一个单元格最多 {LONGEST_CELL} 个字",
    TWICE: "有两列是这个表头，写的却不一样（{}），请只留一列",
}
NOTHING_THERE = re.compile(
    r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!|GETTING_DATA|#+)"
    r"|[(<\[]?(NULL|NONE|NAN|NAT|NIL|NA|N/A|UNDEFINED)[)>\]]?|\\N",
    re.IGNORECASE,
)
"""Words that spreadsheets and programs write where they have no content, and that are no content themselves."""
REWRITTEN = re.compile(r"""['=].*|[0-9](\.[0-9]+)?E\+?[0-9]+""", re.IGNORECASE | re.DOTALL)
"""What a spreadsheet makes of long numbers, and what people put before them to keep it from that."""
MIDNIGHT = re.compile(r"(?<=\d)[ T]0?0:00(:00(\.0+)?)?\s*$")
SERIAL = re.compile("[2-6][0-9]{4}")
"""A day as a spreadsheet counts it, where the cell does not say that it is one."""
AS_TEXT = frozenset({"code", "unit_code", "parent_code", "phone"})
"""Columns of long numbers that are names, and that a spreadsheet takes for figures."""


class Row:
    """One row of a table as it is being judged: each cell is taken through its gate, and what does not pass is noted."""

    def __init__(self, line: int, cells: Mapping[str, Cell], heads: Mapping[str, str]) -> None:
        self.line, self.cells, self.heads = line, cells, heads
        self.faults: dict[str, list[str]] = {}
        """What is wrong, each once, with the heads of the columns where it is so."""

    def __contains__(self, column: str) -> bool:
        """Whether the table has this column at all."""
        return column in self.heads

    def take(self, column: str, gate: Callable[[str], T], *, days: bool = False) -> T | None:
        """What the gate makes of the cell (of no words where the table has no such column), or None with the fault noted."""
        cell = self.cells.get(column, "")
        try:
            made = gate(_words(cell, days=days))
            _must_be_content(cell)
            return made
        except Invalid as wrong:
            rewritten = column in AS_TEXT and isinstance(cell, str) and REWRITTEN.fullmatch(cell)
            self.fault(wrong.reason.rstrip("。") + (f"（{SET_TO_TEXT}）" if rewritten else ""), column)
            return None

    def fault(self, what: str, column: str = "") -> None:
        """Note what is wrong with the row, or with one cell of it: with what was read there."""
        cell = self.cells.get(column, "")
        read = " ".join(without_numbers(cell if isinstance(cell, str) else "")[: 2 * SHOWN].split())[:SHOWN]
        said = f"写的是“{read}”，" if read and read not in what else ""
        self.faults.setdefault(f"{said}{what}", []).extend(
            [f"“{self.heads.get(column, column)}”"] if column else []
        )


def day(text: str) -> date | None:
    """A day, with midnight behind it as programs write one, or none where the cell is empty; raises Invalid."""
    text = MIDNIGHT.sub("", text)
    if SERIAL.fullmatch(text):
        raise Invalid(f"“{text}”是表格软件里代表日期的数，请把这一列设为日期格式，例如 2026-03-05")
    return day_of(text) if text else None


def _words(cell: Cell, *, days: bool) -> str:
    if isinstance(cell, Odd) and not (days and cell.kind == DAY):
        raise Invalid(ODD[cell.kind].format(cell.text))
    return cell.text if isinstance(cell, Odd) else cell


def _must_be_content(cell: Cell) -> None:
    if isinstance(cell, str) and NOTHING_THERE.fullmatch(cell):
        raise Invalid(ODD[ERROR if cell.startswith("#") else NULL].format(cell))


async def each(table: Table) -> AsyncIterator[Row]:
    """The rows one by one, with a turn for everybody else on the event loop after so many of them, or so many letters."""
    since = AT_A_TIME
    for found in table.rows:
        since += 1 + sum(map(len, found.cells.values())) // LETTERS_LIKE_A_ROW
        if since > AT_A_TIME:
            await asyncio.sleep(0)
            since = 0
        yield Row(found.number, found.cells, table.heads)


@dataclass
class Import:
    """What an import did, or would do: rows made, changed and left as they were, faults and doubts, and how it was read."""

    made: int = 0
    changed: int = 0
    same: int = 0
    notes: Sequence[str] = ()
    faults: dict[str, list[int]] = field(default_factory=dict)
    doubtful: dict[str, list[int]] = field(default_factory=dict)

    def accepts(self, row: Row) -> bool:
        """Whether nothing is wrong with a row; what is, is noted."""
        for what, heads in row.faults.items():
            self.fault(row.line, f"{'、'.join(heads)}：{what}")
        return not row.faults

    def fault(self, line: int, what: str) -> None:
        """Note what is wrong with a row: one cause is told once, with the rows that have it."""
        self.faults.setdefault(what if what.startswith(("“", "：")) else f"：{what}", []).append(line)

    def doubt(self, line: int, what: str) -> None:
        """Note what may well be right, and should be looked at."""
        self.doubtful.setdefault(f"：{what}", []).append(line)

    @property
    def errors(self) -> list[str]:
        return _told(self.faults, MOST_ERRORS, "错误")

    @property
    def doubts(self) -> list[str]:
        return _told(self.doubtful, MOST_DOUBTS, "存疑")

    def told(self) -> list[str]:
        """What came of it, how the table was read, and what should be looked at, in sentences."""
        counted = f"新增 {self.made}，更改 {self.changed}，不变 {self.same}。"
        asked = ["请核对：", *self.doubts] if self.doubts else []
        return [counted, *(f"{note}。" for note in self.notes), *asked]

    def must_be_right(self) -> None:
        """Raise Invalid with the errors by row, so that all of the import is given up."""
        if self.errors:
            asked = [f"另外请核对：\n{chr(10).join(self.doubts)}"] if self.doubts else []
            read = [f"（{'；'.join(self.notes)}）"] if self.notes else []
            raise Invalid("\n".join(["导入未进行，请先改正：", *self.errors, *asked, *read]), field="file")


def _told(found: Mapping[str, list[int]], most: int, kind: str) -> list[str]:
    """The first so many, each with its rows, and how many more there are."""
    shown = [f"第 {_lines(lines)} 行{what}" for what, lines in list(found.items())[:most]]
    return shown + ([f"另有 {len(found) - most} 处{kind}"] if len(found) > most else [])


def _lines(lines: Sequence[int]) -> str:
    some = "、".join(map(str, lines[:MOST_LINES]))
    return some + (f" 等 {len(lines)} " if len(lines) > MOST_LINES else "")
