"""The heads of a table: found below a title, and compared however wide, spaced, broken, capitalised or traditional they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.base.folding import folded
from models.base.refusals import Invalid
from models.tables.cells import Cell, Line, letters, words_in

FIRST_LINES = 30
"""Lines among which the heads are."""
LONGEST = 60
MOST_NAMED = 8


@dataclass(frozen=True)
class Column:
    """One column that is looked for: its name in programs, its head in Chinese, and what else it is called."""

    name: str
    head: str
    also: tuple[str, ...] = ()
    needed: bool = False

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(map(folded_head, (self.name, self.head, *self.also)))

    @property
    def told(self) -> str:
        return f"{self.head}（{self.name}）"


def folded_head(text: str) -> str:
    """A head as everything is compared, without the stars, colons, blanks and line breaks in it."""
    return folded(text[:LONGEST])


def meaning(cells: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
    """For each cell the name of the column it heads, or nothing."""
    names = {word: column.name for column in columns for word in column.words}
    return [names.get(folded_head(cell), "") if isinstance(cell, str) else "" for cell in cells]


def known_in(cells: Sequence[Cell], columns: Sequence[Column]) -> int:
    """How many different columns the cells of a row would head."""
    return len(set(meaning(cells, columns)) - {""})


def head_line(lines: Sequence[Line], columns: Sequence[Column]) -> Line | None:
    """The line that heads the table: the first of those with the most heads we know, if any has one."""
    found = max(lines[:FIRST_LINES], key=lambda line: known_in(line.cells, columns), default=None)
    return found if found is not None and known_in(found.cells, columns) else None


class Heads:
    """What each column of a table means, and what is to be said about it."""

    def __init__(self, line: Line, columns: Sequence[Column]) -> None:
        self.line, self.columns = line, columns
        self.means = meaning(line.cells, columns)

    def must_be_complete(self, where: str) -> None:
        """Raise Invalid with the columns that are missing."""
        missing = [column.told for column in self.columns if column.needed and column.name not in self.means]
        if missing:
            raise Invalid(
                f"{where}第 {self.line.number} 行看作表头，表格缺少列：{'、'.join(missing)}。", field="file"
            )

    def places(self, name: str) -> list[int]:
        return [place for place, one in enumerate(self.means) if one == name]

    def written(self) -> dict[str, str]:
        """Each column that is there, with its head as a person wrote it."""
        return {
            name: "".join(words_in(self.line.cells[self.places(name)[0]]).split())
            for name in dict.fromkeys(self.means)
            if name
        }

    def unknown(self) -> list[str]:
        """Heads that mean nothing here."""
        return [
            f"“{' '.join(words_in(cell).split())[:20]}”（{letters(place)} 列）"
            for place, (cell, name) in enumerate(zip(self.line.cells, self.means, strict=True))
            if cell and not name
        ]

    def double(self) -> list[str]:
        """Columns that are headed more than once, with their letters."""
        heads = {column.name: column.head for column in self.columns}
        return [
            f"“{heads[name]}”（{'、'.join(map(letters, self.places(name)))} 列）"
            for name in dict.fromkeys(self.means)
            if name and len(self.places(name)) > 1
        ]


def no_heads(where: str, lines: Sequence[Line], columns: Sequence[Column]) -> Invalid:
    wanted = "、".join(column.told for column in columns if column.needed)
    first = " ".join(" ".join(map(words_in, lines[0].cells)).split())[:LONGEST] if lines else ""
    read = f"第 {lines[0].number} 行是“{first}”，" if first else ""
    return Invalid(
        f"{where}{read}没有找到表头。表头要有这些列：{wanted}；可以从系统下载的表格照着填。", field="file"
    )
