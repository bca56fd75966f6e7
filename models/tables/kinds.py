"""What a file really is, whatever its name says: a table that is taken, or something that is named for what it is."""

from __future__ import annotations

import io
import zipfile

from models.base.refusals import Invalid
from models.tables.cells import MOST_PARTS, MOST_UNPACKED, too_large

SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再导入。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
    b"%PDF": "PDF 文件",
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
    b"GIF8": "图片",
    b"BM": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rtf": "Word 文档",
    b"SQLite format 3": "数据库文件",
}
PARTS = {
    "xl/workbook.bin": "“Excel 二进制工作簿（.xlsb）”",
    "content.xml": "OpenDocument 表格（.ods）",
    "word/document.xml": "Word 文档",
    "ppt/presentation.xml": "演示文稿",
    "Index/Document.iwa": "Numbers 表格",
}
"""A part by which a package is known, and what it is then."""


def must_be_a_table(name: str, content: bytes) -> None:
    """Raise Invalid for a file that is no table that is read here, with what it is and how to save it again."""
    if content.startswith(OLE):
        raise Invalid(_old_office(name, content), field="file")
    for mark, kind in OTHERS.items():
        if content.startswith(mark):
            raise Invalid(
                f"这是{kind}，不是表格。请把表格另存为“Excel 工作簿（.xlsx）”再导入。", field="file"
            )
    begun = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begun.startswith(b"<") and b"urn:schemas-microsoft-com:office:spreadsheet" in begun:
        raise Invalid(f"这是“XML 表格 2003”格式的文件。{SAVE_AGAIN}", field="file")
    if begun.startswith(b"<") and any(one in begun for one in (b"<html", b"<table", b"<!doctype", b"<head")):
        raise Invalid(f"这是网页（HTML），只是取了表格的名字。{SAVE_AGAIN}", field="file")


def _old_office(name: str, content: bytes) -> str:
    """Old office files and encrypted new ones are packed alike; their parts, or else the name, tell which it is."""
    says = {
        word
        for word in ("EncryptedPackage", "Workbook", "Book", "WordDocument")
        if word.encode("utf-16-le") in content
    }
    if "WordDocument" in says:
        return "这是 Word 文档，不是表格。请把表格另存为“Excel 工作簿（.xlsx）”再导入。"
    if "EncryptedPackage" in says or (not says and not name.lower().endswith(".xls")):
        return "这个工作簿加了密码（已加密），读不了。请打开后去掉密码，另存为“Excel 工作簿（.xlsx）”再导入。"
    return f"这是 Excel 97–2003 的旧格式（.xls）。{SAVE_AGAIN}"


def is_package(content: bytes) -> bool:
    return content.startswith(b"PK")


def must_be_unpackable(content: bytes) -> None:
    """Raise Invalid for a package that is no workbook, or whose unpacked size, told beforehand, is too large.

    What a part unpacks to beyond what is told of it here, zipfile does not hand on.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise broken() from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise too_large()
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid(f"这个文件加了密码（已加密），读不了。请去掉密码后再导入。{SAVE_AGAIN}", field="file")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Invalid(_other_package(names), field="file")


def _other_package(names: set[str]) -> str:
    kind = next((kind for part, kind in PARTS.items() if part in names), "")
    if not kind and any(name.lower().startswith("xl") for name in names):
        return f"这个工作簿有一部分不合规范，读不了。{SAVE_AGAIN}"
    return f"这是{kind or '压缩包'}，不是可以导入的表格。请把表格另存为“Excel 工作簿（.xlsx）”再导入。"


def broken() -> Invalid:
    return Invalid(
        f"文件不完整或者已经损坏，读不出里面的表格。请重新下载；或者{SAVE_AGAIN.removeprefix('请')}",
        field="file",
    )
