"""What a form sends: its fields and files, none of them lost on the way without a word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from urllib.parse import unquote_to_bytes

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from models.base.refusals import Invalid
from views.base.bodies import must_take_files
from views.base.wire import LARGEST_BODY

MOST_FIELDS, MOST_OF_STRANGERS, MOST_FILES = 3000, 60, 100
"""What one form sends: a table of villages is long, and what a stranger fills in is short."""
PIECE = 16 * 1024
"""Bytes read at once, so that a form of very many parts keeps nobody else waiting."""
NO_FILE = "附件没有收到：表单里只有文件名，没有文件。请重新选择文件再提交。"
STRAY = "有一个文件不是这张表要的，没有收下。请刷新页面，重新选择文件再提交。"
ONE = "这里只能放一个文件，请只选一个。"
CODINGS = {
    **dict.fromkeys(("", "utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "latin-1"),
}
PARAMETER = re.compile(rb';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
ESCAPED = re.compile(rb"\\(.)")
UNDERLINED = bytes.maketrans(b'"\\\r\n', b"____")


class Parts(MultiPartParser):
    """Starlette's reader, which takes a part for words where its file name is said as `filename*` only."""

    words = 0
    """Bytes of words so far: no more than a form without files may have."""

    def on_headers_finished(self) -> None:
        said = self._current_part.content_disposition
        self._current_part.content_disposition = said and _plain(said)
        super().on_headers_finished()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self.words += end - start
            if self.words > LARGEST_BODY:
                raise HTTPException(413)
        super().on_part_data(data, start, end)


def _plain(said: bytes) -> bytes:
    """A part's head with its file name in UTF-8, however the sender encoded it (RFC 5987, or GBK as it stands)."""
    said = _in_utf8(said)
    told = {key.lower(): _unquoted(value) for key, value in PARAMETER.findall(said)}
    starred = {key for key in told if b"*" in key}
    if not starred:
        return said
    if not starred <= {b"name*", b"filename*"}:
        raise MultiPartException("A parameter in several pieces.")
    for key in starred:
        told.setdefault(key.removesuffix(b"*"), _decoded(told[key]))
    words = [key + b'="' + told[key].translate(UNDERLINED) + b'"' for key in told if key not in starred]
    return b"; ".join((b"form-data", *words))


def _unquoted(value: bytes) -> bytes:
    quoted = len(value) > 1 and value.startswith(b'"') and value.endswith(b'"')
    return ESCAPED.sub(rb"\1", value[1:-1]) if quoted else value.strip()


def _decoded(value: bytes) -> bytes:
    """A value as RFC 5987 writes it, `charset'language'words`: Python knows codings that nobody may ask it for."""
    charset, _, words = value.rpartition(b"'")
    coding = _coding(charset.partition(b"'")[0])
    try:
        return unquote_to_bytes(words).decode(coding).encode()
    except UnicodeDecodeError:
        raise MultiPartException("A file name that is not in the coding it says.") from None


def _coding(charset: bytes) -> str:
    """What a sender calls its coding by, among those we read; raises MultiPartException for any other."""
    known = CODINGS.get(charset.decode("latin-1").strip().lower().replace("_", "-"))
    if known is None:
        raise MultiPartException("A coding that is not read here.")
    return known


def _in_utf8(said: bytes) -> bytes:
    for encoding in ("utf-8", "gb18030"):
        try:
            return said.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    return said


async def form_of(request: Request, *, files: int = MOST_FILES, fields: int = MOST_FIELDS) -> FormData:
    """The form, read once; raises HTTPException(400) for one that nobody can read."""
    if not request.state.viewer.signed_in:
        fields = min(fields, MOST_OF_STRANGERS)
    if _is_multipart(request) and request._form is None:
        try:
            _coding(parse_options_header(request.headers["content-type"])[1].get(b"charset", b""))
            parts = Parts(request.headers, _in_pieces(request), max_files=files, max_fields=fields)
            request._form = await parts.parse()
        except MultiPartException as error:
            raise HTTPException(400, error.message) from None
    return await request.form(max_files=files, max_fields=fields)


async def _in_pieces(request: Request) -> AsyncGenerator[bytes]:
    async for chunk in request.stream():
        for at in range(0, len(chunk), PIECE):
            yield chunk[at : at + PIECE]
            await asyncio.sleep(0)
        if not chunk:
            yield chunk


def _is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def is_sent(one: object) -> bool:
    """Whether this is a file that somebody chose: browsers send an empty one without a name for none."""
    return isinstance(one, UploadFile) and bool(one.filename or one.size)


async def files_in(request: Request, name: str) -> list[UploadFile]:
    """The files of one field; raises Invalid where words came in place of a file."""
    must_take_files(request)
    sent = (await form_of(request)).getlist(name)
    if any(isinstance(one, str) and one.strip() for one in sent):
        raise Invalid(NO_FILE, field=name)
    claimed(request).add(name)
    return [one for one in sent if isinstance(one, UploadFile) and is_sent(one)]


async def file_in(request: Request, name: str) -> UploadFile | None:
    """The one file of a field that holds one, or None."""
    sent = await files_in(request, name)
    if len(sent) > 1:
        raise Invalid(ONE, field=name)
    return sent[0] if sent else None


def claimed(request: Request) -> set[str]:
    """The fields whose files somebody asked for."""
    if not hasattr(request.state, "claimed"):
        request.state.claimed = set()
    fields: set[str] = request.state.claimed
    return fields


def must_have_no_stray(request: Request, form: FormData, expected: set[str]) -> None:
    """Raise Invalid where a file came that nobody will look at: what is dropped is never done."""
    known = expected | claimed(request)
    if any(is_sent(one) and name not in known for name, one in form.multi_items()):
        raise Invalid(STRAY)
