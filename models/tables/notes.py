"""What a person should know of how a table was read: nothing that holds something is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.tables.cells import MOST_COLUMNS, Line, Sheet, letters, words_in
from models.tables.heads import MOST_NAMED, Heads

ROW, REMARK, HEADS_AGAIN, BESIDE = "row", "remark", "heads again", "beside"
"""What a line below the heads is."""
LONGEST = 30


def notes_on(sheet: Sheet, heads: Heads, below: Sequence[tuple[Line, str]], filled: int) -> list[str]:
    """One sentence for each thing that was read otherwise than row by row, or not read at all."""
    rows = [line for line, kind in below if kind == ROW]
    above = [line for line in sheet.lines if line.number < heads.line.number]
    bare = sorted(
        {letters(place) for line in rows for place in _headless(line, heads)}, key=lambda one: (len(one), one)
    )
    hidden = sum(line.hidden for line in rows)
    unseen = [
        f"“{words_in(heads.line.cells[place])[:LONGEST]}”（{letters(place)} 列）"
        for place, name in enumerate(heads.means)
        if name and any(place in columns for columns in sheet.hidden)
    ]
    told = (
        above and f"表头在第 {heads.line.number} 行，上面的{_named(above)}没有读",
        heads.double() and f"同一列有几个表头：{'、'.join(heads.double())}，各行要写得一样",
        heads.unknown() and f"没有读的列：{_listed(heads.unknown())}",
        bare and f"没有表头的列里有内容，没有读：{_listed(bare)}{'' if len(bare) > MOST_NAMED else ' 列'}",
        sheet.far and f"第 {MOST_COLUMNS} 列以后还有 {sheet.far} 个单元格有内容，没有读",
        hidden and f"其中 {hidden} 行是隐藏的，也读了",
        unseen and f"隐藏的列也读了：{_listed(unseen)}",
        filled and f"合并的单元格按它盖住的各行填写（{filled} 处）",
        *(_left(below, kind, what) for kind, what in LEFT.items()),
    )
    return [note for note in told if note]


LEFT = {REMARK: "是说明，没有读", HEADS_AGAIN: "又是表头，没有读", BESIDE: "在要读的列里没有内容，没有读"}


def _left(below: Iterable[tuple[Line, str]], wanted: str, what: str) -> str:
    lines = [line for line, kind in below if kind == wanted]
    return f"{_numbered(lines)}{what}{f'：{_named(lines)}' if wanted == REMARK else ''}" if lines else ""


def _headless(line: Line, heads: Heads) -> list[int]:
    width = len(heads.means)
    return [n for n, cell in enumerate(line.cells) if cell and (n >= width or not heads.line.cells[n])]


def _numbered(lines: Sequence[Line]) -> str:
    shown = "、".join(str(line.number) for line in lines[:MOST_NAMED])
    return f"第 {shown} 行" + (f"等 {len(lines)} 行" if len(lines) > MOST_NAMED else "")


def _named(lines: Sequence[Line]) -> str:
    words = [" ".join(next(words_in(cell) for cell in line.cells if cell).split()) for line in lines[:3]]
    return "、".join(f"“{one[:LONGEST]}”" for one in words) + ("等" if len(lines) > 3 else "")


def _listed(words: Sequence[str]) -> str:
    return "、".join(words[:MOST_NAMED]) + (f"等 {len(words)} 列" if len(words) > MOST_NAMED else "")
