"""Reading a table away from the event loop: small texts in the pool of tables, all else in a process that may be ended.

A workbook is unpacked and parsed by a library in plain Python, which would hold the interpreter's lock for seconds, and a
file made for it could fill the memory. In a process of its own it has so many seconds and so much memory, and no more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

from models.base.pools import TABLES
from models.base.refusals import Invalid
from models.tables.cells import MOST_BYTES, SECONDS, Cell, Odd, too_large
from models.tables.heads import Column
from models.tables.kinds import is_package
from models.tables.table import Found, Table, read

SMALL = 32 * 1024
"""Texts of so many bytes are read within a few milliseconds."""
PATIENCE = 5
"""Seconds that a busy machine may take longer by the clock on the wall."""
PROGRAM = "import sys; sys.path[:0] = sys.argv[2:]; from models.tables.worker import main; main()"
ENDED = "这个表格太复杂，读它太费时间。请只把有内容的部分复制到一个新表格里再导入。"


async def read_table(name: str, content: bytes, columns: tuple[Column, ...]) -> Table:
    """The rows of a file under these columns; raises Invalid with what is wrong and how to save it again."""
    if len(content) > MOST_BYTES:
        raise too_large()
    small = len(content) <= SMALL and not is_package(content)
    return await TABLES.run(read if small else _read_apart, name, content, columns)


def _read_apart(name: str, content: bytes, columns: tuple[Column, ...]) -> Table:
    """What the process says goes to the disk, so that here no more of it is in memory than one row."""
    asked = json.dumps([name, [astuple(column) for column in columns]])
    with TemporaryFile() as said:
        try:
            subprocess.run(  # noqa: S603 (our own interpreter, and nothing of the file's)
                [sys.executable, "-I", "-S", "-c", PROGRAM, asked, *_homes()],
                input=content,
                stdout=said,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS + PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Invalid(ENDED, field="file") from None
        said.seek(0)
        return _handed_on(said)


def _homes() -> list[str]:
    """Where our own modules and openpyxl are; nothing else is looked for."""
    library = find_spec("openpyxl")
    assert library is not None and library.origin is not None
    return [str(Path(__file__).parents[2]), str(Path(library.origin).parents[1])]


def _handed_on(lines: Iterator[bytes]) -> Table:
    """The table as the process told it, row by row, so that the interpreter's lock is free in between."""
    told = json.loads(next(lines, b"null"))
    if not isinstance(told, list):
        raise Invalid(told or ENDED, field="file")
    heads, notes, is_text, left_out = told
    table = Table(heads, [], notes, is_text, left_out)
    for line in lines:
        row = json.loads(line)
        if row is None:
            return table
        number, cells = row
        table.rows.append(Found(number, {name: _cell(cell) for name, cell in cells.items()}))
    raise Invalid(ENDED, field="file")


def _cell(cell: str | list[str]) -> Cell:
    return cell if isinstance(cell, str) else Odd(*cell)
