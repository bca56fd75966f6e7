"""Reminders made from the trail: every sealed entry is read once, in order, whoever reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time

from models.base.clock import TOWN_ZONE, today, town_day
from models.base.events import Event
from models.base.following import Bookmark, read_on
from models.people import Post
from models.reminders import appeals, board, complaints, concerns
from models.reminders.recipients import Wanted, approvers_of, doers_of, queue
from models.tasks import (
    WITH_THE_VILLAGE,
    Assignment,
    Extension,
    Objection,
    Task,
    Urging,
    approve,
    approve_afterwards,
)

READER = "reminders"


async def read_the_trail() -> None:
    """Make the reminders of what was sealed since the last time."""
    await read_on(READER, _take, await _start())


async def _take(events: list[Event]) -> None:
    for event in events:
        if (maker := MAKERS.get(event.command)) is not None:
            await queue([(one, town_day(event.at)) for one in await maker(event)])


async def _start() -> int:
    """A new reader begins with this day: nobody wants to hear of last month."""
    if await Bookmark.filter(name=READER).exists():
        return 0
    morning = datetime.combine(today(), time(0), TOWN_ZONE)
    last = await Event.filter(seq__not_isnull=True, at__lt=morning).order_by("-seq").first()
    return (last.seq or 0) if last else 0


async def _sent_out(event: Event) -> list[Wanted]:
    """A task that reached its villages; in an emergency also the approval that must follow."""
    task = await _task(event)
    if task is None:
        return []
    emergency = task.response_id is not None
    copies = await Assignment.filter(task=task, state__in=WITH_THE_VILLAGE).select_related("unit")
    found = await _to_the_doers("emergency" if emergency else "dispatched", copies)
    leaders = await approvers_of(task, approve_afterwards) if emergency else set()
    return found + [Wanted(person, "approval", "Task", task.pk) for person in leaders]


async def _to_approve(event: Event) -> list[Wanted]:
    task = await _task(event)
    if task is None or task.state != "submitted":
        return []
    return [Wanted(person, "approval", "Task", task.pk) for person in await approvers_of(task, approve)]


async def _task(event: Event) -> Task | None:
    """The task the command was about, or that came of it."""
    number = event.subject_id
    if event.subject_type != "Task":
        kind, _, made = event.outcome.partition(":")
        if kind != "Task":
            return None
        number = int(made)
    return await Task.get_or_none(pk=number).prefetch_related(*Task.judged_with)


async def _to_the_doers(kind: str, copies: list[Assignment]) -> list[Wanted]:
    doers = await doers_of(copies) if copies else {}
    return [Wanted(person, kind, "Assignment", pk) for pk, persons in doers.items() for person in persons]


async def _returned(event: Event) -> list[Wanted]:
    return await _to_the_doers("returned", await _copy(event))


async def _urged(event: Event) -> list[Wanted]:
    """Whoever was urged as the database holds it; emergencies are urged without a record of the day."""
    urgings = Urging.filter(assignment_id=event.subject_id, day=town_day(event.at))
    if persons := await urgings.values_list("person_id"):
        return [Wanted(int(person), "urged", "Assignment", event.subject_id) for (person,) in persons]
    return await _to_the_doers("urged", await _copy(event))


async def _handed(event: Event) -> list[Wanted]:
    """Whom the task was handed to, unless they took it themselves."""
    actor = await Post.get_or_none(pk=event.actor_post_id or 0)
    own = actor.person_id if actor else 0
    return [one for one in await _to_the_doers("handed", await _copy(event)) if one.person_id != own]


async def _copy(event: Event) -> list[Assignment]:
    return await Assignment.filter(id=event.subject_id, state__in=WITH_THE_VILLAGE).select_related("unit")


async def _answered(event: Event) -> list[Wanted]:
    """Whoever objected or asked for time."""
    asked: Extension | Objection | None
    if event.subject_type == "Extension":
        asked = await Extension.get_or_none(pk=event.subject_id).select_related("asked_by")
        post = asked.asked_by if asked else None
    else:
        asked = await Objection.get_or_none(pk=event.subject_id).select_related("made_by")
        post = asked.made_by if asked else None
    return [Wanted(post.person_id, "answered", event.subject_type, event.subject_id)] if post else []


MAKERS: dict[str, Callable[[Event], Awaitable[list[Wanted]]]] = {
    "tasks.dispatch": _sent_out,
    "tasks.dispatch_at_once": _sent_out,
    "tasks.submit_for_approval": _to_approve,
    "tasks.hand_to": _handed,
    "tasks.return_report": _returned,
    "tasks.urge": _urged,
    "tasks.answer_objection": _answered,
    "tasks.answer_appeal": _answered,
    "tasks.answer_extension": _answered,
    **concerns.MAKERS,
    **complaints.MAKERS,
    **board.MAKERS,
    **appeals.MAKERS,
}
"""The commands of which people hear outside the application."""
