"""Files from programs: sent ahead by POST /files, checked like a page's, then named by id in a mutation.

    curl -H "Authorization: Bearer …" -F purpose=open -F file=@巡查.jpg https://…/files
    → 201 {"uploads": [{"id": "VXBsb2FkOjE", "name": "巡查.jpg", "kind": "jpeg", "size": 48211}]}

`purpose=sealed` encrypts the file before it touches the disk, for `writeBid(papers:)`. Whoever may not send files is
told so before a byte of them is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models import bidding, files
from models.base.refusals import Invalid, NotAllowed, Refusal
from models.base.viewer import Viewer
from models.files import Upload
from views.base.forms import View

MOST_AT_ONCE = 10
IdOf = Callable[[Upload], str]
"""How the API names an upload: given where the application is put together."""


class Sent(NamedTuple):
    """One file that is held, and what it turned out to be."""

    upload: Upload
    name: str
    kind: str
    size: int


def receiving(id_of: IdOf) -> View:
    """The door that keeps the files of a multipart form and answers with an id for each, or with the refusal."""

    async def receive(request: Request) -> Response:
        viewer = request.state.viewer
        try:
            await files.must_have_room(viewer)
            made = await _held(viewer, await _form(request))
        except Refusal as no:
            status = (403 if viewer.signed_in else 401) if isinstance(no, NotAllowed) else 422
            return JSONResponse({"reason": no.reason, "field": no.field}, status)
        told = [
            {"id": id_of(upload), "name": name, "kind": kind, "size": size}
            for upload, name, kind, size in made
        ]
        return JSONResponse({"uploads": told}, 201)

    return receive


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=MOST_AT_ONCE, max_fields=4)
    except HTTPException:
        told = f"请用 multipart/form-data 上传，每次最多 {MOST_AT_ONCE} 个文件。"
        raise Invalid(told, field="file") from None


async def _held(viewer: Viewer, form: FormData) -> list[Sent]:
    purpose = str(form.get("purpose", "open"))
    if purpose not in files.PURPOSES:
        raise Invalid("用途（purpose）不对：公开的用 open，密封的用 sealed。", field="purpose")
    sent = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    if not sent:
        raise Invalid("请选择要上传的文件。", field="file")
    await files.must_have_room(viewer, len(sent))
    return [await _one(viewer, purpose, await one.read(), one.filename or "") for one in sent]


async def _one(viewer: Viewer, purpose: str, data: bytes, name: str) -> Sent:
    kept: files.Stored | bidding.Paper
    if purpose == "sealed":
        upload, kept = await bidding.held_sealed(viewer, data, name)
    else:
        upload, kept = await files.held(viewer, data, name)
    return Sent(upload, kept.name, kept.kind, kept.size)
