"""Reading a table takes so much time and memory and no more, whatever the file does, and never stills the event loop."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from models.base.refusals import Invalid
from models.tables import reader
from models.tables.cells import DAY, MOST_ROWS, Odd
from models.tables.heads import Column
from models.tables.reader import SMALL, read_table
from tests.models.tables.books import END, SHEET, STYLES, a_book, altered, with_rows

pytestmark = pytest.mark.anyio
COLUMNS = (Column("code", "编码", needed=True), Column("name", "名称", needed=True))
BOOK = a_book([["编码", "名称"], ["1", "梅渚村"]])
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
LONG = "code,name\n" + "".join(f"{number},梅渚村\n" for number in range(3000))


async def test_small_and_large_texts_and_workbooks_come_back_alike() -> None:
    small = await read_table("a.csv", LONG[:9000].encode(), COLUMNS)
    large = await read_table("a.csv", LONG.encode(), COLUMNS)
    book = await read_table("a.xlsx", BOOK, COLUMNS)
    assert len(LONG.encode()) > SMALL > 9000 and large.rows[: len(small.rows) - 1] == small.rows[:-1]
    assert (large.heads, large.is_text, len(large.rows)) == ({"code": "code", "name": "name"}, True, 3000)
    assert (book.heads, book.is_text, book.notes) == (
        {"code": "编码", "name": "名称"},
        False,
        ["读的是工作表“表”"],
    )
    assert reader._cell(["day", "2026-01-31"]) == Odd(DAY, "2026-01-31")


def rows(xml: str) -> bytes:
    return with_rows(BOOK, xml)


def after_the_rows(xml: str) -> bytes:
    return altered(BOOK, SHEET, lambda text: text.replace(END, END + xml))


def laughing(xml: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY a "aaaa">{LAUGHS}]>' + xml.replace("梅渚村", "&i;")


def with_styles(xml: str) -> bytes:
    return altered(BOOK, STYLES, lambda text: text.replace("</cellXfs>", f"{xml}</cellXfs>"))


def one_long_word_told_often() -> bytes:
    return a_book([["编码", "名称"], *[["永" * 32_000] * 2] * 400])


def one_long_cell_over_all_rows() -> bytes:
    book = a_book([["编码", "名称"], ["1", "永" * 32_000], *[["2", None]] * 800])
    return altered(book, SHEET, lambda text: text.replace(END, f'{END}<mergeCell ref="B2:B802"/>'))


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a far cell with a value": (
        lambda: rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "",
    ),
    "20,000 styled rows": (lambda: rows('<row s="0"/>' * 20_000), ""),
    "words that stand for words": (lambda: altered(BOOK, SHEET, laughing), "损坏|不合规范"),
    "one long word told often": (one_long_word_told_often, "太大"),
    "one long cell over all rows": (one_long_cell_over_all_rows, "太大"),
    "a quote that never closes": (lambda: b'code,name\n1,"' + b"x\n" * 2_000_000, "引号"),
}
WORSE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million styled cells": (lambda: rows(f"<row>{'<c/>' * 1_000_000}</row>"), ""),
    "a million styled rows": (lambda: rows('<row s="0"/>' * 1_000_000), ""),
    "a row of nine million cells": (lambda: rows(f"<row>{'<c/>' * 9_000_000}</row>"), "太大|太复杂"),
    "cells within cells": (
        lambda: rows("<row>" + "<c>" * 2_000_000 + "</c>" * 2_000_000),
        "太大|损坏|太复杂",
    ),
    "two million styles": (lambda: with_styles("<xf/>" * 2_000_000), "太大|太复杂"),
    "15,000 cells over a million rows": (
        lambda: after_the_rows("<mergeCells>" + '<mergeCell ref="A2:A1048576"/>' * 15_000 + "</mergeCells>"),
        "",
    ),
    "ten megabytes in one line": (lambda: b"code,name" + b",x" * 5_000_000, ""),
    "ten megabytes in one cell": (lambda: b"code,name\n1," + b"x" * 10_000_000, ""),
    "more rows than are taken": (lambda: b"code,name\n" + b"1,a\n" * (MOST_ROWS + 1), "太大"),
}
ENDED_ON_A_BUSY_MACHINE = 120
"""Seconds by the clock on the wall; alone it is a twentieth."""
STILL_ON_A_BUSY_MACHINE = 1.0
"""Seconds of work of this process between two beats: who holds the interpreter in another thread stills the loop too."""
KINDS = [*FILES, *(pytest.param(kind, marks=pytest.mark.nightly) for kind in WORSE)]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_worst_of_files_end_in_time_while_everything_else_goes_on(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PATIENCE", ENDED_ON_A_BUSY_MACHINE)  # only work ends a file here, no waiting
    made, told = (FILES | WORSE)[kind]
    content, began = made(), time.perf_counter()
    beats, memory = [time.process_time()], _most_memory()
    beating = asyncio.create_task(_beat(beats))
    try:
        await read_table("a.xlsx", content, COLUMNS)
        assert not told
    except Invalid as no:
        assert told and any(one in no.reason for one in told.split("|")), no.reason
    finally:
        await asyncio.sleep(0.02)
        beating.cancel()
    assert time.perf_counter() - began < ENDED_ON_A_BUSY_MACHINE
    assert max(later - one for one, later in pairwise(beats)) < STILL_ON_A_BUSY_MACHINE
    assert _most_memory() - memory < 150


def _most_memory() -> int:
    """Megabytes that this process has ever taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def _beat(beats: list[float]) -> None:
    while True:
        await asyncio.sleep(0.005)
        beats.append(time.process_time())
