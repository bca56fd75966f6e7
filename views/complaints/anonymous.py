"""An unnamed complaint at the browser of whoever has its code: never in an address, and no account needed."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import complaints
from models.base.commands import Command
from models.base.viewer import UNNAMED
from models.complaints import Complaint
from models.units import Unit
from views.base.forms import form_of, read_form, remember, shown_again
from views.base.pages import page


async def ask(request: Request) -> Response:
    """Where the code is entered."""
    return page(request, "complaints/follow.html")


@shown_again(ask)
async def follow(request: Request) -> Response:
    """What has become of it; the code stays in the form."""
    remember(request, await form_of(request))
    return await _opened(request)


async def _opened(request: Request, said: str = "") -> Response:
    code = str((await form_of(request)).get("code", ""))
    complaint = await complaints.followed(code)
    return page(
        request,
        "complaints/followed.html",
        complaint=complaint,
        complaints=complaints,
        may=_may,
        code=code,
        answering=await Unit.get(pk=complaint.addressee_id),
        flash=said,
    )


def _may(command: Command[Any, Any, Any], complaint: Complaint) -> bool:
    """What whoever has the code is offered, whoever they are."""
    return command.allows(UNNAMED, complaint)


def _verb(command: Command[Any, Any, Any], said: str) -> Any:
    """A form that carries out one command as nobody in particular and shows the complaint again."""

    @shown_again(follow)
    async def act(request: Request) -> Response:
        form = await form_of(request)
        complaint = await complaints.followed(str(form.get("code", "")))
        details = await read_form(request, command)
        await command.once(str(form.get("key", "")), UNNAMED, complaint, **details)
        return await _opened(request, said)

    return act


routes = [
    Route("/complaints/follow", ask),
    Route("/complaints/follow", follow, methods=["POST"]),
    Route("/complaints/follow/settle", _verb(complaints.settle, "已办结。"), methods=["POST"]),
    Route("/complaints/follow/reopen", _verb(complaints.reopen, "已要求再次答复。"), methods=["POST"]),
    Route("/complaints/follow/withdraw", _verb(complaints.withdraw, "已撤回。"), methods=["POST"]),
]
