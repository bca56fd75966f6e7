"""What a command declares of its event: to whom it speaks and in what words, or why it speaks to nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from models.base.events import Event
from models.base.records import Record
from models.inbox.addressing import To

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Draft:
    """One message before it is written down."""

    to: To
    kind: str
    subject_type: str
    subject_id: int
    title: str
    words: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Silent:
    """The command's event speaks to nobody, with the reason."""

    why: str


Maker = Callable[[Event], Awaitable[list[Draft]]]
Declared = Maker | Silent
UNFINISHED = Silent("还没有提出：只有起草的人在改，提出时告知下一步的人。")
SEEN_AT_ONCE = Silent("本人做的，当场看到结果，不涉及别人。")
TOLD_BY_ITS_PARTS = Silent("逐件办理，每一件都已各自告知。")


def drafts(
    to: Iterable[To], kind: str, about: Record, title: str, words: str = "", due_on: date | None = None
) -> list[Draft]:
    """The same message to each of these, once."""
    return [
        Draft(one, kind, type(about).__name__, about.pk, title, words, due_on) for one in dict.fromkeys(to)
    ]


async def row_of(event: Event, record: type[R], *related: str) -> R | None:
    """The row the command was about, or that came of it."""
    number = event.subject_id
    if event.subject_type != record.__name__:
        kind, _, made = event.outcome.partition(":")
        if kind != record.__name__:
            return None
        number = int(made)
    return await record.get_or_none(pk=number).prefetch_related(*related)


def said(event: Event, name: str) -> Any:
    """A detail of the command as the trail keeps it in the open."""
    return event.told.get(name) or ""
