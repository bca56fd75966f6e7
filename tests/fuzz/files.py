"""Files as nobody makes them: halves, mixtures, bombs and lies, from a few that are as they should be."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from random import Random

from openpyxl import Workbook
from PIL import Image

from tests.fuzz.hostile import ODD_TEXTS, text

NAMES = (
    *(
        "巡查.jpg",
        "a.png",
        "a.xlsx",
        "a.csv",
        "a.txt",
        "a.pdf",
        "a.docx",
        "a.heic",
        "a.exe",
        "",
        ".",
        "..",
        "a" * 300 + ".jpg",
    ),
    *(
        "../../a.jpg",
        "a\x00.jpg",
        "a\r\nx: y.jpg",
        'a".jpg',
        "村\u202egpj.exe",
        "a.jpg/",
        "C:\\a.jpg",
        "%00.jpg",
    ),
)


def _picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (90, 120, 60)).save(made, kind)
    return made.getvalue()


def _workbook() -> bytes:
    book, made = Workbook(), io.BytesIO()
    for row in (("名称", "上级", "级别", "编号"), ("左于村", "", "village", "330624004999")):
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _archive(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="%d"><c r="%s1"/></row></sheetData></worksheet>'
TABLE = "名称,上级,级别,编号\n左于村,澄潭街道,village,330624004999\n".encode()
GOOD = (
    *(
        _picture("JPEG"),
        _picture("PNG"),
        _picture("GIF"),
        _picture("BMP"),
        _picture("TIFF"),
        _picture("WEBP"),
        _workbook(),
    ),
    *(
        TABLE,
        TABLE.decode().encode("gb18030"),
        TABLE.decode().encode("utf-16"),
        b"%PDF-1.4\n%%EOF",
        "巡查记录".encode(),
    ),
)
ODD = (
    *(
        b"",
        b"\0",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<html><table>",
        b"GIF89a",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b'"' * 999,
        b"," * 9_999,
        b"\r" * 999,
        gzip.compress(bytes(1 << 20)),
        _archive(a=bytes(1 << 20)),
    ),
    _archive(xl__workbook_xml=b"<", word__document_xml=b""),
    _archive(
        xl__workbook_xml=b'<!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;&b;&b;&b;">]><a>&d;</a>'
    ),
    _archive(xl__workbook_xml=b"", xl__worksheets__sheet1_xml=SHEET % (1 << 20, b"XFD")),
    *(one.encode("utf-8", "surrogatepass") for one in ODD_TEXTS[:12]),
)
_ROOM = bytes(range(256))


def file(chance: Random) -> tuple[str, bytes]:
    """A name and its bytes: one of the good ones cut, joined or scratched, or an odd one."""
    name = chance.choice(NAMES) if chance.random() < 0.8 else text(chance)[:80]
    kind = chance.random()
    if kind < 0.25:
        return name, chance.choice(ODD)
    data = chance.choice(GOOD)
    return name, data if kind < 0.4 else bytes(_spoilt(chance, data))


def _spoilt(chance: Random, data: bytes) -> Iterator[int]:
    """The bytes with one run lost, one doubled or some changed, and perhaps another file behind them."""
    at, length = chance.randrange(len(data)), chance.choice((1, 3, 40, len(data)))
    way = chance.randrange(4)
    yield from data[:at]
    if way == 0:
        yield from data[at + length :]
    elif way == 1:
        yield from data[at : at + length] * 2 + data[at:]
    elif way == 2:
        yield from bytes(chance.choice(_ROOM) for _ in data[at : at + min(length, 60)])
        yield from data[at + length :]
    else:
        yield from data[at:] + chance.choice(GOOD)
