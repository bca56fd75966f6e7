"""Files from programs: sent ahead by POST /files, checked like a page's, then named by id in a mutation.

    curl -H "Authorization: Bearer …" -F purpose=open -F file=@巡查.jpg https://…/files
    → 201 {"uploads": [{"id": "VXBsb2FkOjE", "name": "巡查.jpg", "kind": "jpeg", "size": 48211, "original": "9f2c…"}]}

`original` is the SHA-256 of what was sent: a picture is drawn anew, and compared with the one in the phone by it.

`purpose=sealed` encrypts the file before it touches the disk, for `writeBid(papers:)`. Whoever may not send files is
told so before a byte of them is read.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models import bidding, files
from models.base.refusals import Invalid, NotAllowed, Refusal
from models.files import Upload
from views.base.bodies import takes_files
from views.base.forms import View
from views.base.multipart import files_in, form_of, must_have_no_stray
from views.base.pages import retry, status_of

MOST_AT_ONCE = 10
IdOf = Callable[[Upload], str]
"""How the API names an upload: given where the application is put together."""


Held = tuple[Upload, files.Stored | bidding.Paper]
"""One file that is held, and what it turned out to be."""


def receiving(id_of: IdOf) -> View:
    """The door that keeps the files of a multipart form and answers with an id for each, or with the refusal."""

    @takes_files
    async def receive(request: Request) -> Response:
        viewer = request.state.viewer
        try:
            await files.must_have_room(viewer)
            made = await _held(request)
        except Refusal as no:
            status = 401 if isinstance(no, NotAllowed) and not viewer.signed_in else status_of(no)
            return JSONResponse({"reason": no.reason, "field": no.field}, status, headers=retry(no))
        return JSONResponse({"uploads": [{"id": id_of(upload), **_told(kept)} for upload, kept in made]}, 201)

    return receive


def _told(kept: files.Stored | bidding.Paper) -> dict[str, object]:
    return {name: getattr(kept, name) for name in ("name", "kind", "size", "original")}


async def _form(request: Request) -> FormData:
    try:
        return await form_of(request, files=MOST_AT_ONCE, fields=4)
    except HTTPException:
        told = f"请用 multipart/form-data 上传，每次最多 {MOST_AT_ONCE} 个文件。"
        raise Invalid(told, field="file") from None


async def _held(request: Request) -> list[Held]:
    form, viewer = await _form(request), request.state.viewer
    purpose = str(form.get("purpose", "open"))
    if purpose not in files.PURPOSES:
        raise Invalid("用途（purpose）不对：公开的用 open，密封的用 sealed。", field="purpose")
    sent = await files_in(request, "file")
    must_have_no_stray(request, form, {"file"})
    if not sent:
        raise Invalid("请选择要上传的文件。", field="file")
    await files.must_have_room(viewer, len(sent))
    hold = bidding.held_sealed if purpose == "sealed" else files.held
    return await files.held_together(viewer, [(one.file, one.filename or "") for one in sent], hold)
