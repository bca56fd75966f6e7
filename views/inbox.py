"""消息: what waits for the viewer's word or was decided about them; one tap leads to it, and takes its mark away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import inbox, reminders
from models.bidding import Award, AwardObjection, Milestone, StepExtension
from models.inbox import InboxMessage, InboxSilence
from models.people import Person, Post
from models.tasks import Extension, Objection, Participant
from views.base.pages import go, page
from views.base.paging import paged
from views.base.verbs import FormsOn

SHOWN = {"": "全部", "waiting": "等我办的", "new": "未读"}
NARROWED: dict[str, dict[str, Any]] = {"": {}, "waiting": {"waits": True}, "new": {"fresh": True}}


async def listing(request: Request) -> Response:
    """The viewer's own messages, newest first."""
    wanted = request.query_params.get("show", "")
    wanted = wanted if wanted in SHOWN else ""
    rows = InboxMessage.visible_to(request.state.viewer).filter(**NARROWED[wanted])
    return page(
        request, "inbox/list.html", shown=await paged(request, rows), wanted=wanted, choices=SHOWN.items()
    )


async def follow(request: Request) -> Response:
    """Go to what a message is about."""
    viewer = request.state.viewer
    message = await InboxMessage.find(viewer, request.path_params["id"])
    await inbox.put_away(viewer, [message])
    return go(request, await _place_of(message))


async def put_away(request: Request) -> Response:
    await inbox.put_away(request.state.viewer)
    return go(request, "/messages", "已全部标为已读。")


async def outside(request: Request) -> Response:
    """What the viewer wants to hear of outside, and what became of each reminder that was meant for them."""
    viewer = request.state.viewer
    silent = await InboxSilence.visible_to(viewer).values_list("topic", flat=True)
    return page(
        request,
        "inbox/outside.html",
        topics=list(inbox.TOPICS.items()),
        silent=set(silent),
        rows=await reminders.own_sendings(viewer),
        why=reminders.why,
    )


async def _oneself(request: Request) -> Person:
    return await Person.find(request.state.viewer, request.state.viewer.person_id)


async def _place_of(message: InboxMessage) -> str:
    if message.kind == "reading":
        return f"/screening/{message.subject_id}"
    if message.subject_type in PAGES:
        return PAGES[message.subject_type].format(message.subject_id)
    return await PLACES[message.subject_type](message.subject_id)


async def _of_a_copy(record: type[Objection] | type[Extension], number: int) -> str:
    row = await record.get(pk=number)
    return f"/assignments/{row.assignment_id}"


async def _of_an_objection(number: int) -> str:
    return await _of_a_copy(Objection, number)


async def _of_an_extension(number: int) -> str:
    return await _of_a_copy(Extension, number)


async def _of_a_seat(number: int) -> str:
    seat = await Participant.get(pk=number).select_related("discussion")
    return f"/tasks/{seat.discussion.task_id}"


async def _of_an_award(number: int) -> str:
    return f"/board/{(await Award.get(pk=number)).project_id}"


async def _of_an_award_objection(number: int) -> str:
    return await _of_an_award((await AwardObjection.get(pk=number)).award_id)


async def _of_a_milestone(number: int) -> str:
    return await _of_an_award((await Milestone.get(pk=number)).award_id)


async def _of_step_time(number: int) -> str:
    asked = await StepExtension.get(pk=number).select_related("milestone__award")
    return f"/projects/{asked.milestone.award.project_id}"


async def _of_a_post(number: int) -> str:
    return f"/units/{(await Post.get(pk=number)).unit_id}"


async def _of_praise(_: int) -> str:
    return "/rankings"


PAGES = {
    "Assignment": "/assignments/{}",
    "Task": "/tasks/{}",
    "WorkRequest": "/requests/{}",
    "Concern": "/concerns/{}",
    "Complaint": "/complaints/{}",
    "Project": "/board/{}",
    "Appeal": "/appeals/{}",
    "DataValue": "/values/{}",
    "PointEntry": "/points/{}",
    "MatterList": "/lists/{}",
    "Scheme": "/schemes/{}",
    "Survey": "/surveys/{}",
    "Scorer": "/scoring/{}",
    "Account": "/account",
    "EmergencyResponse": "/emergency",
}
PLACES: dict[str, Callable[[int], Awaitable[str]]] = {
    "Objection": _of_an_objection,
    "Extension": _of_an_extension,
    "Participant": _of_a_seat,
    "Award": _of_an_award,
    "AwardObjection": _of_an_award_objection,
    "Milestone": _of_a_milestone,
    "StepExtension": _of_step_time,
    "Post": _of_a_post,
    "Commendation": _of_praise,
}
routes = [
    Route("/messages", listing),
    Route("/messages/outside", outside),
    FormsOn(_oneself, outside, at="/messages", back="/messages/outside")(
        "outside",
        inbox.choose_outside,
        "已保存。",
    ),
    Route("/messages/put-away", put_away, methods=["POST"]),
    Route("/messages/{id:int}", follow),
]
