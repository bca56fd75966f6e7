"""Tables that are text: in the encoding they are really in, parted by what really parts them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from models.base.refusals import Invalid
from models.tables.cells import MOST_BYTES, Cell, Sheet
from models.tables.heads import Column, known_in

SAMPLE = 65536
"""Letters in which the heads are looked for to tell what parts the cells."""
PARTED_BY = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "中文逗号"}
SAYS_SEPARATOR = re.compile("sep=(.)[\r\n]+", re.IGNORECASE)
MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xef\xbb\xbf": "utf-8-sig"} | {
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”或“CSV UTF-8”再导入。"


def read_text(name: str, content: bytes, columns: tuple[Column, ...]) -> Sheet:
    """The lines of a CSV, TSV or text file; raises Invalid for what is no text, and for quotes that do not close."""
    text, sheet = _decoded(content), Sheet()
    if text.how:
        sheet.notes.append(f"文件按 {text.how} 编码读取")
    said = SAYS_SEPARATOR.match(text.letters)
    begun, mark = (said.end(), said[1]) if said else (0, _parted_by(name, text.letters, columns))
    if mark != "," and not name.lower().endswith(".tsv"):
        sheet.notes.append(f"各列按{PARTED_BY.get(mark, mark)}分开")
    for number, cells in enumerate(_records(text.letters[begun:], mark), start=2 if said else 1):
        sheet.add(number, list[Cell](cell.strip() for cell in cells))
    return sheet


class _Text:
    """The letters of a file, and the encoding they were in where it is worth telling."""

    def __init__(self, letters: str, how: str = "") -> None:
        self.letters, self.how = letters.removeprefix("\ufeff"), how


def _decoded(content: bytes) -> _Text:
    encoding = next((kind for mark, kind in MARKS.items() if content.startswith(mark)), None) or _wide(
        content
    )
    try:
        letters = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding or _is_broken_utf8(content, error):
            line = error.object[: error.start].count(b"\n") + 1
            raise Invalid(f"文件第 {line} 行有坏掉的字，文件可能不完整。{SAVE_AGAIN}", field="file") from None
        return _chinese(content)
    if "\0" in letters:
        line = letters[: letters.index("\0")].count("\n") + 1
        raise Invalid(f"文件第 {line} 行里有不能识别的字符。{SAVE_AGAIN}", field="file")
    return _Text(letters, "UTF-16" if (encoding or "").startswith("utf-16") else "")


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin letters, commas and figures is zero."""
    sample = content[:4000]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) >= max(2, len(sample) // 16) and zeros.count(0) > 0.9 * sample.count(0):
            return encoding
    return None


def _is_broken_utf8(content: bytes, first: UnicodeDecodeError) -> bool:
    """Whether most of it is UTF-8, or all but a sign cut off at its end: then it is no other encoding, but damaged.

    Of a text in GB18030 hardly any three bytes are a sign of UTF-8.
    """
    letters = content.decode("utf-8", "replace")
    broken = letters.count("\ufffd")
    wide = sum(letter >= "\u0800" for letter in letters) - broken
    return broken * 2 < wide or (first.reason == "unexpected end of data" and wide > 0)


def _chinese(content: bytes) -> _Text:
    try:
        return _Text(content.decode("gb18030"), "GB18030")
    except UnicodeDecodeError:
        raise Invalid(
            f"文件的文字编码认不出来（不是 UTF-8，也不是 GB18030）。{SAVE_AGAIN}", field="file"
        ) from None


def _parted_by(name: str, letters: str, columns: tuple[Column, ...]) -> str:
    """What parts the cells: the sign by which most heads are found, a comma where none tells."""
    usual = "\t" if name.lower().endswith(".tsv") else ","
    marks = [usual, *(mark for mark in PARTED_BY if mark != usual)]
    return max(marks, key=lambda mark: _heads_found(letters[:SAMPLE], mark, columns))


def _heads_found(sample: str, mark: str, columns: tuple[Column, ...]) -> int:
    if mark not in sample:
        return 0
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=mark)
    try:
        return max((known_in(row, columns) for _, row in zip(range(30), rows, strict=False)), default=0)
    except csv.Error:
        return 0


def _records(letters: str, mark: str) -> Iterator[list[str]]:
    csv.field_size_limit(MOST_BYTES)
    rows = csv.reader(io.StringIO(letters, newline=""), delimiter=mark, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error:
            raise Invalid(f"第 {number} 行的引号没有成对，请检查这一行和下一行。", field="file") from None
        if cells is None:
            return
        yield cells
