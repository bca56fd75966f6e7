"""The trail as people read it: a record's story, and the public heads of the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.base.command_words import in_words
from models.base.events import Event, EventPersonal
from models.base.records import Record
from models.base.refusals import NotFound
from models.base.viewer import UNNAMED, Viewer
from models.bidding import Award, Bid, Project
from models.concerns import Concern
from models.evaluation import Appeal
from models.matters import MatterList
from models.people import Post, meets
from models.people.contacts import met_posts
from models.requests import WorkRequest
from models.schemes import Scheme
from models.surveys import Survey
from models.tasks import Assignment, Task
from models.trail import DayHead, story
from models.units import Unit
from views.base.pages import page
from views.base.paging import paged

TOLD: dict[str, type[Record]] = {
    record.__name__: record
    for record in (
        WorkRequest,
        Task,
        Assignment,
        Concern,
        Project,
        Bid,
        Award,
        Survey,
        MatterList,
        Scheme,
        Appeal,
        Unit,
        Post,
    )
}
WORDS = ("story", "reason", "clause", "note", "what_to_mend", "answer", "words", "title", "name", "phrase")


@dataclass(frozen=True)
class Step:
    """One event as the story tells it."""

    what: str
    who: str
    words: str
    event: Event


async def show(request: Request) -> Response:
    """What happened to one record, oldest first, as far as the viewer may know."""
    viewer, kind = request.state.viewer, request.path_params["kind"]
    if kind not in TOLD:
        raise NotFound("没有找到这条记录。")
    record = await TOLD[kind].find(viewer, request.path_params["id"])
    steps = await steps_of(viewer, record)
    called = getattr(record, "title", "") or getattr(record, "name", "") or record.called
    if isinstance(record, Post):
        called = f"{record.unit.name}{record.role_label} {record.person.name}"
    if isinstance(record, Assignment):
        called = f"{record.unit.name}：{record.task.title}"
    return page(request, "trail/show.html", steps=steps, called=called, kind=record.called)


async def steps_of(viewer: Viewer, record: Record) -> list[Step]:
    """The story of a record that the viewer was allowed to find; people by name only to who works with them."""
    events = await story(viewer, record)
    told = {p.event_id: p for p in await EventPersonal.filter(event_id__in=[e.pk for e in events])}
    doers = {event.actor_post_id for event in events if event.actor_post_id}
    met = {post.pk for post in await Post.filter(met_posts(viewer), id__in=sorted(doers)).only("id")}
    return [
        _step(event, _told(viewer, record, event, told.get(event.pk)), event.actor_post_id in met)
        for event in events
    ]


def _step(event: Event, details: Mapping[str, Any], meets_them: bool) -> Step:
    words = "；".join(str(details[name]) for name in WORDS if details.get(name))
    return Step(in_words(event.command), _who(event, meets_them), words, event)


def _told(viewer: Viewer, record: Record, event: Event, kept: EventPersonal | None) -> dict[str, Any]:
    """What an event tells in words. The one name among what is personal is that of somebody enrolled."""
    details = event.told
    if kept is None or kept.payload is None:
        return details
    personal = kept.told
    if "name" in personal and not _meets_the_enrolled(viewer, record, details):
        del personal["name"]
    return details | personal


def _meets_the_enrolled(viewer: Viewer, record: Record, details: Mapping[str, Any]) -> bool:
    """By the post that was made, or by such a post at the unit whose story this is."""
    if isinstance(record, Unit):
        record = Post(unit=record, role=str(details.get("role", "")))
    return isinstance(record, Post) and meets(viewer, record)


def _who(event: Event, meets_them: bool) -> str:
    post = event.actor_post
    if post is None:
        return "未署名" if event.actor_label == UNNAMED.via else "系统"
    return f"{post.unit.name} {post.role_label}" + (f" {post.person.name}" if meets_them else "")


async def heads(request: Request) -> Response:
    """The head of each day's chain, for everybody."""
    shown = await paged(request, DayHead.visible_to(request.state.viewer), by=("-day",))
    return page(request, "trail/heads.html", shown=shown)


routes = [Route("/trail/{kind}/{id:int}", show), Route("/heads", heads)]
