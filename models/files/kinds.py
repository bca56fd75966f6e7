"""What a file is, judged by its bytes: taken as one of KINDS, or refused with what to do instead."""

from __future__ import annotations

import io
import zipfile

from models.base.refusals import Invalid
from models.files.texts import as_text

KINDS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}
DRAWN = frozenset({"jpeg", "png", "webp"})
"""What is decoded and drawn anew; of a WebP a JPEG is kept."""
TAKEN = "照片（JPEG、PNG、WebP）、PDF、Word（.docx）、Excel（.xlsx）和纯文本文件（.txt）"
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_ENTRY = b"PK\x01\x02"
MOST_ENTRIES = 5000
"""Parts of one office document: each that is listed takes memory before anything is known of it."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
HEIC = "这是苹果手机的 HEIC 照片，电脑上多半打不开。请在手机“设置－相机－格式”里选“兼容性最佳”后重拍，或者截屏后上传截图。"
LOCKED = "这份 Word 或 Excel 加了密码，打不开。请去掉密码，另存后再上传。"
LEGACY = "这是旧版的 Word 或 Excel 文件（.doc、.xls）。请打开后另存为 .docx 或 .xlsx，或者导出 PDF，再上传。"
MACROS = "这份文件带宏，不能收。请另存为不带宏的 .docx 或 .xlsx，再上传。"
PACKED = "压缩包不能上传，请解压后逐个上传里面的文件。"
FILM = "不能上传视频，请截图或者拍照后上传。"
OTHERS = {
    b"GIF8": "这是 GIF 图片，不能上传。请截图，或者另存为 JPEG、PNG 再上传。",
    b"BM": "这是 BMP 图片，不能上传。请另存为 JPEG 或 PNG 再上传。",
    b"II*\x00": "这是 TIFF 图片，不能上传。请另存为 JPEG 或 PNG 再上传。",
    b"MM\x00*": "这是 TIFF 图片，不能上传。请另存为 JPEG 或 PNG 再上传。",
    b"Rar!": PACKED,
    b"7z\xbc\xaf": PACKED,
    b"\x1f\x8b": PACKED,
}


def kind_of(data: bytes) -> str:
    """One of KINDS, or webp; the name and what the browser claims do not count. Raises Invalid(files) for all else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if as_text(data) is not None:
        return "txt"
    raise Invalid(_why_not(data), field="files")


def _office_kind(data: bytes) -> str:
    if data.count(_ENTRY) > MOST_ENTRIES:
        raise Invalid(PACKED, field="files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Invalid("文件不完整，打不开。请重新选择，或者重新保存后再上传。", field="files") from None
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Invalid(MACROS, field="files")
    kind = next((kind for part, kind in _OFFICE.items() if part in names), None)
    if kind is None:
        raise Invalid(PACKED, field="files")
    return kind


def _why_not(data: bytes) -> str:
    """What this is instead, and what to do; what nobody knows is told what is taken."""
    if data[4:8] == b"ftyp":
        brands = {data[at : at + 4] for at in range(8, 48, 4)}
        if b"avif" in brands:
            return "这是 AVIF 图片，不能上传。请截图，或者另存为 JPEG、PNG 再上传。"
        return HEIC if brands & set(_HEIF) else FILM
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return LOCKED if _ENCRYPTED in data else LEGACY
    known = next((told for magic, told in OTHERS.items() if data.startswith(magic)), None)
    return known or f"只能上传{TAKEN}。"
