"""A table read as far as its rows under their heads, with everything said that a person should know of how it was read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from models.tables.cells import (
    MOST_BYTES,
    TWICE,
    Cell,
    Line,
    Odd,
    Sheet,
    too_large,
    words_in,
)
from models.tables.heads import Column, Heads, head_line, meaning, no_heads
from models.tables.kinds import is_package, must_be_a_table
from models.tables.notes import BESIDE, HEADS_AGAIN, REMARK, ROW, notes_on

FOOTNOTE = re.compile("[（(【*※]*(填表|填报|制表|审核|单位负责人|负责人|说明|备注|附注|注[：:]|注意|联系人)")


class Found(NamedTuple):
    """A row below the heads: its number, and what stands in each column that is known."""

    number: int
    cells: dict[str, Cell]


@dataclass
class Table:
    """The rows of a table by the names of its columns, and how each column is headed."""

    heads: dict[str, str] = field(default_factory=dict)
    rows: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_text: bool = True
    left_out: int = 0
    """Lines below the heads that hold something and are no rows; the notes name them."""


def read(name: str, content: bytes, columns: tuple[Column, ...]) -> Table:
    """The rows under the heads of a file, whatever it is called; raises Invalid where it is no table of these columns."""
    if len(content) > MOST_BYTES:
        raise too_large()
    must_be_a_table(name, content)
    sheet = _sheet(name, content, columns)
    line = head_line(sheet.lines, columns)
    if line is None:
        raise no_heads(sheet.where, sheet.lines, columns)
    return _under(sheet, line, columns)


def _sheet(name: str, content: bytes, columns: tuple[Column, ...]) -> Sheet:
    if is_package(content):
        from models.tables.workbooks import read_workbook  # a fifth of a second that only workbooks need

        return read_workbook(content, columns)
    from models.tables.texts import read_text

    return read_text(name, content, columns)


def _under(sheet: Sheet, line: Line, columns: tuple[Column, ...]) -> Table:
    heads = Heads(_with_heads_from_above(sheet, line), columns)
    heads.must_be_complete(sheet.where)
    below = [one for one in sheet.lines if one.number > line.number]
    kinds = [_kind(one, heads) for one in below]
    filled = _fill(sheet, below, heads)
    table = Table(heads.written(), is_text=not sheet.name)
    table.rows = [
        Found(one.number, _cells(one, heads)) for one, kind in zip(below, kinds, strict=True) if kind == ROW
    ]
    table.left_out = len(below) - len(table.rows)
    table.notes = [*sheet.notes, *notes_on(sheet, heads, list(zip(below, kinds, strict=True)), filled)]
    return table


def _with_heads_from_above(sheet: Sheet, line: Line) -> Line:
    """The heads, also those whose cell begins higher up."""
    above = {one.number: one.cells for one in sheet.lines if one.number < line.number}
    cells = list(line.cells)
    for column, first, last in sheet.merged:
        higher = above.get(first, [])
        if first < line.number <= last and column < len(higher):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or higher[column]
    return Line(line.number, cells)


def _kind(line: Line, heads: Heads) -> str:
    """Whether a line is a row, or a remark, the heads once more, or something beside the columns that are read."""
    said = [(place, cell) for place, cell in enumerate(line.cells) if cell]
    if len(said) == 1 and isinstance(said[0][1], str) and FOOTNOTE.match(said[0][1]):
        return REMARK
    known = [
        (heads.means[place], cell) for place, cell in said if place < len(heads.means) and heads.means[place]
    ]
    if not known:
        return BESIDE
    again = meaning([cell for _, cell in known], heads.columns)
    return HEADS_AGAIN if len(known) > 1 and again == [name for name, _ in known] else ROW


def _fill(sheet: Sheet, below: list[Line], heads: Heads) -> int:
    """Write a cell that lies over several rows into each of them; returns into how many."""
    numbers, filled = [line.number for line in below], 0
    for column, first, last in sheet.merged:
        begin, end = bisect_left(numbers, first), bisect_right(numbers, last)
        known = column < len(heads.means) and heads.means[column]
        if not known or begin == end or numbers[begin] != first or column >= len(below[begin].cells):
            continue
        cell = below[begin].cells[column]
        for line in below[begin + 1 : end]:
            line.cells.extend([""] * (column + 1 - len(line.cells)))
            line.cells[column] = line.cells[column] or cell
            filled += 1
            sheet.count([cell])
    return filled


def _cells(line: Line, heads: Heads) -> dict[str, Cell]:
    """What stands in each known column; where two columns have one head and say different things, that."""
    cells: dict[str, Cell] = {}
    for name, cell in zip(heads.means, line.cells, strict=False):
        if name and cell:
            before = cells.get(name, cell)
            both = f"{words_in(before)[:20]} / {words_in(cell)[:20]}"
            cells[name] = cell if before == cell else Odd(TWICE, both)
    return cells
