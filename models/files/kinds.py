"""What a file is, judged by its bytes, and what must not travel with a picture."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

KINDS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}
PNG = b"\x89PNG\r\n\x1a\n"
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe colour transform
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})


def kind_of(data: bytes) -> str | None:
    """One of KINDS, or None for what we do not take; the name and what the browser claims do not count."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(PNG):
        return "png"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    return "txt" if _is_plain_text(data) else None


def _office_kind(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for part, kind in _OFFICE.items() if part in names), None)


def _is_plain_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(letter.isprintable() or letter in "\r\n\t\u3000" for letter in text)


def without_traces(data: bytes, kind: str) -> bytes:
    """A picture without EXIF, place and comments; other kinds as they are. Raises ValueError if broken."""
    if kind == "jpeg":
        return b"".join(_jpeg_parts(data))
    if kind == "png":
        return b"".join(_png_parts(data))
    return data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise ValueError("not a JPEG")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            yield data[at:]
            return
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if length < 2:
            raise ValueError("not a JPEG")
        is_application = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not is_application or marker in _JPEG_KEPT:
            yield data[at : at + 2 + length]
        at += 2 + length


def _png_parts(data: bytes) -> Iterator[bytes]:
    yield PNG
    at = len(PNG)
    while at < len(data):
        if at + 12 > len(data):
            raise ValueError("not a PNG")
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if name not in _PNG_DROPPED:
            yield data[at : at + 12 + length]
        at += 12 + length
        if name == b"IEND":
            return
    raise ValueError("not a PNG")
